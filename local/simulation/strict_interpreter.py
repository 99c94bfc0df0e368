"""Makes moto's interpreter as strict as Step Functions, where it lets a faulty execution continue.

Sources: Step Functions developer guide, "Handling errors in Step Functions workflows" (States.ALL
catches neither States.Runtime nor States.DataLimitExceeded), "Service quotas" (bytes of an input or
output), and executions recorded on AWS in LocalStack's snapshot tests.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.state import state
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_operator_type import (  # noqa: E501 - moto's name
    ComparisonOperatorType,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_variable import (
    ComparisonVariable,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.variable import NoSuchVariable
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

if TYPE_CHECKING:
    from moto.stepfunctions.parser.asl.eval.environment import Environment
    from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

#: Bytes, as UTF-8, of the input or output of a task, a state or an execution.
MAX_BYTES = 262_144


class InputTooLargeError(Exception):
    """StartExecution rejects an input above MAX_BYTES."""


def size(value: object) -> int:
    """Return the bytes of a value as compact JSON in UTF-8."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return len(text.encode(errors="surrogatepass"))


def fits(value: object) -> bool:
    """Return whether a value is within AWS's limit; moto counts escaped text."""
    return size(value) <= MAX_BYTES


def replacements() -> list[tuple[Any, str, Any]]:
    """Return what to patch in moto: owner, name, replacement."""
    return [
        (ExecutionState, "_from_error", _strict_from_error(ExecutionState._from_error)),  # noqa: SLF001
        (StateTask, "_eval_parameters", _limited(StateTask._eval_parameters)),  # noqa: SLF001
        (ComparisonVariable, "_eval_body", _eval_comparison),
        (state, "is_within_size_quota", fits),
        (state_task_service, "is_within_size_quota", fits),
    ]


def _strict_from_error(original: Any) -> Any:  # noqa: ANN401 - methods of moto's classes
    """Let an error end the execution, before Retry and Catch see it, if it is not the task's."""

    def from_error(self: ExecutionState, env: Environment, ex: Exception) -> FailureEvent:
        if isinstance(ex, NoSuchJsonPathError):
            raise ex  # the state reports it as States.Runtime
        event: FailureEvent = original(self, env=env, ex=ex)
        runtime = event.error_name and event.error_name.error_name == "States.Runtime"
        if runtime or event.event_type == HistoryEventType.ExecutionFailed:
            raise FailureEventException(event)
        return event

    return from_error


def _limited(original: Any) -> Any:  # noqa: ANN401 - methods of moto's classes
    """Fail the execution if Parameters make more than MAX_BYTES.

    That this is not caught is documented, not recorded; a result that is too large was caught.
    """

    def eval_parameters(self: StateTask, env: Environment) -> Any:  # noqa: ANN401 - JSON
        parameters = original(self, env=env)
        if fits(parameters):
            return parameters
        kind = StatesErrorNameType.StatesStatesDataLimitExceeded
        details = ExecutionFailedEventDetails(
            error=kind.to_name(),
            cause=f"The input of '{self.name}' exceeds the maximum number of bytes service limit.",
        )
        raise FailureEventException(
            FailureEvent(
                env=env,
                error_name=StatesErrorName(typ=kind),
                event_type=HistoryEventType.ExecutionFailed,
                event_details=cast("EventDetails", {"executionFailedEventDetails": details}),
            )
        )

    return eval_parameters


def _eval_comparison(self: ComparisonVariable, env: Environment) -> None:
    """Compare; a missing variable fails the execution, except with IsPresent."""
    self.variable.eval(env)
    function = self.comparison_function
    if (
        isinstance(env.stack[-1], NoSuchVariable)
        and function.operator_type is not ComparisonOperatorType.IsPresent
    ):
        path = self.variable.string_sampler.literal_value
        raise NoSuchJsonPathError(json_path=path, data=env.states.get_input())
    function.eval(env)
