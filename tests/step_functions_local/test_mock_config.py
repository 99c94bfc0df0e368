"""The MockConfigFile, in the format that AWS documents, and its test cases on the emulator."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.emulator.process import Emulator
from local.environment import local_client
from local.step_functions_local.mock_config import (
    cases_from_scenarios,
    failed_tries,
    input_of,
    mock_config,
    write,
)
from local.step_functions_local.run_test_cases import differences

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from local.simulation.all_scenarios import AllScenarios

Event = dict[str, Any]
BOOM: Event = {
    "type": "TaskFailed",
    "taskFailedEventDetails": {"error": "Boom", "cause": "simulated"},
}
TIMED_OUT: Event = {"type": "TaskTimedOut", "taskTimedOutEventDetails": {"resource": "invoke"}}
FAULT = {"Throw": {"Error": "Boom", "Cause": "simulated"}}


def visit(state: str, *ends: Event) -> list[Event]:
    """Return the events of a visit to a task, which ends each try in one of these ways."""
    entered = {
        "type": "TaskStateEntered",
        "stateEnteredEventDetails": {"name": state, "input": "{}"},
    }
    scheduled = {"type": "TaskScheduled", "taskScheduledEventDetails": {"parameters": "{}"}}
    tries = [event for end in ends for event in (scheduled, {"type": "TaskStarted"}, end)]
    return [entered, *tries]


def returned(result: object) -> Event:
    details = {"output": json.dumps(result)}
    return {"type": "TaskSucceeded", "taskSucceededEventDetails": details}


def test_responses_are_numbered_over_retries_and_visits() -> None:
    history = [
        *visit("CheckCall", BOOM, TIMED_OUT, returned(1)),
        *visit("PlaceCall", returned(2)),
        *visit("CheckCall", returned(3)),
    ]

    assert mock_config({"First": visit("PlaceCall", returned(1)), "Second": history}) == {
        "StateMachines": {
            "Callout": {
                "TestCases": {
                    "First": {"PlaceCall": "First_PlaceCall"},
                    "Second": {"CheckCall": "Second_CheckCall", "PlaceCall": "Second_PlaceCall"},
                }
            }
        },
        "MockedResponses": {
            "First_PlaceCall": {"0": {"Return": 1}},
            "Second_CheckCall": {
                "0": FAULT,
                "1": {"Throw": {"Error": "States.Timeout", "Cause": ""}},
                "2": {"Return": 1},
                "3": {"Return": 3},
            },
            "Second_PlaceCall": {"0": {"Return": 2}},
        },
    }


def test_a_failure_after_a_result_is_not_another_try() -> None:
    history = [*visit("PlanCalls", returned({})), BOOM]

    assert mock_config({"One": history})["MockedResponses"] == {
        "One_PlanCalls": {"0": {"Return": {}}}
    }


def test_failed_tries_are_counted_for_each_visit() -> None:
    """A total would hide one try less at one visit and one more at the next."""
    history = [
        *visit("CheckCall", BOOM, BOOM, returned(1)),
        *visit("WaitForAnswer"),
        *visit("CheckCall", BOOM, returned(1)),
    ]

    assert failed_tries(history) == [("CheckCall", 2), ("CheckCall", 1)]


def test_each_execution_of_a_scenario_is_a_case(all_scenarios: AllScenarios) -> None:
    cases = cases_from_scenarios(all_scenarios)

    first, second = cases["FaultDeliveredTwice"], cases["FaultDeliveredTwice2"]
    assert json.loads(input_of(first)) == json.loads(input_of(second))
    assert [first.outcome, second.outcome] == ["acknowledged", "duplicate"]


def test_every_case_without_retries_runs_in_the_emulator_as_in_its_scenario(
    all_scenarios: AllScenarios, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The emulator gives every retry the response of the first try; AWS numbers each invocation."""
    cases = {
        name: case
        for name, case in cases_from_scenarios(all_scenarios).items()
        if not failed_tries(case.history)
    }
    written = write(tmp_path, all_scenarios.definition, cases)
    monkeypatch.setenv("SFN_MOCK_CONFIG", str(written))

    with Emulator(time_scale=0) as emulator:
        states = local_client(emulator.url, "stepfunctions")
        assert differences(states, all_scenarios.definition, cases) == []
