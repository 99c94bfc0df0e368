"""Test the plan of a page."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from oncall.calls.call import PagePlan, Telephony
from oncall.calls.planner import plan_page, with_roster_provenance
from oncall.incident import Incident
from oncall.roster.fallback import RosterSource, SelectedRoster, StoredRoster
from oncall.roster.parsing.parser import parse
from tests.unit import sample_events

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
ROSTER = """
timezone: Asia/Shanghai
language: zh-CN
ring_seconds: 20
contacts:
  - {name: Li Wei, phone: +8613800138000}
  - {name: Ana, phone: [+14155550132, +14155550178], language: en-US}
"""
NUMBERS = ("+8613800138000", "+14155550132", "+14155550178")


def planned(text: str = ROSTER, incident: Incident | None = None, first: str = "") -> PagePlan:
    about = incident or sample_events.incident("root-sign-in")
    return plan_page(about, parse(text), NOON, telephony=Telephony(90), call_first=first)


def test_calls_follow_the_roster() -> None:
    plan = planned()

    assert [(call.attempt, call.round, call.contact) for call in plan.calls] == [
        (1, 1, "Li Wei"), (2, 1, "Ana"), (3, 1, "Ana"), (4, 2, "Li Wei"), (5, 2, "Ana"),
        (6, 2, "Ana"),
    ]  # fmt: skip
    assert {(call.ring_seconds, call.max_call_seconds) for call in plan.calls} == {(20, 90)}
    assert plan.to_state()["count"] == 6


def test_call_first_leads_and_calls_are_numbered_in_order() -> None:
    plan = planned(first="Ana")

    assert [(call.attempt, call.round, call.contact) for call in plan.calls] == [
        (1, 1, "Ana"), (2, 1, "Ana"), (3, 1, "Li Wei"), (4, 2, "Li Wei"), (5, 2, "Ana"),
        (6, 2, "Ana"),
    ]  # fmt: skip
    assert plan.numbers[:3] == (NUMBERS[1], NUMBERS[2], NUMBERS[0])
    assert plan.failed_call_lines[0].startswith("1. Ana +1********32")


def test_every_call_has_a_number_and_a_line() -> None:
    plan = planned()

    assert plan.numbers == NUMBERS * 2
    assert len(plan.failed_call_lines) == len(plan.calls)
    assert plan.failed_call_lines[1].startswith("2. Ana +1********32")


def test_full_numbers_are_only_in_numbers() -> None:
    state = planned().to_state()
    del state["numbers"]

    written = json.dumps(state)

    for number in NUMBERS:
        assert number[3:] not in written


def test_each_contact_is_called_in_their_language() -> None:
    plan = planned()

    assert {call.contact: call.language for call in plan.calls} == {
        "Li Wei": "zh-CN",
        "Ana": "en-US",
    }


def test_notification_has_the_rosters_language_and_time_zone() -> None:
    plan = planned()

    assert (plan.language, plan.timezone) == ("zh-CN", "Asia/Shanghai")


def test_latest_roster_has_no_fallback_note() -> None:
    plan = with_roster_provenance(
        planned(), SelectedRoster(parse(ROSTER), StoredRoster(ROSTER, 4), RosterSource.LATEST)
    )

    assert plan.roster == {"source": "latest", "version": 4}
    assert plan.fallback_note == ""


def test_fallback_note_names_the_roster_and_the_reason() -> None:
    saved = StoredRoster(ROSTER, 4)
    plan = with_roster_provenance(
        planned(), SelectedRoster(parse(ROSTER), saved, RosterSource.LAST_GOOD, "line 3")
    )

    assert plan.roster == {"source": "last-good", "version": 4}
    assert "第 4 版" in plan.fallback_note
    assert plan.fallback_note.endswith("line 3")


def test_custom_flow_without_keys_is_acknowledged_by_an_answer() -> None:
    lab = Telephony(90, message_attribute="rootloginalarm", acknowledge="answer")
    incident = sample_events.incident("root-sign-in")

    plan = plan_page(incident, parse(ROSTER), NOON, telephony=lab)

    assert {call.acknowledge for call in plan.calls} == {"answer"}


def test_retry_makes_the_same_plan() -> None:
    assert planned() == planned()


def test_plan_without_calls_has_every_field() -> None:
    assert PagePlan().to_state().keys() == planned().to_state().keys()
    assert PagePlan().to_state()["count"] == 0


@pytest.mark.parametrize(
    "plan", [planned(), PagePlan(), replace(planned(), fallback_note="By a copy.")]
)
def test_plan_survives_the_state_machine(plan: PagePlan) -> None:
    assert PagePlan.from_state(json.loads(json.dumps(plan.to_state()))) == plan


def test_plan_of_another_version_is_readable() -> None:
    state = planned().to_state()
    del state["timezone"], state["failed_call_lines"]

    plan = PagePlan.from_state(state | {"newer": 1})

    assert plan == replace(planned(), timezone="UTC", failed_call_lines=())
