"""An event sent again, to try a trigger or to run on one machine."""

from __future__ import annotations

import json
from typing import Any

#: The source of every event sent again: AWS lets nobody put events in its own name.
REPLAY = "callout.replay"
#: The source of Callout's own events, which anybody who may put events can send.
OWN = "callout"


class EventError(ValueError):
    """What was given is not an event; the text is one line that says what is missing."""


def entry(event: object) -> dict[str, Any]:
    """Make the PutEvents entry that replays an event.

    Args:
        event: an event as EventBridge delivers it (`source`, `detail-type`, `detail` …).
            Callout's own keep their source; every other one
            gets that of a replay, so that it is announced as a test.

    Raises:
        EventError: it is no event.
    """
    if not isinstance(event, dict) or not (
        isinstance(event.get("source"), str)
        and isinstance(event.get("detail-type"), str)
        and isinstance(event.get("detail"), dict)
    ):
        raise EventError(
            "not an event: it needs `source`, `detail-type` and `detail`, as EventBridge"
            " delivers them"
        )
    named = event.get("resources")
    made: dict[str, Any] = {
        "Source": OWN if event["source"] == OWN else REPLAY,
        "DetailType": event["detail-type"],
        "Detail": json.dumps(event["detail"], ensure_ascii=False),
        "Resources": named if isinstance(named, list) else [],
    }
    if isinstance(event.get("time"), str):
        made["Time"] = event["time"]
    return made
