"""What a case takes from a history."""

from __future__ import annotations

import pytest

from local.emulator.process import LocalError
from local.step_functions_local.test_cases import answers, case_of, cases_of, faults
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


def test_answers_are_in_order_over_retries_and_over_all_times_that_a_state_is_entered() -> None:
    history = [
        entered("CheckCall"),
        *tried(failed("Boom"), timed_out(), returned(1)),
        entered("PlaceCall"),
        *tried(returned(2)),
        entered("CheckCall"),
        *tried(returned(3)),
    ]

    assert answers(history) == {
        "CheckCall": [
            {"Throw": {"Error": "Boom", "Cause": "simulated"}},
            {"Throw": {"Error": "States.Timeout", "Cause": ""}},
            {"Return": 1},
            {"Return": 3},
        ],
        "PlaceCall": [{"Return": 2}],
    }


def test_failed_tries_are_counted_each_time_that_a_state_is_entered() -> None:
    """A try less at one time may be one more at the next: their sum would not tell."""
    history = [
        entered("CheckCall"),
        *tried(failed("Boom"), failed("Boom"), returned(1)),
        entered("WaitForAnswer"),
        entered("CheckCall"),
        *tried(failed("Boom"), returned(1)),
    ]

    assert faults(history) == [("CheckCall", 2), ("CheckCall", 1)]


def test_what_fails_after_an_answer_is_not_another_try() -> None:
    history = [entered("PlanCalls"), *tried(returned({})), failed("States.Runtime")]

    assert answers(history) == {"PlanCalls": [{"Return": {}}]}


def test_a_case_has_what_went_in_and_came_out_and_what_was_the_executions_own() -> None:
    history = [
        started({"id": "e"}),
        entered("OpenIncident"),
        *tried(failed("Boom"), returned({})),
        succeeded({"outcome": "duplicate"}),
    ]

    case = case_of("Twice", history)

    assert case.given == {"id": "e"}
    assert case.states == ["OpenIncident"]
    assert case.faults == [("OpenIncident", 1)]
    assert case.output == {"outcome": "duplicate"}
    assert case.own == {ARN, "a-name", BEGAN}


def test_each_execution_of_a_story_is_a_case() -> None:
    histories = [[started({})], [started({})]]

    names = [case.name for case in cases_of("fault-delivered-twice", histories)]

    assert names == ["FaultDeliveredTwice", "FaultDeliveredTwice2"]


def test_a_history_that_lacks_its_beginning_is_refused() -> None:
    with pytest.raises(LocalError, match=r"^Cut: the history does not begin with Execut"):
        case_of("Cut", [entered("OpenIncident")])
