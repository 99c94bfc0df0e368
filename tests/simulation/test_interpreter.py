"""The interpreter in virtual time: waits, retries and timeouts take as long as defined."""

from __future__ import annotations

import io
import json
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl

from local.connect.clock import ManualClock
from local.simulation.execution_history import MAX_EVENTS, Stop
from local.simulation.moto_patches import patch_moto
from local.simulation.state_machine import Interpreter
from local.simulation.strict_interpreter import MAX_BYTES, InputTooLargeError, size
from local.simulation.virtual_clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from local.scenarios.result import Execution

    Json = dict[str, Any]
    Work = Callable[[VirtualClock], Any]

WEEK = 7 * 24 * 3600
RETRY = {
    "ErrorEquals": ["States.ALL"],
    "IntervalSeconds": 1,
    "BackoffRate": 2,
    "MaxAttempts": 6,
    "MaxDelaySeconds": 8,
}
CAUGHT = {"ErrorEquals": ["States.ALL"], "Next": "Caught"}
EPOCH = datetime(2026, 1, 5, 3, 12, tzinfo=UTC)
ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:Small"


class _Lambda:
    """A Lambda client with one function."""

    def __init__(self, time: VirtualClock, work: Work) -> None:
        self._time = time
        self._work = work

    def invoke(self, **_: object) -> Json:
        response: Json = {"StatusCode": 200}
        try:
            result = self._work(self._time)
        except OSError as error:
            response["FunctionError"] = "Unhandled"
            result = {"errorType": "OSError", "errorMessage": str(error)}
        return response | {"Payload": io.BytesIO(json.dumps(result).encode())}


