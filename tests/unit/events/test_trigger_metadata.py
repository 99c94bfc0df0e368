"""A trigger sets team and severity, except those that Callout's own events name."""

from typing import Any

import pytest
from hypothesis import given

from oncall.events.parse_event import incident_from_event
from oncall.events.trigger_metadata import apply_trigger_overrides, unwrap
from oncall.incident import Incident
from tests.unit.json_values import any_event
from tests.unit.sample_events import event

PAGE: dict[str, Any] = {"source": "callout", "detail-type": "Page", "detail": {}}
OWN_TEAM = PAGE | {"detail": {"team": "db", "severity": "low"}}
TRIGGER = {"team": "web", "severity": "medium"}
INVALID: list[object] = [None, [], {"team": "no team", "severity": "dire"}, {"team": 7}]


def opened(state_input: object) -> Incident:
    """Return the incident that the state machine's input opens."""
    delivered, trigger = unwrap(state_input)
    return apply_trigger_overrides(
        incident_from_event(delivered, fallback_id="id"), delivered, trigger
    )


@pytest.mark.parametrize(
    ("state_input", "team", "severity"),
    [
        ({"trigger": TRIGGER, "event": event("alarm-alb-latency")}, "web", "medium"),
        (event("root-sign-in"), "default", "critical"),
        ({"trigger": TRIGGER, "event": OWN_TEAM}, "db", "low"),
        ({"trigger": TRIGGER, "event": PAGE}, "web", "medium"),
        *[
            ({"trigger": invalid, "event": event("root-sign-in")}, "default", "critical")
            for invalid in INVALID
        ],
    ],
)
def test_a_trigger_sets_team_and_severity_unless_a_page_names_its_own(
    state_input: object, team: str, severity: str
) -> None:
    incident = opened(state_input)

    assert (incident.team, incident.severity) == (team, severity)


@given(value=any_event, trigger=any_event)
def test_any_event_and_trigger_page(value: Any, trigger: Any) -> None:  # noqa: ANN401 - any JSON value
    assert opened({"trigger": trigger, "event": value}).id
