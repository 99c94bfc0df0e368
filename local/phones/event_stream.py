"""What happens, in order, for as many pages as look on."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

#: Messages that go to a page at once: enough that a storm is no thousand little writes.
MOST_AT_ONCE = 500


class Feed:
    """Keeps every message since the start, so that a page that is opened late misses nothing.

    Any thread may tell it something. Which run it is of is said by its id: a page that was open
    before the program was started anew has to begin from the beginning.

    Args:
        now: gives the story second.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._run = uuid.uuid4().hex[:8]
        self._said: list[str] = []
        self._lock = threading.Lock()
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._closed = False

    def say(self, kind: str, **told: Any) -> None:  # noqa: ANN401 - whatever JSON holds
        """Tell all pages something.

        Args:
            kind: which of the messages that page/main.js hands on.
            told: what it says, as JSON can.
        """
        message = json.dumps({"kind": kind} | told, ensure_ascii=False)
        with self._lock:
            self._said.append(message)
        self._wake()

    def close(self) -> None:
        """End what all pages follow."""
        self._closed = True
        self._wake()

    async def follow(self, last_id: str = "") -> AsyncIterator[str]:
        """Give server-sent events, from the one after `last_id` on, until the feed is closed.

        Args:
            last_id: the id of the last event that the page has had; the first one begins with a
                message of kind `begin` wherever the page has to forget what it knew: it says the
                story second (`now`), and how many of the messages to come are `past`.
        """
        run, _, number = last_id.partition(".")
        told = int(number) if run == self._run and number.isdecimal() else 0
        begin = not told
        news = asyncio.Event()
        waiter = (asyncio.get_running_loop(), news)
        self._waiting.add(waiter)
        try:
            while not self._closed:
                news.clear()
                with self._lock:
                    batch = self._said[told : told + MOST_AT_ONCE]
                    past = len(self._said)
                if batch or begin:
                    told += len(batch)
                    messages = [self._beginning(past), *batch] if begin else batch
                    begin = False
                    # JSON has no line breaks of its own, so it is one line of the event.
                    yield f"id: {self._run}.{told}\ndata: [{','.join(messages)}]\n\n"
                else:
                    await news.wait()
        finally:
            self._waiting.discard(waiter)

    def _beginning(self, past: int) -> str:
        return json.dumps({"kind": "begin", "now": round(self._now(), 2), "past": past})

    def _wake(self) -> None:
        for loop, news in tuple(self._waiting):
            if not loop.is_closed():
                loop.call_soon_threadsafe(news.set)
