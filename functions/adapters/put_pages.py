"""Put `Page` events on the default event bus."""

import time
from collections.abc import Iterable
from typing import Any

from adapters.aws_clients import Client
from adapters.logger import log

#: Entries that one PutEvents request takes. Those of webhooks are small enough for its size limit,
#: 256 KB (EventBridge user guide, "Sending events with PutEvents").
MAX_ENTRIES = 10
TRIES = 3
PAUSE_SECONDS = 0.2


def put_pages(events: Client, entries: Iterable[dict[str, Any]]) -> int:
    """Put all entries, and again those that EventBridge rejects; return how many failed.

    A request can succeed in part: its answer has an error code for each entry that failed
    (EventBridge API reference, PutEvents).

    Raises:
        ClientError: a request failed; botocore's connection errors too. Later entries are not put.
    """
    pending = list(entries)
    for attempt in range(TRIES):
        time.sleep(PAUSE_SECONDS * attempt)
        answers: list[dict[str, str]] = []
        for start in range(0, len(pending), MAX_ENTRIES):
            batch = pending[start : start + MAX_ENTRIES]
            answers += events.put_events(Entries=batch)["Entries"]
        pairs = zip(pending, answers, strict=True)
        pending = [entry for entry, answer in pairs if "EventId" not in answer]
        if not pending:
            break
        codes = sorted({answer["ErrorCode"] for answer in answers if "EventId" not in answer})
        log("WARNING", "pages rejected", incident_id="", count=len(pending), codes=codes)
    return len(pending)