def task(**fields: object) -> Json:
    """Return a Task that invokes the function and ends the execution."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "f", "Payload": {}},
        "ResultSelector": {"answer.$": "$.Payload"},
        "End": True,
    } | fields


def machine(states: Mapping[str, Json], **fields: object) -> Json:
    """Return a definition that starts at the first of its states."""
    return {"StartAt": next(iter(states)), "States": dict(states)} | fields


def run(  # noqa: PLR0913 - keyword-only where defaulted
    definition: Json,
    state_input: Json | None = None,
    work: Work = lambda _time: {},
    *,
    seed: int = 0,
    max_events: int = MAX_EVENTS,
    stops: Sequence[Stop] = (),
) -> Execution:
    """Run one execution to its end; `work` is the function."""
    clock = ManualClock(EPOCH)
    time = VirtualClock(clock)
    executions: list[Execution] = []

    def utc_now() -> datetime:
        return clock.date(clock.now())

    random.seed(seed)
    with patch_moto(time, utc_now, {"lambda": _Lambda(time, work)}):
        interpreter = Interpreter(json.dumps(definition), ARN, time, utc_now, max_events=max_events)
        time.start(lambda: executions.append(interpreter.execute("one", state_input or {}, stops)))
        time.run()
    return executions[0]


def failing(_time: VirtualClock) -> None:
    raise OSError("it broke")


def sleep_for(seconds: float) -> Any:  # noqa: ANN401 - what the function does
    def work(time: VirtualClock) -> str:
        time.sleep(seconds)
        return "done"

    return work


def test_a_wait_takes_as_long_as_its_state_defines() -> None:
    wait = {"Type": "Wait", "SecondsPath": "$.seconds", "End": True}

    execution = run(machine({"Wait": wait}), {"seconds": WEEK})

    assert execution.status == "SUCCEEDED"
    assert execution.ended == WEEK


def test_delays_between_tries_grow_up_to_their_limit() -> None:
    execution = run(machine({"Try": task(Retry=[RETRY])}), work=failing)

    assert execution.status == "FAILED"
    assert execution.ended == 1 + 2 + 4 + 8 + 8 + 8


def test_full_jitter_shortens_each_delay() -> None:
    definition = machine({"Try": task(Retry=[RETRY | {"JitterStrategy": "FULL"}])})

    ends = [run(definition, work=failing, seed=seed).ended for seed in range(20)]

    assert all(0 < end < 1 + 2 + 4 + 8 + 8 + 8 for end in ends)
    assert len(set(ends)) == len(ends)
    assert ends == [run(definition, work=failing, seed=seed).ended for seed in range(20)]


@pytest.mark.parametrize(("lasts", "status"), [(29, "SUCCEEDED"), (31, "FAILED")])
def test_a_task_that_takes_too_long_times_out(lasts: float, status: str) -> None:
    execution = run(machine({"Try": task(TimeoutSeconds=30)}), work=sleep_for(lasts))

    assert execution.status == status
    assert execution.ended == min(lasts, 30)
    assert execution.error == ("" if status == "SUCCEEDED" else "States.Timeout")


def test_a_task_that_times_out_is_retried_and_caught() -> None:
    states = {
        "Try": task(TimeoutSeconds=30, Retry=[RETRY | {"MaxAttempts": 1}], Catch=[CAUGHT]),
        "Caught": {"Type": "Pass", "End": True},
    }

    execution = run(machine(states), work=sleep_for(WEEK))

    assert execution.status == "SUCCEEDED"
    assert execution.output["Error"] == "States.Timeout"
    assert execution.ended == 30 + 1 + 30


@pytest.mark.parametrize(
    "state",
    [{"Type": "Wait", "Seconds": 2 * WEEK, "End": True}, task()],
    ids=["in a wait", "in a task"],
)
def test_the_machine_times_out(state: dict[str, Any]) -> None:
    execution = run(machine({"Long": state}, TimeoutSeconds=WEEK), work=sleep_for(2 * WEEK))

    assert execution.status == "TIMED_OUT"
    assert execution.ended == WEEK
    assert execution.history[-1]["type"] == "ExecutionTimedOut"


def test_an_endless_loop_fails_at_the_history_limit() -> None:
    states = {
        "There": {"Type": "Pass", "Next": "BackAgain"},
        "BackAgain": {"Type": "Pass", "Next": "There"},
    }

    execution = run(machine(states), max_events=300)

    assert execution.status == "FAILED"
    assert execution.error == "States.Runtime"
    assert "300" in execution.cause
    assert MAX_EVENTS == 25_000


def test_a_stopped_execution_does_nothing_more_and_is_not_caught() -> None:
    invoked: list[float] = []
    states = {
        "Wait": {"Type": "Wait", "Seconds": 60, "Next": "Try"},
        "Try": task(Retry=[RETRY], Catch=[CAUGHT]) | {"Next": "Wait"},
        "Caught": {"Type": "Pass", "End": True},
    }
    del states["Try"]["End"]

    execution = run(
        machine(states), work=lambda time: invoked.append(time.now()), stops=[Stop(0, "Try", 3)]
    )

    assert execution.status == "ABORTED"
    assert execution.output == {}
    assert execution.ended == 3 * 60
    assert invoked == [60, 120]
    assert execution.history[-1]["type"] == "ExecutionAborted"
    assert execution.history[-2]["stateEnteredEventDetails"]["name"] == "Try"


def test_the_context_object_is_complete() -> None:
    context_fields = {
        "id.$": "$$.Execution.Id",
        "name.$": "$$.Execution.Name",
        "started.$": "$$.Execution.StartTime",
        "machine.$": "$$.StateMachine.Id",
        "state.$": "$$.State.Name",
        "entered.$": "$$.State.EnteredTime",
    }
    states = {
        "Wait": {"Type": "Wait", "Seconds": 60, "Next": "Ask"},
        "Ask": {"Type": "Pass", "Parameters": context_fields, "End": True},
    }

    output = run(machine(states)).output

    assert output == {
        "id": "arn:aws:states:us-east-1:123456789012:execution:Small:one",
        "name": "one",
        "started": "2026-01-05T03:12:00.000Z",
        "machine": "arn:aws:states:us-east-1:123456789012:stateMachine:Small",
        "state": "Ask",
        "entered": "2026-01-05T03:13:00.000Z",
    }


def test_states_do_not_share_mutable_values() -> None:
    """local/simulation/moto_patches.py replaces the interpreter's copying by a faster one."""
    states: dict[str, dict[str, Any]] = {
        "Keep": {
            "Type": "Pass",
            "Parameters": {"a.$": "$.list", "b.$": "$.list"},
            "Next": "Change",
        },
        "Change": {"Type": "Pass", "Result": 1, "ResultPath": "$.a", "End": True},
    }

    execution = run(machine(states), {"list": [{"deep": [1, "二", None, 0.5, True]}]})

    assert execution.output == {"a": 1, "b": [{"deep": [1, "二", None, 0.5, True]}]}


