"""Settings narrow the event pattern of a trigger."""

from __future__ import annotations

from typing import Any

import pytest

from tests.infrastructure.event_pattern import matches
from tests.unit import sample_events
from workflow.event_patterns import patterns
from workflow.settings.settings import Settings


def detail(key: str, **settings: object) -> dict[str, Any]:
    """Return the detail in the pattern of a trigger with these settings."""
    context = Settings.from_context({"triggers": {key: {"enabled": True, **settings}}})
    pattern: dict[str, Any] = patterns(context.triggers)[key]
    return dict(pattern["detail"])


@pytest.mark.parametrize(("outcome", "result"), [("success", "Success"), ("failure", "Failure")])
def test_sign_ins_can_be_limited_to_an_outcome(outcome: str, result: str) -> None:
    pattern = detail("root_sign_in", outcome=outcome)

    assert pattern["responseElements"] == {"ConsoleLogin": [result]}
    assert pattern["userIdentity"] == {"type": ["Root"]}
    assert "responseElements" not in detail("root_sign_in")


def test_sign_ins_can_be_limited_to_users_and_roles() -> None:
    users = {"type": ["IAMUser"], "userName": ["ana"]}
    roles = {"type": ["AssumedRole"], "sessionContext": {"sessionIssuer": {"userName": ["Admin"]}}}

    assert detail("user_sign_in", users=["ana"])["userIdentity"] == users
    assert detail("user_sign_in", roles=["Admin"])["userIdentity"] == roles
    both = detail("user_sign_in", users=["ana"], roles=["Admin"])
    assert both["userIdentity"] == {"$or": [users, roles]}


NOT_OWN_ALARMS = [{"anything-but": {"prefix": "Callout - "}}]
MISSING = {"exists": False}
NO_BACKUP = ["false", False, MISSING]
ALARM_STATES = {"value": ["ALARM", "OK"]}  # OK closes the incident that ALARM opened


@pytest.mark.parametrize(
    ("key", "settings", "pattern"),
    [
        ("alarms", {}, {"state": ALARM_STATES, "alarmName": NOT_OWN_ALARMS}),
        (
            "alarms",
            {"names": ["disk"], "prefixes": ["prod-"]},
            {"state": ALARM_STATES, "alarmName": ["disk", {"prefix": "prod-"}]},
        ),
        ("instances", {}, {"state": ["stopped", "terminated"]}),
        (
            "instances",
            {"ids": ["i-0123456789abcdef0"], "states": ["terminated"]},
            {"instance-id": ["i-0123456789abcdef0"], "state": ["terminated"]},
        ),
        ("guardduty", {"minimum_severity": 4}, {"severity": [{"numeric": [">=", 4]}]}),
        (
            "health",
            {},
            {
                "eventTypeCategory": ["issue", MISSING],
                "backupEvent": NO_BACKUP,
                "eventScopeCode": ["ACCOUNT_SPECIFIC", MISSING],
            },
        ),
        (
            "health",
            {
                "services": ["EC2"],
                "categories": ["issue", "scheduledChange"],
                "public_events": True,
            },
            {
                "service": ["EC2", MISSING],
                "eventTypeCategory": ["issue", "scheduledChange", MISSING],
                "backupEvent": NO_BACKUP,
            },
        ),
    ],
)
def test_settings_limit_the_events_of_a_trigger(
    key: str, settings: dict[str, object], pattern: dict[str, object]
) -> None:
    assert detail(key, **settings) == pattern


@pytest.mark.parametrize(
    ("changes", "public_events", "default"),
    [
        ({}, True, True),
        ({"backupEvent": "false"}, True, True),
        ({"backupEvent": False}, True, True),
        ({"backupEvent": "true"}, False, False),
        ({"backupEvent": True}, False, False),
        ({"eventScopeCode": "PUBLIC"}, True, False),
        ({"eventScopeCode": "PUBLIC", "backupEvent": "true"}, False, False),
        ({"statusCode": "closed"}, True, True),
    ],
)
def test_health_events_page_once_and_public_ones_only_if_asked_for(
    changes: dict[str, object], *, public_events: bool, default: bool
) -> None:
    event = sample_events.event("health-instance-stop")
    event["detail"] |= changes
    settings = {"enabled": True, "categories": ["scheduledChange"]}
    for asked_for, expected in ((True, public_events), (False, default)):
        health = settings | {"public_events": asked_for}
        context = Settings.from_context({"triggers": {"health": health}})
        assert matches(patterns(context.triggers)["health"], event) == expected


@pytest.mark.parametrize("settings", [{}, {"services": ["EC2"]}, {"public_events": True}])
def test_an_empty_health_event_pages(settings: dict[str, object]) -> None:
    event = sample_events.event("health-instance-stop") | {"detail": {}}
    context = Settings.from_context({"triggers": {"health": {"enabled": True, **settings}}})
    assert matches(patterns(context.triggers)["health"], event)


def raw(pattern: dict[str, Any]) -> dict[str, Any]:
    """Return the deployed form of a custom pattern."""
    triggers = {"patterns": [{"name": "Mine", "pattern": pattern}]}
    return patterns(Settings.from_context({"triggers": triggers}).triggers)["patterns.0"]


def test_a_custom_pattern_accepts_replays_wherever_it_matches_the_source() -> None:
    failed = {"detail-type": ["Order failed"]}
    shop, till = {"source": ["shop"]}, {"source": [{"prefix": "till."}], "detail": {"n": [1]}}
    replayed_shop = {"source": ["shop", "callout.replay"]}
    replayed_till = till | {"source": [{"prefix": "till."}, "callout.replay"]}

    assert raw({**failed, **shop}) == {**failed, **replayed_shop}
    assert raw({**failed, "$or": [shop, {"$or": [shop, till]}]}) == {
        **failed,
        "$or": [replayed_shop, {"$or": [replayed_shop, replayed_till]}],
    }
    assert raw(failed) == failed
