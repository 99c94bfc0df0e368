"""Test that an incident survives the state machine."""

import json
from typing import Any

from hypothesis import given

from oncall.incident import Incident
from tests.unit.json_values import any_event, any_json
from tests.unit.sample_events import incident, incident_from


@given(any_event)
def test_incident_survives_the_state_machine(value: Any) -> None:  # noqa: ANN401
    incident = incident_from(value)
    carried = json.loads(json.dumps(incident.to_state()))
    assert Incident.from_state(carried) == incident


def test_state_has_the_fields_as_keys() -> None:
    assert set(incident("ec2-stopped").to_state()) == {
        "id", "kind", "title", "details", "severity", "team", "dedup_key", "account", "region",
        "time", "test", "drill", "previously_acknowledged_by",
            "requested_team", "resolved_by", "state_time", "facts",
    }  # fmt: skip


def test_state_of_another_version_is_readable() -> None:
    incident = Incident.from_state({"id": "e1", "kind": "news", "title": "T", "colour": "red"})
    assert (incident.kind, incident.severity, incident.team, incident.facts) == (
        "other",
        "high",
        "default",
        {},
    )
    assert incident.dedup_key == "e1"


@given(any_json)
def test_any_state_is_readable(value: Any) -> None:  # noqa: ANN401 - any JSON
    incident = Incident.from_state(value if isinstance(value, dict) else {"facts": value})
    assert Incident.from_state(incident.to_state()) == incident
