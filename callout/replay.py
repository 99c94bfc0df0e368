"""An event sent again, to try a trigger or to run on one machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The source of every event sent again: AWS lets nobody put events in its own name.
REPLAY = "callout.replay"


class EventError(ValueError):
    """What was given is not an event; the text is one line that says what is missing."""


def entry(event: object) -> dict[str, Any]:
    """Make the PutEvents entry that replays an event.

    Args:
        event: an event as EventBridge delivers it (`source`, `detail-type`, `detail` …).
            Callout's own events (source `callout`) keep their source; every other one
            gets that of a replay, so that it is announced as a test.

    Raises:
        EventError: it is no event.
    """
    match event:
        case {"source": str(source), "detail-type": str(detail_type), "detail": dict(detail)}:
            pass
        case _:
            raise EventError(
                "not an event: it needs `source`, `detail-type` and `detail`, as EventBridge"
                " delivers them"
            )
    made: dict[str, Any] = {
        "Source": source if source == "callout" else REPLAY,
        "DetailType": detail_type,
        "Detail": json.dumps(detail, ensure_ascii=False),
        "Resources": resources(event),
    }
    if isinstance(event.get("time"), str):
        made["Time"] = event["time"]
    return made


def resources(event: Mapping[str, Any]) -> list[str]:
    """Give the ARNs that the event names."""
    named = event.get("resources")
    return [arn for arn in named if isinstance(arn, str)] if isinstance(named, list) else []