PASS = {"Type": "Pass", "End": True}
MISSING = [
    task(Parameters={"FunctionName": "f", "Payload": {"a.$": "$.missing"}}),
    task(Parameters={"FunctionName": "f", "Payload": {"a.$": "$$.Execution.missing"}}),
    task(Parameters={"FunctionName": "f", "Payload": {"a.$": "States.Format('{}', $.missing)"}}),
    task(ResultSelector={"a.$": "$.Payload.missing"}),
    task(OutputPath="$.missing"),
    task(InputPath="$.missing"),
]


@pytest.mark.parametrize("state", MISSING, ids=lambda state: str(list(state.values())[2:]))
def test_a_missing_path_fails_the_execution_and_is_neither_retried_nor_caught(state: Json) -> None:
    invoked: list[float] = []
    states = {"Try": state | {"Retry": [RETRY], "Catch": [CAUGHT]}, "Caught": PASS}

    def work(time: VirtualClock) -> Json:
        invoked.append(time.now())
        return {}

    execution = run(machine(states), work=work)

    assert (execution.status, execution.error) == ("FAILED", "States.Runtime")
    assert "missing" in execution.cause
    assert len(invoked) <= 1


@pytest.mark.parametrize("operator", [{"BooleanEquals": True}, {"NumericLessThanPath": "$.one"}])
def test_a_choice_on_a_missing_variable_fails_the_execution(operator: Json) -> None:
    choice = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.missing"} | operator | {"Next": "Caught"}],
        "Default": "Caught",
    }

    execution = run(machine({"Choose": choice, "Caught": PASS}), {"one": 1})

    assert (execution.status, execution.error) == ("FAILED", "States.Runtime")
    assert "$.missing" in execution.cause


@pytest.mark.parametrize(("given", "chosen"), [({"there": None}, "Yes"), ({}, "No")])
def test_a_choice_may_ask_whether_a_variable_is_present(given: Json, chosen: str) -> None:
    choice = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.there", "IsPresent": True, "Next": "Yes"}],
        "Default": "No",
    }

    execution = run(machine({"Choose": choice, "Yes": PASS, "No": PASS}), given)

    assert execution.states[-1].name == chosen


@pytest.mark.parametrize("seconds", [{"s": -1}, {"s": 1.5}, {"s": "1"}, {"s": None}, {}])
def test_a_wait_needs_a_whole_number_that_is_not_negative(seconds: Json) -> None:
    wait = {"Type": "Wait", "SecondsPath": "$.s", "End": True}

    execution = run(machine({"Wait": wait}), seconds)

    assert (execution.status, execution.error) == ("FAILED", "States.Runtime")


EVENT = task(Parameters={"FunctionName": "f", "Payload": {"event.$": "$"}})
GROWS = {"Type": "Pass", "Parameters": {"a.$": "$", "b": "b"}, "End": True}


@pytest.mark.parametrize(
    ("state", "filler", "fails"),
    [(PASS, MAX_BYTES, False), (GROWS, MAX_BYTES, True), (EVENT, MAX_BYTES, True)]
    + [(each, MAX_BYTES - 100, False) for each in (GROWS, EVENT)],
)
@pytest.mark.parametrize("letter", ["x", "\u00e9"])
def test_a_state_that_grows_above_the_limit_fails_uncaught(
    state: Json, filler: int, *, fails: bool, letter: str
) -> None:
    count, rest = divmod(filler - size({"text": ""}), size(letter) - 2)
    retried = {"Retry": [RETRY], "Catch": [CAUGHT]} if state["Type"] == "Task" else {}

    execution = run(
        machine({"Only": state | retried, "Caught": PASS}), {"text": letter * count + "x" * rest}
    )

    assert execution.error == ("States.DataLimitExceeded" if fails else "")


def test_a_result_above_the_limit_is_caught() -> None:
    """Recorded on AWS, although the developer guide says that States.ALL does not catch it."""
    states = {"Try": task(Catch=[CAUGHT]), "Caught": PASS}

    execution = run(machine(states), work=lambda _time: "x" * MAX_BYTES)

    assert execution.output["Error"] == "States.DataLimitExceeded"


def test_an_input_above_the_limit_starts_no_execution() -> None:
    with pytest.raises(InputTooLargeError):
        run(machine({"Only": PASS}), {"text": "x" * MAX_BYTES})


def test_patches_are_removed_afterwards() -> None:
    before = vars(retrier_decl)["time"]

    run(machine({"Pass": {"Type": "Pass", "End": True}}))

    assert vars(retrier_decl)["time"] is before
