"""Server-sent events about everything that happens, for any number of open web pages."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

#: Messages in one server-sent event: enough that an alert storm does not need a write for each.
MAX_BATCH = 500


class EventStream:
    """Keeps every message since the start, so that a web page opened late misses nothing.

    Any thread may publish. Event ids contain the id of this run, so a web page that was open
    before a restart gets everything again.

    `now` returns the scenario second.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._run_id = uuid.uuid4().hex[:8]
        self._messages: list[str] = []
        self._lock = threading.Lock()
        self._subscribers: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._closed = False

    def publish(self, kind: str, **fields: Any) -> None:  # noqa: ANN401 - any JSON value
        """Send a message to all subscribers.

        The kind selects the handler in page/main.js.
        """
        message = json.dumps({"kind": kind} | fields, ensure_ascii=False)
        with self._lock:
            self._messages.append(message)
        self._wake()

    def close(self) -> None:
        """End all subscriptions."""
        self._closed = True
        self._wake()

    async def subscribe(self, last_id: str = "") -> AsyncIterator[str]:
        """Yield server-sent events until the stream is closed.

        A subscriber without a valid `last_id` first gets a message of kind `start` with the
        scenario second (`now`) and the number of old messages that follow (`backlog`).
        """
        run_id, _, number = last_id.partition(".")
        sent = int(number) if run_id == self._run_id and number.isdecimal() else 0
        starting = not sent
        published = asyncio.Event()
        subscriber = (asyncio.get_running_loop(), published)
        self._subscribers.add(subscriber)
        try:
            while not self._closed:
                published.clear()
                with self._lock:
                    batch = self._messages[sent : sent + MAX_BATCH]
                    backlog = len(self._messages)
                if batch or starting:
                    sent += len(batch)
                    messages = [self._start_message(backlog), *batch] if starting else batch
                    starting = False
                    # json.dumps escapes line breaks, so the data fits on one line.
                    yield f"id: {self._run_id}.{sent}\ndata: [{','.join(messages)}]\n\n"
                else:
                    await published.wait()
        finally:
            self._subscribers.discard(subscriber)

    def _start_message(self, backlog: int) -> str:
        return json.dumps({"kind": "start", "now": round(self._now(), 2), "backlog": backlog})

    def _wake(self) -> None:
        for loop, published in tuple(self._subscribers):
            if not loop.is_closed():
                loop.call_soon_threadsafe(published.set)
