"""The simulated Lambda runtime: isolated functions, Lambda's error names and timeouts."""

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
from local.simulation.lambda_runtime import FunctionFaultError, LambdaRuntime
from local.simulation.system import EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.scenarios.result import ScenarioResult
    from local.simulation.lambda_runtime import Middleware
    from local.simulation.system import VirtualSystem
    from local.simulation.template_resources import FunctionSettings

    Run = Callable[[], Any]

FIRST_ANSWERS = read_scenario(SCENARIOS_DIR / "first-answers.yaml")


def failing(function: str, fail: Callable[[Run], Any]) -> Middleware:
    """Return a Middleware that makes the first run of a function fail."""
    failures = [fail]

    def middleware(name: str, _payload: Any, run: Run) -> Any:  # noqa: ANN401 - whatever JSON holds
        return failures.pop()(run) if name == function and failures else run()

    return middleware


def faults(result: ScenarioResult) -> list[tuple[str, str]]:
    """Return error and cause of each failed task."""
    kinds = ("taskFailedEventDetails", "taskTimedOutEventDetails")
    failed = [event[kind] for event in result.page.history for kind in kinds if kind in event]
    return [(details["error"], details.get("cause", "")) for details in failed]


def test_an_exception_is_reported_as_lambda_reports_it(
    virtual: VirtualSystem,
) -> None:
    def fail(_run: Run) -> None:
        raise LookupError("no such thing")

    result = virtual.run_scenario(FIRST_ANSWERS, middleware=failing("plan_calls", fail))

    [(error, cause)] = faults(result)
    assert error == "LookupError"
    reported = json.loads(cause)
    assert reported["errorMessage"] == "no such thing"
    assert reported["errorType"] == "LookupError"
    assert result.output["outcome"] == "acknowledged"


def test_a_stack_trace_has_the_paths_of_lambda(virtual: VirtualSystem) -> None:
    settings = function_settings("place_call", virtual)
    sandboxes = {settings.arn: (settings, sandbox(settings, virtual))}
    functions = LambdaRuntime(sandboxes, virtual.time, uuid4)
    responses: list[dict[str, Any]] = []

    def invoke() -> None:
        responses.append(functions.invoke(FunctionName=settings.arn, Payload=b'{"call": 7}'))

    virtual.time.start(invoke)
    virtual.time.run()

    [response] = responses
    reported = json.load(response["Payload"])
    assert response["FunctionError"] == "Unhandled"
    assert reported["errorType"] == "AttributeError"
    assert reported["stackTrace"][0].startswith('  File "/var/task/place_call.py", line ')


@pytest.mark.parametrize(
    "error", ["Lambda.Unknown", "Lambda.TooManyRequestsException", "States.Timeout"]
)
def test_lambda_itself_can_fail_and_a_task_can_time_out(error: str, virtual: VirtualSystem) -> None:
    def fail(_run: Run) -> None:
        raise FunctionFaultError(error, "for a while")

    result = virtual.run_scenario(FIRST_ANSWERS, middleware=failing("check_call", fail))

    [(name, cause)] = faults(result)
    assert name == error
    assert ("for a while" in cause) is (error != "States.Timeout")
    assert result.output["outcome"] == "acknowledged"


def test_a_function_that_hangs_is_ended_at_its_timeout(virtual: VirtualSystem) -> None:
    timeout = function_settings("place_call", virtual).timeout

    def hang(run: Run) -> None:
        run()
        virtual.time.sleep(3600)

    result = virtual.run_scenario(FIRST_ANSWERS, middleware=failing("place_call", hang))

    [(error, cause)] = faults(result)
    assert error == "Sandbox.Timedout"
    assert f"{timeout:.2f} seconds" in cause
    assert timeout < result.page.duration < timeout + 30
    assert len(result.spoken) == 1  # called before it hung, and not again


def test_a_hang_fault_of_a_scenario_lasts_until_the_timeout(virtual: VirtualSystem) -> None:
    scenario = read_scenario(SCENARIOS_DIR / "fault-place-call-hangs.yaml")

    assert (
        virtual.run_scenario(scenario).page.duration
        > function_settings("place_call", virtual).timeout
    )


def test_a_function_sees_only_its_own_environment(virtual: VirtualSystem) -> None:
    result = virtual.run_scenario(FIRST_ANSWERS)
    settings = function_settings("plan_calls", virtual)
    reduced = {
        key: value for key, value in settings.environment.items() if key != "MAX_CALL_SECONDS"
    }
    payload = {
        "incident": result.output["incident"],
        "execution": result.page.arn,
        "started": "2026-01-05T03:12:00.000Z",
        "team_lock": {},
    }

    assert sandbox(settings, virtual).handle(payload)["plan"]["count"] > 0
    with pytest.raises(KeyError, match="MAX_CALL_SECONDS"):
        sandbox(replace(settings, environment=reduced), virtual).handle(payload)


def test_a_sandbox_leaves_this_process_as_it_was(virtual: VirtualSystem) -> None:
    import_module("adapters.logger")  # another test has imported what the functions share
    variables, modules = dict(os.environ), dict(sys.modules)

    sandbox(function_settings("validate_roster", virtual), virtual)

    assert dict(os.environ) == variables
    changed = {
        name for name in modules | sys.modules if modules.get(name) is not sys.modules.get(name)
    }
    assert {name.partition(".")[0] for name in changed} <= {"oncall"}


def function_settings(name: str, virtual: VirtualSystem) -> FunctionSettings:
    """Return the settings of a function."""
    [settings] = [
        settings for settings in virtual.deployed.functions.values() if settings.name == name
    ]
    return settings


def sandbox(settings: FunctionSettings, virtual: VirtualSystem) -> Sandbox:
    """Return the sandbox of a function."""
    aws = aws_environment(virtual.services.url, virtual.connect.url)
    return Sandbox(settings, aws, virtual.time, lambda: EPOCH, lambda _line: None)
