"""Test cases read from histories."""

from __future__ import annotations

import pytest

from local.emulator.process import LocalError
from local.step_functions_local.test_cases import case_of, cases_of, failed_tries, responses
from tests.step_functions_local.histories import (
    ARN,
    BEGAN,
    entered,
    failed,
    returned,
    started,
    succeeded,
    timed_out,
    tried,
)


def test_responses_are_in_order_over_retries_and_visits() -> None:
    history = [
        entered("CheckCall"),
        *tried(failed("Boom"), timed_out(), returned(1)),
        entered("PlaceCall"),
        *tried(returned(2)),
        entered("CheckCall"),
        *tried(returned(3)),
    ]

    assert responses(history) == {
        "CheckCall": [
            {"Throw": {"Error": "Boom", "Cause": "simulated"}},
            {"Throw": {"Error": "States.Timeout", "Cause": ""}},
            {"Return": 1},
            {"Return": 3},
        ],
        "PlaceCall": [{"Return": 2}],
    }


def test_failed_tries_are_counted_for_each_visit() -> None:
    """A total would hide one try less at one visit and one more at the next."""
    history = [
        entered("CheckCall"),
        *tried(failed("Boom"), failed("Boom"), returned(1)),
        entered("WaitForAnswer"),
        entered("CheckCall"),
        *tried(failed("Boom"), returned(1)),
    ]

    assert failed_tries(history) == [("CheckCall", 2), ("CheckCall", 1)]


def test_a_failure_after_a_result_is_not_another_try() -> None:
    history = [entered("PlanCalls"), *tried(returned({})), failed("States.Runtime")]

    assert responses(history) == {"PlanCalls": [{"Return": {}}]}


def test_a_case_has_input_result_and_unique_values() -> None:
    history = [
        started({"id": "e"}),
        entered("OpenIncident"),
        *tried(failed("Boom"), returned({})),
        succeeded({"outcome": "duplicate"}),
    ]

    case = case_of("Twice", history)

    assert case.given == {"id": "e"}
    assert case.states == ["OpenIncident"]
    assert case.failed_tries == [("OpenIncident", 1)]
    assert case.output == {"outcome": "duplicate"}
    assert case.unique == {ARN, "a-name", BEGAN}


def test_each_execution_of_a_scenario_is_a_case() -> None:
    histories = [[started({})], [started({})]]

    names = [case.name for case in cases_of("fault-delivered-twice", histories)]

    assert names == ["FaultDeliveredTwice", "FaultDeliveredTwice2"]


def test_a_history_without_its_beginning_is_rejected() -> None:
    with pytest.raises(LocalError, match=r"^Cut: the history does not begin with Execut"):
        case_of("Cut", [entered("OpenIncident")])
