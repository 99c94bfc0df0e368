"""The MockConfigFile, in the format that AWS documents."""

from __future__ import annotations

import pytest

from local.emulator.process import LocalError
from local.step_functions_local.mock_config import MAX_BYTES, mock_config, numbered
from local.step_functions_local.test_cases import Case

FAULT = {"Throw": {"Error": "Boom", "Cause": "simulated"}}


def test_equal_consecutive_responses_share_a_range_and_every_number_has_one() -> None:
    ringing, finished = {"Return": {"outcome": "ringing"}}, {"Return": {"outcome": "no_answer"}}

    assert numbered([FAULT, FAULT, FAULT, ringing, finished, finished, FAULT]) == {
        "0-2": FAULT,
        "3": ringing,
        "4-5": finished,
        "6": FAULT,
    }


def test_a_case_names_the_responses_of_its_states() -> None:
    cases = [
        Case("First", {}, {"PlaceCall": [{"Return": 1}]}),
        Case("Second", {}, {"PlaceCall": [FAULT, {"Return": 1}]}),
    ]

    assert mock_config(cases) == {
        "StateMachines": {
            "Callout": {
                "TestCases": {
                    "First": {"PlaceCall": "First_PlaceCall"},
                    "Second": {"PlaceCall": "Second_PlaceCall"},
                }
            }
        },
        "MockedResponses": {
            "First_PlaceCall": {"0": {"Return": 1}},
            "Second_PlaceCall": {"0": FAULT, "1": {"Return": 1}},
        },
    }


def test_a_response_that_is_too_large_for_step_functions_is_rejected() -> None:
    """The limit is in bytes: a Chinese character has three."""
    fits, too_long = "话" * (MAX_BYTES // 3 - 1), "话" * (MAX_BYTES // 3)

    mock_config([Case("Long", {}, {"PlanCalls": [{"Return": fits}]})])
    with pytest.raises(LocalError, match=r"^Long: response 1 of PlanCalls has 262,1\d\d bytes"):
        mock_config([Case("Long", {}, {"PlanCalls": [FAULT, {"Return": too_long}]})])
