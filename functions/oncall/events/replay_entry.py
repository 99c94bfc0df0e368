"""Replay an event, to test a trigger or to run Callout locally."""

import json
from typing import Any

from oncall.events.envelope import REPLAY_SOURCE, items


class EventError(ValueError):
    """The input is not an event; the message says in one line what is missing."""


def replay_entry(event: object) -> dict[str, Any]:
    """Return the PutEvents entry that replays an event.

    EventBridge does not accept events with an AWS source, so the source becomes `callout.replay`
    and the page is announced as a test.

    Args:
        event: An event as EventBridge delivers it (`source`, `detail-type`, `detail` …).

    Raises:
        EventError: The input is not an event.
    """
    fields = {"source": str, "detail-type": str, "detail": dict}
    if not isinstance(event, dict) or not all(
        isinstance(event.get(name), kind) for name, kind in fields.items()
    ):
        raise EventError(
            "not an event: it needs `source`, `detail-type` and `detail`, as EventBridge"
            " delivers them"
        )
    time = event.get("time")
    return {
        "Source": REPLAY_SOURCE,
        "DetailType": event["detail-type"],
        "Detail": json.dumps(event["detail"], ensure_ascii=False),
        "Resources": [name for name in items(event.get("resources")) if isinstance(name, str)],
        **({"Time": time} if isinstance(time, str) else {}),
    }
