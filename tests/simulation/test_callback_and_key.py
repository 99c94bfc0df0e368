"""A callback and key 1 at the same moment: one acknowledgement, one name, and no further ring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.scenarios.scenario import Scenario
from local.simulation.system import EPOCH
from tests.property.answer_invariants import answer_differences
from tests.property.model.expected_outcome import expect_page

if TYPE_CHECKING:
    from local.simulation.system import VirtualSystem

POLL = 2.0


def scenario(phones: dict[str, Any], *calls: dict[str, Any]) -> Scenario:
    return Scenario.model_validate(
        {
            "title": "callback",
            "roster": {
                "ring_seconds": 60,
                "contacts": [
                    {"name": "Bo", "phone": "+14155550133"},
                    {"name": "Ana", "phone": "+14155550132"},
                ],
            },
            "phones": phones,
            "calls_back": calls,
        }
    )


def pressed_at(virtual: VirtualSystem, after: float) -> float:
    """Return the second at which Ana presses 1 if she calls back `after` seconds."""
    called = {"after": after, "from": "Ana", "keys": "1"}
    result = virtual.run_scenario(scenario({"Bo": "no_answer"}, called))
    [press] = (entry for entry in result.timeline if entry.type == "pressed")
    return press.at


def test_a_callback_stops_the_ringing_phone_within_one_poll(virtual: VirtualSystem) -> None:
    called = {"after": 5, "from": "Ana", "keys": "1"}
    result = virtual.run_scenario(scenario({"Bo": "no_answer"}, called))
    [call] = result.calls
    assert result.call_outcomes == ["Bo handled"]
    assert result.output["acknowledged_by"] == "Ana"
    [press] = (entry for entry in result.timeline if entry.type == "pressed")
    assert call.ended_at is not None
    assert press.at <= call.ended_at <= press.at + POLL


@pytest.mark.parametrize("early", [quarter / 4 for quarter in range(-12, 13, 2)])
def test_a_key_and_a_callback_leave_one_name(virtual: VirtualSystem, early: float) -> None:
    pressed = pressed_at(virtual, 5)
    phones = {"Bo": {"press": {"answer_after": 5, "key_after": pressed - 5 - early}}}
    both = scenario(phones, {"after": 5, "from": "Ana", "keys": "1"})

    result = virtual.run_scenario(both)

    assert list(answer_differences(virtual, both, expect_page(both, EPOCH), result)) == []
    assert len(result.calls) == 1
    names = {"Ana"} if early < 0 else {"Bo"} if early > POLL else {"Ana", "Bo"}
    assert result.output["acknowledged_by"] in names


def test_a_phone_that_calls_back_is_busy(virtual: VirtualSystem) -> None:
    phones = {"Bo": "reject", "Ana": "press"}
    result = virtual.run_scenario(scenario(phones, {"after": 3, "from": "Ana"}))
    assert result.call_outcomes[:2] == ["Bo no_answer", "Ana busy"]
