"""Promises of the plan: who is called, in which order."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from oncall.plan import PlannedCall, plan_calls
from oncall.roster import parse

ROSTERS = Path(__file__).parents[1] / "rosters"
LANGUAGES = ("en-US", "zh-CN")
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def planned(text: str, at: datetime = NOON) -> tuple[PlannedCall, ...]:
    return plan_calls(parse(text, languages=LANGUAGES), at)


def names(text: str, at: datetime = NOON) -> list[str]:
    return [call.contact for call in planned(text, at)]


def test_every_phone_of_every_person_is_called_in_each_round() -> None:
    text = (ROSTERS / "two-languages.yaml").read_text()
    assert planned(text) == (
        PlannedCall(1, 1, "Li Wei", "+8613800138000", "zh-CN", 30),
        PlannedCall(2, 1, "Ana", "+14155550132", "en-US", 30),
        PlannedCall(3, 1, "Ana", "+14155550178", "en-US", 30),
        PlannedCall(4, 2, "Li Wei", "+8613800138000", "zh-CN", 30),
        PlannedCall(5, 2, "Ana", "+14155550132", "en-US", 30),
        PlannedCall(6, 2, "Ana", "+14155550178", "en-US", 30),
    )


def test_the_smallest_roster_calls_one_person_twice() -> None:
    text = (ROSTERS / "smallest.yaml").read_text()
    assert planned(text) == (
        PlannedCall(1, 1, "Li Wei", "+8613800138000", "en-US", 45),
        PlannedCall(2, 2, "Li Wei", "+8613800138000", "en-US", 45),
    )


TWO = """
contacts:
  - {name: Li Wei, phone: +8613800138000}
  - {name: Ana, phone: +14155550132}
"""


def test_a_person_next_to_themselves_in_a_round_is_called_once() -> None:
    assert names(f"{TWO}escalation: [Ana, Ana, Li Wei]\nrounds: 1\n") == ["Ana", "Li Wei"]


def test_a_person_may_be_called_again_later_in_a_round() -> None:
    assert names(f"{TWO}escalation: [Ana, Li Wei, Ana]\nrounds: 1\n") == ["Ana", "Li Wei", "Ana"]


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        planned(TWO, NOON.replace(tzinfo=None))
