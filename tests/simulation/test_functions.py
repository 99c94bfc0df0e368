"""Functions as Lambda runs them: each in its own surroundings, failing by Lambda's own names."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from local.scenarios.files import SCENARIOS_DIR
from local.scenarios.scenario import read_scenario
from local.simulation.function_sandbox import Sandbox, aws_environment
from local.simulation.lambda_runtime import FunctionFaultError, Functions
from local.simulation.system import EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.scenarios.result import ScenarioResult
    from local.simulation.lambda_runtime import Around
    from local.simulation.system import VirtualSystem
    from local.simulation.template_resources import FunctionSettings

    Run = Callable[[], Any]

FIRST_ANSWERS = read_scenario(SCENARIOS_DIR / "first-answers.yaml")


def failing(function: str, fail: Callable[[Run], Any]) -> Around:
    """Have a function fail the first time it is run."""
    left = [fail]

    def around(name: str, _given: Any, run: Run) -> Any:  # noqa: ANN401 - whatever JSON holds
        return left.pop()(run) if name == function and left else run()

    return around


def faults(ending: ScenarioResult) -> list[tuple[str, str]]:
    """Give name and cause of each task that failed."""
    kinds = ("taskFailedEventDetails", "taskTimedOutEventDetails")
    failed = [event[kind] for event in ending.page.history for kind in kinds if kind in event]
    return [(one["error"], one.get("cause", "")) for one in failed]


def test_an_exception_is_known_by_its_class_and_told_as_lambda_tells_it(
    virtual: VirtualSystem,
) -> None:
    def broken(_run: Run) -> None:
        raise LookupError("no such thing")

    ending = virtual.run_scenario(FIRST_ANSWERS, around=failing("plan_calls", broken))

    [(error, cause)] = faults(ending)
    assert error == "LookupError"
    told = json.loads(cause)
    assert told["errorMessage"] == "no such thing"
    assert told["errorType"] == "LookupError"
    assert ending.output["outcome"] == "acknowledged"


def test_the_trace_of_a_handler_is_as_in_lambda(virtual: VirtualSystem) -> None:
    settings = of("place_call", virtual)
    places = {settings.arn: (settings, sandbox(settings, virtual))}
    functions = Functions(places, virtual.time, uuid4)
    answers: list[dict[str, Any]] = []

    def invoke() -> None:
        answers.append(functions.invoke(FunctionName=settings.arn, Payload=b'{"call": 7}'))

    virtual.time.begin(invoke)
    virtual.time.run()

    [answer] = answers
    told = json.load(answer["Payload"])
    assert answer["FunctionError"] == "Unhandled"
    assert told["errorType"] == "AttributeError"
    assert told["stackTrace"][0].startswith('  File "/var/task/place_call.py", line ')


@pytest.mark.parametrize("error", ["Lambda.Unknown", "Lambda.TooManyRequestsException"])
def test_lambda_itself_can_fail(error: str, virtual: VirtualSystem) -> None:
    def broken(_run: Run) -> None:
        raise FunctionFaultError(error, "for a while")

    ending = virtual.run_scenario(FIRST_ANSWERS, around=failing("check_call", broken))

    assert [name for name, _ in faults(ending)] == [error]
    assert ending.output["outcome"] == "acknowledged"


def test_a_function_that_hangs_is_ended_at_its_time_out(virtual: VirtualSystem) -> None:
    timeout = of("place_call", virtual).timeout

    def hangs(run: Run) -> None:
        run()
        virtual.time.sleep(3600)

    ending = virtual.run_scenario(FIRST_ANSWERS, around=failing("place_call", hangs))

    [(error, cause)] = faults(ending)
    assert error == "Sandbox.Timedout"
    assert f"{timeout:.2f} seconds" in cause
    assert timeout < ending.page.duration < timeout + 30
    assert len(ending.spoken) == 1  # the phone rang before it hung, and no second time


def test_a_fault_of_a_scenario_that_hangs_takes_the_time_out_too(virtual: VirtualSystem) -> None:
    scenario = read_scenario(SCENARIOS_DIR / "fault-place-hangs.yaml")

    assert virtual.run_scenario(scenario).page.duration > of("place_call", virtual).timeout


def test_a_task_can_time_out(virtual: VirtualSystem) -> None:
    def late(_run: Run) -> None:
        raise FunctionFaultError("States.Timeout")

    ending = virtual.run_scenario(FIRST_ANSWERS, around=failing("check_call", late))

    assert faults(ending) == [("States.Timeout", "")]


def test_a_function_finds_its_own_environment_and_no_other(virtual: VirtualSystem) -> None:
    ending = virtual.run_scenario(FIRST_ANSWERS)
    settings = of("plan_calls", virtual)
    less = {key: one for key, one in settings.environment.items() if key != "MAX_CALL_SECONDS"}
    given = {
        "incident": ending.output["incident"],
        "execution": ending.page.arn,
        "started": "2026-01-05T03:12:00.000Z",
        "team_lock": {},
    }

    assert sandbox(settings, virtual).handle(given)["plan"]["count"] > 0
    with pytest.raises(KeyError, match="MAX_CALL_SECONDS"):
        sandbox(replace(settings, environment=less), virtual).handle(given)


def test_a_sandbox_leaves_this_process_as_it_was(virtual: VirtualSystem) -> None:
    import_module("adapters.logger")  # another test has imported what the functions share
    variables, modules = dict(os.environ), dict(sys.modules)

    sandbox(of("validate_roster", virtual), virtual)

    assert dict(os.environ) == variables
    changed = {
        name for name in modules | sys.modules if modules.get(name) is not sys.modules.get(name)
    }
    assert {name.partition(".")[0] for name in changed} <= {"oncall"}


def of(name: str, virtual: VirtualSystem) -> FunctionSettings:
    """Give how a function is set up."""
    [found] = [one for one in virtual.deployed.functions.values() if one.name == name]
    return found


def sandbox(settings: FunctionSettings, virtual: VirtualSystem) -> Sandbox:
    """Give a function a place of its own."""
    aws = aws_environment(virtual.services.url, virtual.connect.url)
    return Sandbox(settings, aws, virtual.time, lambda: EPOCH, lambda _line: None)
