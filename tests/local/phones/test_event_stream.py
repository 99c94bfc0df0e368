"""A page misses nothing, whenever it is opened and however often it loses the connection."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest

from local.phones.event_stream import MOST_AT_ONCE, Feed


def feed() -> Feed:
    return Feed(lambda: 12.345)


def read(event: str) -> tuple[str, list[dict[str, Any]]]:
    """The id and the messages of a server-sent event."""
    first, second, *rest = event.split("\n")
    assert rest == ["", ""]
    assert first.startswith("id: ")
    messages: list[dict[str, Any]] = json.loads(second.removeprefix("data: "))
    return first.removeprefix("id: "), messages


def take(followed: Feed, events: int, last_id: str = "") -> list[tuple[str, list[dict[str, Any]]]]:
    """Follow it until so many events have come."""

    async def follow() -> list[tuple[str, list[dict[str, Any]]]]:
        found = []
        async for event in followed.follow(last_id):
            found.append(read(event))
            if len(found) == events:
                break
        return found

    return asyncio.run(follow())


def test_who_comes_late_is_told_everything_and_that_it_is_past() -> None:
    one = feed()
    one.say("step", state="PlaceCall")
    one.say("phone", what="ringing")
    [(_, messages)] = take(one, 1)
    assert messages == [
        {"kind": "begin", "now": 12.35, "past": 2},
        {"kind": "step", "state": "PlaceCall"},
        {"kind": "phone", "what": "ringing"},
    ]


@pytest.mark.parametrize("last_id", ["", "nonsense.7"])
def test_who_comes_first_or_with_no_id_is_told_that_nothing_has_happened(last_id: str) -> None:
    assert take(feed(), 1, last_id)[0][1] == [{"kind": "begin", "now": 12.35, "past": 0}]


def test_who_lost_the_connection_goes_on_where_it_was() -> None:
    one = feed()
    one.say("first")
    [(last_id, _)] = take(one, 1)
    one.say("second")
    assert take(one, 1, last_id)[0][1] == [{"kind": "second"}]


def test_a_page_of_an_earlier_run_begins_anew() -> None:
    earlier, one = feed(), feed()
    for _ in range(3):
        earlier.say("of the earlier run")
    [(last_id, _)] = take(earlier, 1)
    one.say("of this run")
    assert [message["kind"] for message in take(one, 1, last_id)[0][1]] == ["begin", "of this run"]


def test_a_storm_comes_in_few_events_in_its_order() -> None:
    one = feed()
    for number in range(MOST_AT_ONCE + 10):
        one.say("step", number=number)
    [(_, first), (_, second)] = take(one, 2)
    numbers = [message["number"] for message in first[1:] + second]
    assert numbers == list(range(MOST_AT_ONCE + 10))
    assert len(second) == 10


def test_what_another_thread_says_wakes_who_waits() -> None:
    one = feed()
    thread = threading.Timer(0.05, one.say, ["news"])
    thread.start()
    [_, (_, messages)] = take(one, 2)
    thread.join()
    assert messages == [{"kind": "news"}]


def test_closing_ends_what_is_followed() -> None:
    one = feed()
    thread = threading.Timer(0.05, one.close)
    thread.start()
    assert len(take(one, 99)) == 1
    thread.join()


def test_a_line_break_in_a_text_does_not_break_the_stream() -> None:
    one = feed()
    one.say("notification", message="one\ntwo\r\n\ndata: three")
    [(_, messages)] = take(one, 1)
    assert messages[1]["message"] == "one\ntwo\r\n\ndata: three"
