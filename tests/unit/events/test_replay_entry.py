"""Promises of a replay: an event as AWS sent it, sent again, and known to be a test."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from oncall.events.replay_entry import EventError, replay_entry
from tests.unit import sample_events
from tests.unit.json_values import any_event


def delivered(sent: dict[str, Any]) -> dict[str, Any]:
    """Give the event that EventBridge makes of an entry."""
    return {
        "version": "0",
        "id": "0d1e2f3a-4b5c-6d7e-8f90-a1b2c3d4e5f6",
        "source": sent["Source"],
        "detail-type": sent["DetailType"],
        "account": "000000000000",
        "region": "us-east-1",
        "time": sent.get("Time", datetime(2026, 7, 1, tzinfo=UTC).isoformat()),
        "resources": sent["Resources"],
        "detail": json.loads(sent["Detail"]),
    }


AWS_EVENTS = [
    name for name in sample_events.NAMES if sample_events.event(name)["source"].startswith("aws.")
]


@pytest.mark.parametrize("name", AWS_EVENTS)
def test_an_event_of_aws_is_replayed_under_a_name_that_may_be_used(name: str) -> None:
    event = sample_events.event(name)

    sent = replay_entry(event)

    assert sent["Source"] == "callout.replay"
    assert sent["DetailType"] == event["detail-type"]
    assert json.loads(sent["Detail"]) == event["detail"]
    assert sent["Resources"] == event["resources"]


@pytest.mark.parametrize("name", AWS_EVENTS)
def test_a_replay_tells_the_same_and_that_it_is_a_test(name: str) -> None:
    event = sample_events.event(name)

    original = sample_events.understood(event)
    replayed = sample_events.understood(delivered(replay_entry(event)))

    assert replayed.kind == original.kind
    assert (original.test, replayed.test) == (False, True)
    if original.kind != "other":  # what is not understood is told by its source
        assert replayed.title == original.title


def test_an_event_of_callouts_own_is_replayed_as_a_test_too() -> None:
    sent = replay_entry(
        {"source": "callout", "detail-type": "Page", "detail": {"title": "Disk full"}}
    )

    assert sent["Source"] == "callout.replay"


def test_a_replay_can_be_replayed() -> None:
    event = sample_events.event("replayed-page")

    assert replay_entry(delivered(replay_entry(event)))["Source"] == "callout.replay"


def test_an_event_without_a_time_or_resources_is_taken() -> None:
    sent = replay_entry({"source": "shop", "detail-type": "Order", "detail": {"id": 7}})

    assert sent["Resources"] == []
    assert "Time" not in sent


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "root sign-in",
        {},
        {"source": "aws.signin", "detail-type": "X"},
        {"source": "aws.signin", "detail-type": "X", "detail": "text"},
        {"source": None, "detail-type": "X", "detail": {}},
    ],
)
def test_what_is_no_event_is_refused_in_one_line_that_says_what_is_needed(
    document: object,
) -> None:
    with pytest.raises(EventError) as refused:
        replay_entry(document)

    assert "`detail-type`" in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


@settings(deadline=None)
@given(any_event)
def test_any_document_is_replayed_or_refused(document: object) -> None:
    try:
        sent = replay_entry(document)
    except EventError:
        return

    assert not sent["Source"].startswith("aws.")
    json.loads(sent["Detail"])
