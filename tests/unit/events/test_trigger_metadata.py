"""A trigger names a team and a severity; an event of Callout's own may know better."""

from typing import Any

import pytest
from hypothesis import given

from oncall.events.parse_event import incident_from_event
from oncall.events.trigger_metadata import apply_trigger_overrides, unwrap
from oncall.incident import Incident
from tests.unit.json_values import any_event
from tests.unit.sample_events import event


def opened(given: object) -> Incident:
    """Open what the state machine was started with."""
    delivered, trigger = unwrap(given)
    return apply_trigger_overrides(
        incident_from_event(delivered, fallback_id="one"), delivered, trigger
    )


def test_a_trigger_assigns_its_team_and_severity() -> None:
    incident = opened(
        {"trigger": {"team": "web", "severity": "low"}, "event": event("alarm-alb-latency")}
    )

    assert (incident.team, incident.severity) == ("web", "low")


def test_an_event_without_a_trigger_is_taken_as_it_is() -> None:
    incident = opened(event("root-sign-in"))

    assert (incident.team, incident.severity) == ("default", "critical")


def test_an_own_page_names_its_team_and_severity_itself() -> None:
    page = {"source": "callout", "detail-type": "Page", "detail": {"team": "db", "severity": "low"}}

    incident = opened({"trigger": {"team": "web", "severity": "critical"}, "event": page})

    assert (incident.team, incident.severity) == ("db", "low")


def test_an_own_page_that_names_neither_takes_the_triggers() -> None:
    page: dict[str, Any] = {"source": "callout", "detail-type": "Page", "detail": {}}

    incident = opened({"trigger": {"team": "web", "severity": "critical"}, "event": page})

    assert (incident.team, incident.severity) == ("web", "critical")


@pytest.mark.parametrize(
    "trigger", [None, [], {"team": "no team", "severity": "dire"}, {"team": 7}]
)
def test_a_trigger_that_makes_no_sense_is_passed_over(trigger: object) -> None:
    incident = opened({"trigger": trigger, "event": event("root-sign-in")})

    assert (incident.team, incident.severity) == ("default", "critical")


@given(value=any_event, trigger=any_event)
def test_whatever_comes_pages(value: Any, trigger: Any) -> None:  # noqa: ANN401 - the promise
    assert opened({"trigger": trigger, "event": value}).id
