"""A link and key 1 at the same moment: one acknowledgement, and one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.scenarios.scenario import Scenario
from local.simulation.system import EPOCH
from tests.property.answer_invariants import answer_differences
from tests.property.model.expected_outcome import expect_page

if TYPE_CHECKING:
    from local.simulation.system import VirtualSystem

PRESSED = 8.0


@pytest.mark.parametrize("after", [PRESSED + quarter / 4 for quarter in range(-8, 13, 2)])
@pytest.mark.parametrize("action", ["acknowledge", "resolve"])
def test_a_key_and_a_link_leave_one_name(virtual: VirtualSystem, after: float, action: str) -> None:
    scenario = Scenario.model_validate(
        {
            "title": "key and link",
            "roster": {
                "contacts": [
                    {"name": "Bo", "phone": "+14155550133"},
                    {"name": "Ana", "phone": "+14155550132"},
                ]
            },
            "phones": {"Bo": {"press": {"answer_after": 5, "key_after": PRESSED - 5}}},
            "opens_link": [{"after": after, "by": "Ana", "action": action}],
        }
    )

    result = virtual.run_scenario(scenario)

    assert list(answer_differences(virtual, scenario, expect_page(scenario, EPOCH), result)) == []
    assert [answer.status for answer in result.answers] == [200]
    assert len(result.calls) == 1
    if action == "acknowledge":
        names = {"Ana"} if after < PRESSED else {"Ana", "Bo"} if after <= PRESSED + 2 else {"Bo"}
        assert result.output["acknowledged_by"] in names
