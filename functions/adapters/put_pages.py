"""Put `Page` events on the default event bus."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from adapters.logger import log

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Entries that one PutEvents request takes. Those of webhooks are small enough for its size limit,
#: 256 KB (EventBridge user guide, "Sending events with PutEvents").
MAX_ENTRIES = 10
TRIES = 3
PAUSE_SECONDS = 0.2


def put_pages(events: Any, entries: Sequence[dict[str, Any]]) -> int:  # noqa: ANN401 - boto3's client
    """Put all entries, retrying those that EventBridge rejects, and return how many failed.

    A request can succeed in part: its answer has an error code for each entry that failed
    (EventBridge API reference, PutEvents).

    Raises:
        ClientError: a request failed; botocore's connection errors too. Later entries are not put.
    """
    failed = 0
    for start in range(0, len(entries), MAX_ENTRIES):
        batch = list(entries[start : start + MAX_ENTRIES])
        for attempt in range(TRIES):
            time.sleep(PAUSE_SECONDS * attempt)
            answers = events.put_events(Entries=batch)["Entries"]
            codes = [answer.get("ErrorCode") for answer in answers if "EventId" not in answer]
            pairs = zip(batch, answers, strict=True)
            batch = [entry for entry, answer in pairs if "EventId" not in answer]
            if not batch:
                break
            log("WARNING", "pages not accepted", incident_id="", codes=codes)
        failed += len(batch)
    return failed
