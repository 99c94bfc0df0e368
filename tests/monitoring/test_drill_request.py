"""Which events are drills: a real page is never treated as one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from oncall.calls.call import PagePlan, Telephony
from oncall.calls.planner import plan_page
from oncall.events.parse_event import incident_from_event
from oncall.events.trigger_metadata import apply_trigger_overrides, mark_drill, unwrap
from oncall.incident import Incident
from oncall.roster.parsing.parser import parse
from tests.unit import sample_events
from tests.unit.json_values import any_event, any_json

ROSTER = """
contacts:
  - {name: Li Wei, phone: +8613800138000, language: zh-CN}
  - {name: Ana, phone: [+14155550132, +14155550178]}
"""
NOT_OURS = [
    name for name in sample_events.NAMES if sample_events.event(name)["source"] != "callout"
]


def page(source: str = "callout", detail_type: str = "Page", **detail: object) -> dict[str, Any]:
    """Return an event, by default a page event of Callout."""
    return {"id": "e1", "source": source, "detail-type": detail_type, "detail": detail}


def opened(event: object) -> Incident:
    """Return the incident of the state machine's input."""
    delivered, trigger = unwrap(event)
    incident = apply_trigger_overrides(
        incident_from_event(delivered, fallback_id="one"), delivered, trigger
    )
    return mark_drill(incident, delivered)


def planned(incident: Incident) -> PagePlan:
    return plan_page(
        incident,
        parse(ROSTER),
        datetime(2026, 1, 5, tzinfo=UTC),
        telephony=Telephony(90),
    )


def test_a_page_event_with_drill_true_is_a_drill_in_every_state() -> None:
    incident = opened(page(drill=True, title="Drill", team="web"))
    assert incident.drill
    assert incident.team == "web"
    assert Incident.from_state(incident.to_state()) == incident
    by_a_rule = opened({"trigger": {"team": "web"}, "event": page(drill=True)})
    assert (by_a_rule.drill, by_a_rule.team) == (True, "web")


def test_a_drill_never_shares_a_dedup_key_with_a_page() -> None:
    same = {"title": "Drill", "dedup_key": "db"}
    assert opened(page(drill=True, **same)).dedup_key != opened(page(**same)).dedup_key


@pytest.mark.parametrize("value", ["true", "True", "yes", 1, 1.0, [True], {"drill": True}, None])
def test_only_true_makes_a_page_a_drill(value: object) -> None:
    assert not opened(page(drill=value)).drill


@pytest.mark.parametrize("source", ["callout.replay", "aws.signin", " callout", "Callout", ""])
def test_no_other_source_can_request_a_drill(source: str) -> None:
    assert not opened(page(source, drill=True)).drill


@pytest.mark.parametrize("name", NOT_OURS)
def test_a_drill_field_in_an_aws_event_does_not_make_it_a_drill(name: str) -> None:
    event = sample_events.event(name)
    event["detail"] |= {"drill": True}
    event |= {"drill": True}
    assert not opened(event).drill


@given(any_event, any_json)
def test_any_event_is_a_drill_only_with_drill_true_in_a_page_event(
    event: object, value: object
) -> None:
    expected = (
        isinstance(event, dict)
        and isinstance(event.get("detail"), dict)
        and event["detail"].get("drill") is True
        and event.get("source") == "callout"
        and event.get("detail-type") == "Page"
    )

    assert opened(event).drill is expected
    assert opened(page(drill=value)).drill is (value is True)


def test_a_drill_plans_one_call_and_a_page_all_calls() -> None:
    drill, real = planned(opened(page(drill=True))), planned(opened(page()))
    assert [(call.contact, call.drill) for call in drill.calls] == [("Li Wei", True)]
    assert len(drill.numbers) == len(drill.failed_call_lines) == 1
    assert len(real.calls) == 6
    assert not any(call.drill for call in real.calls)


def test_a_call_without_the_drill_field_is_a_real_call() -> None:
    state = planned(opened(page())).calls[0].to_state()
    del state["drill"]
    assert type(planned(opened(page())).calls[0]).from_state(state).drill is False
