"""The sample events and scenarios that the web page lists."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from local.full_settings import FULL_SETTINGS
from local.phones.sample_alerts import sample_alerts
from local.phones.sample_events import read_sample_event, sample_events, storm_event
from local.phones.scenario_player import playable_scenarios
from local.scenarios.alerts import WebhookRequest
from oncall.events.parse_event import incident_from_event
from oncall.events.sns_message import event_from_message
from oncall.webhooks.http_request import parse_body
from oncall.webhooks.webhook_page import read_webhooks


@pytest.mark.parametrize("name", [event["name"] for event in sample_events()])
def test_every_sample_has_an_event_and_a_title(name: str) -> None:
    assert read_sample_event(name)["detail-type"]
    assert next(event["title"] for event in sample_events() if event["name"] == name)


def test_root_sign_in_is_listed_first() -> None:
    assert sample_events()[0]["name"] == "root-sign-in"


def test_samples_from_another_account_and_region_are_labeled() -> None:
    titles = {event["name"]: event["title"] for event in sample_events()}

    assert titles["guardduty-finding"].endswith(", account 210987654321, region us-west-2")
    assert titles["alarm-composite"].endswith("is in alarm, region eu-west-1")
    assert titles["ec2-stopped"] == "EC2 instance i-0abcd1234efgh5678 is stopped"


def test_every_alarm_of_a_storm_is_a_separate_incident() -> None:
    keys = {
        incident_from_event(storm_event(number), fallback_id="-").dedup_key
        for number in range(1, 101)
    }
    assert len(keys) == 100


def test_every_sample_alert_is_read_by_its_webhook_or_topic() -> None:
    foreign = "arn:aws:sns:eu-west-1:444455556666:alerts"
    topics = ["arn:aws:sns:us-east-1:123456789012:alerts", foreign]
    generic = {"name": "own", "format": "generic", "team": "default"}
    paths = {"details": "a.0", "title": "a.0.name", "dedup_key": "id", "status": "a.0.state"}
    settings = [*FULL_SETTINGS["webhooks"], generic, generic | {"name": "list", "fields": paths}]
    sender = SimpleNamespace(webhooks=settings, topics=topics, url=str, token=str)
    system = SimpleNamespace(alerts=sender, emulator=SimpleNamespace(url=""))
    alerts = sample_alerts(cast("Any", system))

    assert len(alerts) == 2 * 5 + 3 * 2
    assert [alert.address for alert in alerts.values() if not alert.command] == [foreign] * 3
    webhooks = read_webhooks(json.dumps(settings))
    for name, alert in alerts.items():
        if isinstance(alert.sent, WebhookRequest):
            event = {"body": json.dumps(alert.sent.body)}
            [page] = parse_body(event, webhooks[alert.sent.name]).pages
            assert page.resolved == name.endswith("resolved")
            assert all([page.title, page.dedup_key])
        else:
            record = alert.sent.record(topics, "m-1", "2026-01-05T03:12:00Z")
            incident = incident_from_event(event_from_message(record), fallback_id="-")
            assert bool(incident.resolved_by) == name.endswith("OK")


def test_scenarios_that_need_the_runner_are_not_listed() -> None:
    scenarios = playable_scenarios()
    assert "four-contacts" in scenarios
    assert not any(scenario.at or scenario.also for scenario in scenarios.values())
    assert all(
        scenario.phones_by_number() or scenario.phones == {} for scenario in scenarios.values()
    )
