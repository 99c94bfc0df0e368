"""The MockConfigFile, in the form that AWS documents."""

from __future__ import annotations

import pytest

from local.emulator.process import LocalError
from local.step_functions_local.mock_config import MOST_BYTES, mock_config, numbered
from local.step_functions_local.test_cases import Case

FAULT = {"Throw": {"Error": "Boom", "Cause": "simulated"}}


def test_equal_answers_in_a_row_share_a_range_and_every_number_has_one() -> None:
    ringing, over = {"Return": {"outcome": "ringing"}}, {"Return": {"outcome": "no_answer"}}

    assert numbered([FAULT, FAULT, FAULT, ringing, over, over, FAULT]) == {
        "0-2": FAULT,
        "3": ringing,
        "4-5": over,
        "6": FAULT,
    }


def test_a_case_names_the_answers_of_its_own_states() -> None:
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


def test_an_answer_that_step_functions_would_not_take_is_refused() -> None:
    """Bytes count, not characters: a message in Mandarin has three for one."""
    fits, too_long = "话" * (MOST_BYTES // 3 - 1), "话" * (MOST_BYTES // 3)

    mock_config([Case("Long", {}, {"PlanCalls": [{"Return": fits}]})])
    with pytest.raises(LocalError, match=r"^Long: answer 1 of PlanCalls has 262,1\d\d bytes"):
        mock_config([Case("Long", {}, {"PlanCalls": [FAULT, {"Return": too_long}]})])
