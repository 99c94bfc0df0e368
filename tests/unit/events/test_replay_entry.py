"""Replay entries: the event as AWS sent it, with a source that marks it as a test."""

import json

import pytest
from hypothesis import given, settings

from oncall.events.replay_entry import EventError, replay_entry
from tests.unit import sample_events
from tests.unit.json_values import any_event


@pytest.mark.parametrize("name", sample_events.NAMES)
def test_a_replay_differs_from_its_event_only_in_the_source(name: str) -> None:
    event = sample_events.event(name)

    entry = replay_entry(event)

    assert entry["Source"] == "callout.replay"
    assert entry["DetailType"] == event["detail-type"]
    assert json.loads(entry["Detail"]) == event["detail"]
    assert entry["Resources"] == event["resources"]


def test_an_event_without_time_and_resources_is_accepted() -> None:
    entry = replay_entry({"source": "shop", "detail-type": "Order", "detail": {"id": 7}})

    assert entry["Resources"] == []
    assert "Time" not in entry


MALFORMED: list[object] = [
    *(None, [], "root sign-in", {}),
    {"source": "aws.signin", "detail-type": "X"},
    {"source": "aws.signin", "detail-type": "X", "detail": "text"},
    {"source": None, "detail-type": "X", "detail": {}},
]


@pytest.mark.parametrize("document", MALFORMED)
def test_other_documents_are_rejected_with_the_missing_fields_in_one_line(document: object) -> None:
    with pytest.raises(EventError) as rejected:
        replay_entry(document)

    assert "`detail-type`" in str(rejected.value)
    assert len(str(rejected.value).splitlines()) == 1


@settings(deadline=None)
@given(any_event)
def test_any_document_is_replayed_or_rejected(document: object) -> None:
    try:
        entry = replay_entry(document)
    except EventError:
        return

    assert not entry["Source"].startswith("aws.")
    json.loads(entry["Detail"])
