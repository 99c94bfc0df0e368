"""An event sent again, to try a trigger or to run on one machine."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from botocore.utils import parse_timestamp

#: The source of every event sent again: AWS lets nobody put events in its own name.
REPLAY = "callout.replay"
#: The source of Callout's own events, which anybody who may put events can send.
OWN = "callout"
#: The name of the file that is the standard input.
STDIN = "-"


class EventError(ValueError):
    """What was given is not an event; the text is one line that says what is missing."""


def entry(event: object) -> dict[str, Any]:
    """Make the PutEvents entry that replays an event.

    Args:
        event: an event as EventBridge delivers it (`source`, `detail-type`, `detail` …).
            Its source becomes that of a replay, so that it is announced as a test.

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
        "Source": REPLAY,
        "DetailType": event["detail-type"],
        "Detail": json.dumps(event["detail"], ensure_ascii=False),
        "Resources": [one for one in named if isinstance(one, str)]
        if isinstance(named, list)
        else [],
    }
    if isinstance(event.get("time"), str):
        made["Time"] = event["time"]
    return made


def read_entry(name: str) -> dict[str, Any]:
    """Make the entry that replays the event in a file.

    Args:
        name: path of a JSON file; `-` for the standard input.

    Raises:
        EventError: the file cannot be read, or holds no event; one line that names it.
    """
    try:
        text = sys.stdin.read() if name == STDIN else Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise EventError(f"{name}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise EventError(f"{name}: not text in UTF-8") from None
    try:
        made = entry(json.loads(text))
    except EventError as error:
        raise EventError(f"{name}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise EventError(f"{name}: not JSON: {error}") from None
    try:
        parse_timestamp(made.get("Time", "1970-01-01"))
    except (ValueError, OverflowError):  # PutEvents would not be sent at all
        raise EventError(f"{name}: time: not a timestamp, like 2026-01-05T09:00:00Z") from None
    return made
