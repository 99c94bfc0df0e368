"""Messages of SNS topics become the events that say the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.events.parse_event import incident_from_event
from oncall.events.sns_message import event_from_message
from oncall.events.trigger_metadata import mark_drill

if TYPE_CHECKING:
    from oncall.incident import Incident

TOPIC = "arn:aws:sns:eu-west-1:111122223333:alerts"
ALARM_ARN = "arn:aws:cloudwatch:eu-west-1:444455556666:alarm:Disk full"
ALARM = {
    "AlarmName": "Disk full",
    "AlarmDescription": None,
    "AWSAccountId": "444455556666",
    "NewStateValue": "ALARM",
    "NewStateReason": "Threshold Crossed",
    "StateChangeTime": "2026-12-06T14:25:39.681+0000",
    "Region": "EU (Ireland)",
    "AlarmArn": ALARM_ARN,
    "OldStateValue": "OK",
}
EVENT = {"source": "shop", "detail-type": "Order failed", "detail": {"order": 1}, "id": "e-1"}


def message(body: object, subject: str | None = None) -> dict[str, Any]:
    """Return a message as Lambda receives it."""
    return {
        "Type": "Notification",
        "MessageId": "m-1",
        "TopicArn": TOPIC,
        "Subject": subject,
        "Message": body if isinstance(body, str) else json.dumps(body),
        "Timestamp": "2026-12-06T14:25:40.000Z",
    }


def incident(body: object, subject: str | None = None) -> Incident:
    """Return the incident of a message."""
    return incident_from_event(event_from_message(message(body, subject)), fallback_id="none")


@pytest.mark.parametrize("without", [[], ["AlarmArn"], ["AlarmArn", "AlarmDescription"]])
@pytest.mark.parametrize(("state", "kind"), [("ALARM", "alarm"), ("OK", "alarm_ok")])
def test_an_alarm_is_the_incident_of_its_event(state: str, kind: str, without: list[str]) -> None:
    body = {name: value for name, value in ALARM.items() if name not in without}
    event = {
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "resources": [ALARM_ARN],
        "detail": {"alarmName": "Disk full", "state": {"value": state}},
    }

    found = incident(body | {"NewStateValue": state})

    assert found.kind == kind
    assert found.dedup_key == incident_from_event(event, fallback_id="e").dedup_key
    assert found.facts["reason"] == "Threshold Crossed"
    assert (found.account, found.region) == ("444455556666", "eu-west-1")
    assert found.state_time == "2026-12-06T14:25:39.681+00:00"
    assert bool(found.resolved_by) == (state == "OK")


def test_an_event_in_a_message_is_that_event() -> None:
    assert event_from_message(message(EVENT)) == EVENT


@pytest.mark.parametrize("source", ["callout", "callout.replay", "\u200bcallout", " callout"])
def test_a_message_can_request_no_drill_and_no_test(source: str) -> None:
    body = {"source": source, "detail-type": "Page", "detail": {"title": "x", "drill": True}}
    event = event_from_message(message(body))
    found = mark_drill(incident_from_event(event, fallback_id="none"), event)
    assert (found.kind, found.drill, found.test) == ("other", False, False)


def test_other_json_is_read_like_an_event() -> None:
    found = incident({"state": "failed", "job": "backup"}, "Backup failed")
    assert found.title == "Backup failed, from aws.sns"
    assert found.details == f"Resource: {TOPIC}. state: failed, job: backup."
    assert incident({"state": "failed"}).title == "SNS message, from aws.sns"
    assert (
        found.dedup_key != incident({"state": "failed", "job": "mail"}, "Backup failed").dedup_key
    )


@pytest.mark.parametrize(
    ("body", "subject", "title", "details"),
    [
        ("Disk full\non db-1", None, "Disk full", "on db-1."),
        ("on db-1", "Disk full", "Disk full", "on db-1."),
        ("<b>Disk</b> & more", None, "<b>Disk</b> & more", ""),
        ("NaN", "", "NaN", ""),
        ('{"load": 1e999}', None, '{"load": 1e999}', ""),
        ("12", None, "12", ""),
    ],
)
def test_text_is_a_page(body: str, subject: str | None, title: str, details: str) -> None:
    found = incident(body, subject)
    assert (found.kind, found.title, found.details) == ("page", title, details)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.text() | ANY_JSON.map(json.dumps), st.none() | st.text())
def test_any_message_is_an_incident_with_a_stable_key(body: str, subject: str | None) -> None:
    event = event_from_message(message(body, subject))
    json.dumps(event, allow_nan=False)
    found, again = incident(body, subject), incident(body, subject)
    assert found.title
    assert found.dedup_key == again.dedup_key
    assert found.severity == "high"
