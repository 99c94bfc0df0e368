"""The definition, run by moto's interpreter of the states language."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from moto.stepfunctions.parser.api import (
    ExecutionFailedEventDetails,
    ExecutionStartedEventDetails,
    HistoryEventExecutionDataDetails,
    HistoryEventType,
    StateMachineType,
)
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.evaluation_details import AWSExecutionDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext
from moto.stepfunctions.parser.asl.eval.program_state import (
    ProgramEnded,
    ProgramError,
    ProgramStopped,
    ProgramTimedOut,
)
from moto.stepfunctions.parser.asl.eval.states import (
    ContextObjectData,
    ExecutionData,
    StateMachineData,
)
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from local.scenarios.result import Execution
from local.simulation.execution_history import MOST_EVENTS, History, HistoryFullError, StoppedError
from local.simulation.moto_patches import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from moto.stepfunctions.parser.asl.component.program.program import Program
    from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

    from local.simulation.execution_history import Stop
    from local.simulation.virtual_clock import StoryTime

Json = dict[str, Any]


class Interpreter:
    """Runs a definition; reading it takes a tenth of a second, so it is read once.

    Args:
        definition: JSON text.
        arn: of the state machine.
        time: what it waits in.
        today: the date and time of the scenario, in UTC.
        most_events: that an execution may have.

    Raises:
        ASLParserException: the definition is not in the states language.
    """

    def __init__(
        self,
        definition: str,
        arn: str,
        time: StoryTime,
        today: Callable[[], datetime],
        *,
        most_events: int = MOST_EVENTS,
    ) -> None:
        self._program = cast("Program", AmazonStateLanguageParser.parse(definition)[0])
        self._arn = arn
        self._time = time
        self._today = today
        self._most_events = most_events

    def execute(
        self,
        name: str,
        given: Any,  # noqa: ANN401 - whatever JSON holds
        stops: Collection[Stop] = (),
    ) -> Execution:
        """Run one execution to its end; to be called in a thread that takes part in scenario time.

        Args:
            name: of the execution.
            given: its input.
            stops: this one's.
        """
        arn = f"{self._arn.replace(':stateMachine:', ':execution:')}:{name}"
        env = self._environment(arn, name, given)
        env.event_manager = History(self._today, self._most_events, stops)
        began = self._time.now()
        limit = self._program.timeout_seconds
        seconds = limit.timeout_seconds if limit else float("inf")
        try:
            self._note_start(env, given)
            if not self._time.within(seconds, lambda: self._evaluate(env)):
                env.set_timed_out()
                self._note_end(env)
        except StoppedError:
            env.set_stop(self._today(), cause=None, error=None)
            self._note_end(env)
        except HistoryFullError:
            full = f"The execution reached the most events there may be ({self._most_events})"
            env.set_error(ExecutionFailedEventDetails(error="States.Runtime", cause=full))
        return self._ended(arn, env, began)

    def _evaluate(self, env: Environment) -> None:
        env.next_state_name = self._program.start_at.start_at_name
        # Not Program's own, which starts a thread and waits for it in real time.
        EvalComponent.eval(self._program, env)

    def _environment(self, arn: str, name: str, given: Any) -> Environment:  # noqa: ANN401 - JSON
        _, _, _, region, account, *_, machine = self._arn.split(":")
        role = f"arn:aws:iam::{account}:role/{machine}"
        return Environment(
            aws_execution_details=AWSExecutionDetails(account, region, role),
            execution_type=StateMachineType.STANDARD,
            context=ContextObjectData(
                Execution=ExecutionData(
                    Id=arn,
                    Input=given,
                    Name=name,
                    RoleArn=role,
                    StartTime=iso(self._today()),
                ),
                StateMachine=StateMachineData(Id=self._arn, Name=machine),
                State=None,
                Task=None,
                Map=None,
            ),
            event_history_context=EventHistoryContext.of_program_start(),
            cloud_watch_logging_session=None,
            activity_store={},
        )

    def _note_end(self, env: Environment) -> None:
        self._program._eval_body(env)  # noqa: SLF001 - nothing runs any more

    def _note_start(self, env: Environment, given: Any) -> None:  # noqa: ANN401 - JSON
        details = ExecutionStartedEventDetails(
            input=json.dumps(given),
            inputDetails=HistoryEventExecutionDataDetails(truncated=False),
            roleArn=env.aws_execution_details.role_arn,
        )
        env.event_manager.add_event(
            context=env.event_history_context,
            event_type=HistoryEventType.ExecutionStarted,
            event_details=cast("EventDetails", {"executionStartedEventDetails": details}),
            update_source_event_id=False,
        )

    def _ended(self, arn: str, env: Environment, began: float) -> Execution:
        status = error = cause = ""
        output: Json = {}
        match env.program_state():
            case ProgramEnded():
                status, output = "SUCCEEDED", env.states.get_input()
            case ProgramError(error=found):
                status = "FAILED"
                error = (found or {}).get("error") or ""
                cause = (found or {}).get("cause") or ""
            case ProgramTimedOut():
                status = "TIMED_OUT"
            case ProgramStopped():
                status = "ABORTED"
        return Execution(
            arn=arn,
            status=status,
            output=output,
            error=error,
            cause=cause,
            history=json.loads(json.dumps(env.event_manager.get_event_history(), default=str)),
            began=began,
            ended=self._time.now(),
        )
