"""A web page misses nothing, even if it is opened late or loses the connection."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest

from local.phones.event_stream import MAX_BATCH, EventStream


def new_stream() -> EventStream:
    return EventStream(lambda: 12.345)


def parse(event: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the id and the messages of a server-sent event."""
    first, second, *rest = event.split("\n")
    assert rest == ["", ""]
    assert first.startswith("id: ")
    messages: list[dict[str, Any]] = json.loads(second.removeprefix("data: "))
    return first.removeprefix("id: "), messages


def receive(
    stream: EventStream, count: int, last_id: str = ""
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Subscribe until this many events have arrived."""

    async def subscribe() -> list[tuple[str, list[dict[str, Any]]]]:
        events = []
        async for event in stream.subscribe(last_id):
            events.append(parse(event))
            if len(events) == count:
                break
        return events

    return asyncio.run(subscribe())


def test_late_subscriber_gets_everything_and_the_size_of_the_backlog() -> None:
    stream = new_stream()
    stream.publish("state", state="PlaceCall")
    stream.publish("phone", event="ringing")
    [(_, messages)] = receive(stream, 1)
    assert messages == [
        {"kind": "start", "now": 12.35, "backlog": 2},
        {"kind": "state", "state": "PlaceCall"},
        {"kind": "phone", "event": "ringing"},
    ]


@pytest.mark.parametrize("last_id", ["", "nonsense.7"])
def test_first_subscriber_gets_an_empty_backlog(last_id: str) -> None:
    messages = receive(new_stream(), 1, last_id)[0][1]
    assert messages == [{"kind": "start", "now": 12.35, "backlog": 0}]


def test_reconnecting_subscriber_continues_after_the_last_event() -> None:
    stream = new_stream()
    stream.publish("first")
    [(last_id, _)] = receive(stream, 1)
    stream.publish("second")
    assert receive(stream, 1, last_id)[0][1] == [{"kind": "second"}]


def test_subscriber_of_an_earlier_run_starts_again() -> None:
    earlier, stream = new_stream(), new_stream()
    for _ in range(3):
        earlier.publish("of the earlier run")
    [(last_id, _)] = receive(earlier, 1)
    stream.publish("of this run")
    kinds = [message["kind"] for message in receive(stream, 1, last_id)[0][1]]
    assert kinds == ["start", "of this run"]


def test_many_messages_arrive_in_few_events_and_in_order() -> None:
    stream = new_stream()
    for number in range(MAX_BATCH + 10):
        stream.publish("state", number=number)
    [(_, first), (_, second)] = receive(stream, 2)
    numbers = [message["number"] for message in first[1:] + second]
    assert numbers == list(range(MAX_BATCH + 10))
    assert len(second) == 10


def test_message_of_another_thread_wakes_the_subscriber() -> None:
    stream = new_stream()
    thread = threading.Timer(0.05, stream.publish, ["news"])
    thread.start()
    [_, (_, messages)] = receive(stream, 2)
    thread.join()
    assert messages == [{"kind": "news"}]


def test_closing_ends_the_subscription() -> None:
    stream = new_stream()
    thread = threading.Timer(0.05, stream.close)
    thread.start()
    assert len(receive(stream, 99)) == 1
    thread.join()


def test_line_break_in_a_message_does_not_break_the_stream() -> None:
    stream = new_stream()
    stream.publish("notification", message="one\ntwo\r\n\ndata: three")
    [(_, messages)] = receive(stream, 1)
    assert messages[1]["message"] == "one\ntwo\r\n\ndata: three"
