"""Runs the definition with moto's interpreter of the Amazon States Language."""

from __future__ import annotations

import json
from functools import cache
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
from local.simulation.execution_history import MAX_EVENTS, History, HistoryFullError, StoppedError
from local.simulation.moto_patches import iso
from local.simulation.strict_interpreter import MAX_BYTES, InputTooLargeError, size

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from moto.stepfunctions.parser.asl.component.program.program import Program
    from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

    from local.simulation.execution_history import Stop
    from local.simulation.virtual_clock import VirtualClock

Json = dict[str, Any]


@cache
def _parse(definition: str) -> Program:
    """Parse a definition once for all systems of this process: it takes half a second."""
    return cast("Program", AmazonStateLanguageParser.parse(definition)[0])


class Interpreter:
    """Runs a definition."""

    def __init__(
        self,
        definition: str,
        arn: str,
        time: VirtualClock,
        utc_now: Callable[[], datetime],
        *,
        max_events: int = MAX_EVENTS,
    ) -> None:
        self._program = _parse(definition)
        self._arn = arn
        self._time = time
        self._utc_now = utc_now
        self._max_events = max_events

    def execute(
        self,
        name: str,
        given: Any,  # noqa: ANN401 - whatever JSON holds
        stops: Collection[Stop] = (),
    ) -> Execution:
        """Run one execution to its end; call it in a thread that runs in virtual time.

        Raises:
            InputTooLargeError: StartExecution would reject the input.
        """
        if size(given) > MAX_BYTES:
            raise InputTooLargeError(f"{size(given)} bytes; the limit is {MAX_BYTES}")
        arn = f"{self._arn.replace(':stateMachine:', ':execution:')}:{name}"
        env = self._environment(arn, name, given)
        env.event_manager = History(self._utc_now, self._max_events, stops)
        began = self._time.now()
        limit = self._program.timeout_seconds
        seconds = limit.timeout_seconds if limit else float("inf")
        try:
            self._record_start(env, given)
            if not self._time.run_with_timeout(seconds, lambda: self._evaluate(env)):
                env.set_timed_out()
                self._record_end(env)
        except StoppedError:
            env.set_stop(self._utc_now(), cause=None, error=None)
            self._record_end(env)
        except HistoryFullError:
            cause = f"The execution reached the maximum number of events ({self._max_events})"
            env.set_error(ExecutionFailedEventDetails(error="States.Runtime", cause=cause))
        return self._result(arn, env, began)

    def _evaluate(self, env: Environment) -> None:
        env.next_state_name = self._program.start_at.start_at_name
        # Not Program.eval, which starts a thread and waits for it in real time.
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
                    StartTime=iso(self._utc_now()),
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

    def _record_end(self, env: Environment) -> None:
        self._program._eval_body(env)  # noqa: SLF001 - nothing runs any more

    def _record_start(self, env: Environment, given: Any) -> None:  # noqa: ANN401 - JSON
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

    def _result(self, arn: str, env: Environment, began: float) -> Execution:
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
