"""The first route of a trigger that matches an event sets its team and severity."""

from __future__ import annotations

import json
from typing import Any

import pytest

from oncall.events.envelope import REPLAY_SOURCE
from oncall.events.parse_event import incident_from_event
from oncall.events.pattern_matching import matches
from oncall.events.trigger_metadata import apply_trigger_overrides, unwrap
from tests.infrastructure.event_pattern import matches as matches_in_emulator
from tests.unit import sample_events
from workflow.event_patterns import patterns, without_replays
from workflow.settings.settings import Settings
from workflow.trigger_rules import input_template

HOME, OTHER = "123456789012", "210987654321"
ALARMS: list[dict[str, Any]] = [
    {"prefixes": ["prod-<1>-"], "team": "payments"},
    {"names": ["checkout"], "accounts": [OTHER], "regions": ["eu-west-1"], "severity": "low"},
    {"accounts": [HOME], "severity": "critical"},
]


def route(event: dict[str, Any], **triggers: object) -> tuple[str, str] | None:
    """Return the team and severity of an event; None if it does not page."""
    settings = Settings.from_context({"teams": ["default", "payments"], "triggers": triggers})
    [(key, routes)] = [
        (key, routes) for key, routes in settings.triggers.enabled().items() if key in triggers
    ]
    pattern = patterns(settings.triggers)[key]
    if not matches_in_emulator(pattern, event):
        return None
    real = event["source"] != REPLAY_SOURCE
    assert matches_in_emulator(without_replays(pattern), event) == real
    template = input_template(key, routes)
    assert template.count("<") == 1  # nothing else is a variable
    event_json = json.dumps(event)
    wrapped = json.loads(template.replace("<aws.events.event.json>", event_json))
    delivered, trigger = unwrap(wrapped)
    incident = incident_from_event(delivered, fallback_id="-")
    incident = apply_trigger_overrides(incident, delivered, trigger)
    return incident.team, incident.severity


def alarm(name: str, account: str = HOME, region: str = "us-east-1") -> dict[str, Any]:
    event = sample_events.event("alarm-alb-latency")
    arn = f"arn:aws:cloudwatch:{region}:{account}:alarm:{name}"
    detail = event["detail"] | {"alarmName": name}
    return event | {"account": account, "region": region, "resources": [arn], "detail": detail}


@pytest.mark.parametrize("replayed", [False, True])
@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (alarm("prod-<1>-cpu", OTHER), ("payments", "high")),
        (alarm("checkout", OTHER, "eu-west-1"), ("default", "low")),
        (alarm("checkout"), ("default", "critical")),
        (alarm("Callout - rule"), None),
    ],
)
def test_the_first_route_that_matches_decides(
    event: dict[str, Any], expected: tuple[str, str] | None, *, replayed: bool
) -> None:
    if replayed:
        event = event | {"source": REPLAY_SOURCE, "account": HOME, "region": "ap-south-1"}
    assert route(event, alarms=ALARMS) == expected


def test_an_event_that_no_route_matches_does_not_page() -> None:
    assert route(alarm("checkout", OTHER), alarms=ALARMS) is None


@pytest.mark.parametrize(
    ("name", "trigger", "condition"),
    [
        ("root-sign-in-failed", "root_sign_in", {"outcome": "failure"}),
        ("iam-user-sign-in", "user_sign_in", {"users": ["security_user"], "roles": ["Admin"]}),
        ("ec2-stopped", "instances", {"states": ["stopped"]}),
        ("guardduty-finding", "guardduty", {"minimum_severity": 5}),
        ("health-instance-stop", "health", {"services": ["EC2"], "categories": ["issue"]}),
    ],
)
def test_every_trigger_can_have_routes(name: str, trigger: str, condition: dict[str, Any]) -> None:
    event = sample_events.event(name)
    rest = {"severity": "low"} | ({"users": ["*"]} if trigger == "user_sign_in" else {})
    other = condition | {"accounts": ["000000000000"], "team": "default"}
    if name == "health-instance-stop":
        condition |= {"categories": ["scheduledChange"]}
    first = condition | {"team": "payments", "severity": "critical"}

    routes = [other, first, rest]

    assert route(event, **{trigger: routes}) == ("payments", "critical")


@pytest.mark.parametrize(
    ("pattern", "event", "expected"),
    [
        (None, {}, True),
        ([], {}, False),
        ({"a": [1, "x"]}, {"a": ["y", "x"]}, True),
        ({"a": {"b": ["x"]}}, {"a": "x"}, False),
        ({"a": [{"exists": False}]}, {}, True),
        ({"a": [{"exists": False}]}, {"a": "x"}, False),
        ({"a": [{"anything-but": ["x"]}]}, {"a": "x"}, False),
        ({"a": [{"anything-but": {"prefix": "x"}}]}, {"a": "xy"}, False),
        ({"a": [{"anything-but": {"prefix": "x"}}]}, {"a": "y"}, True),
        ({"a": [{"numeric": [">=", 7]}]}, {"a": 7.5}, True),
        ({"a": [{"numeric": [">=", 7]}]}, {"a": "8"}, False),
        ({"$or": [{"a": ["x"]}, {"b": ["x"]}]}, {"b": "x"}, True),
    ],
)
def test_patterns_match_as_in_eventbridge(
    pattern: dict[str, object] | None, event: dict[str, object], *, expected: bool
) -> None:
    assert matches(pattern, event) is expected
    if pattern:
        whole = {"source": "shop", "detail-type": "Order", "detail": event}
        assert matches_in_emulator({"detail": pattern}, whole) is expected
