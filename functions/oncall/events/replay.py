"""Replays: an event sent again, to try a trigger or to run Callout on one machine."""

import json
from typing import Any

from oncall.events.envelope import REPLAY_SOURCE


class EventError(ValueError):
    """The input is not an event; the message is one line that says what is missing."""


def replay_entry(event: object) -> dict[str, Any]:
    """Return the PutEvents entry that replays an event.

    AWS lets nobody put events in its own name, so the source becomes that of a replay, and the
    page is announced as a test.

    Args:
        event: An event as EventBridge delivers it (`source`, `detail-type`, `detail` …).

    Raises:
        EventError: It is not an event.
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
        "Source": REPLAY_SOURCE,
        "DetailType": event["detail-type"],
        "Detail": json.dumps(event["detail"], ensure_ascii=False),
        "Resources": [name for name in named if isinstance(name, str)]
        if isinstance(named, list)
        else [],
    }
    if isinstance(event.get("time"), str):
        made["Time"] = event["time"]
    return made
