"""A trigger that is narrowed by its settings asks EventBridge for just that."""

from __future__ import annotations

from typing import Any

import pytest

from workflow.event_patterns import patterns
from workflow.settings.settings import Settings


def detail(key: str, **settings: object) -> dict[str, Any]:
    """Give what the pattern of a trigger asks of an event's detail."""
    chosen = Settings.from_context({"triggers": {key: {"enabled": True, **settings}}})
    found: dict[str, Any] = patterns(chosen.triggers)[key]["detail"]
    return found


@pytest.mark.parametrize(("outcome", "result"), [("success", "Success"), ("failure", "Failure")])
def test_a_sign_in_can_be_narrowed_to_how_it_ended(outcome: str, result: str) -> None:
    asked = detail("root_sign_in", outcome=outcome)

    assert asked["responseElements"] == {"ConsoleLogin": [result]}
    assert asked["userIdentity"] == {"type": ["Root"]}
    assert "responseElements" not in detail("root_sign_in")


def test_users_and_roles_are_asked_for_by_name() -> None:
    users = {"type": ["IAMUser"], "userName": ["ana"]}
    roles = {"type": ["AssumedRole"], "sessionContext": {"sessionIssuer": {"userName": ["Admin"]}}}

    assert detail("user_sign_in", users=["ana"])["userIdentity"] == users
    assert detail("user_sign_in", roles=["Admin"])["userIdentity"] == roles
    both = detail("user_sign_in", users=["ana"], roles=["Admin"])
    assert both["userIdentity"] == {"$or": [users, roles]}


def test_alarms_are_asked_for_by_name_and_prefix_or_all_but_our_own() -> None:
    asked = detail("alarms", names=["disk"], prefixes=["prod-"])

    assert asked == {
        "state": {"value": ["ALARM", "OK"]},  # OK closes what ALARM has opened
        "alarmName": ["disk", {"prefix": "prod-"}],
    }
    assert detail("alarms")["alarmName"] == [{"anything-but": {"prefix": "Callout - "}}]


def test_instances_are_asked_for_by_id_and_state() -> None:
    asked = detail("instances", ids=["i-0123456789abcdef0"], states=["terminated"])

    assert asked == {"instance-id": ["i-0123456789abcdef0"], "state": ["terminated"]}
    assert detail("instances") == {"state": ["stopped", "terminated"]}


def test_findings_are_asked_for_from_a_severity_on() -> None:
    assert detail("guardduty", minimum_severity=4) == {"severity": [{"numeric": [">=", 4]}]}


def test_health_events_are_asked_for_by_service_and_category() -> None:
    asked = detail("health", services=["EC2"], categories=["issue", "scheduledChange"])

    assert asked == {"service": ["EC2"], "eventTypeCategory": ["issue", "scheduledChange"]}
    assert detail("health") == {"eventTypeCategory": ["issue"]}


def raw(pattern: dict[str, Any]) -> dict[str, Any]:
    """Give the deployed pattern of one of the user's."""
    triggers = {"patterns": [{"name": "Mine", "pattern": pattern}]}
    return patterns(Settings.from_context({"triggers": triggers}).triggers)["patterns.0"]


def test_a_raw_pattern_is_open_to_replays_wherever_it_asks_for_the_source() -> None:
    failed = {"detail-type": ["Order failed"]}
    one, other = {"source": ["shop"]}, {"source": [{"prefix": "till."}], "detail": {"n": [1]}}

    assert raw({**failed, **one}) == {**failed, "source": ["shop", "callout.replay"]}
    assert raw({**failed, "$or": [one, {"$or": [one, other]}]}) == {
        **failed,
        "$or": [
            {"source": ["shop", "callout.replay"]},
            {
                "$or": [
                    {"source": ["shop", "callout.replay"]},
                    {"source": [{"prefix": "till."}, "callout.replay"], "detail": {"n": [1]}},
                ]
            },
        ],
    }
    assert raw(failed) == failed
