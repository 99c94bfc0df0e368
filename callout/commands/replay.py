"""Read event files for `callout replay`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from botocore.utils import parse_timestamp

from local.scenarios.file_kinds import EVENT, find_misfit
from oncall.events.replay_entry import EventError, replay_entry

#: The file name that stands for standard input.
STDIN = "-"


def read_event_file(name: str) -> dict[str, Any]:
    """Return the PutEvents entry that replays the event in a file.

    The name `-` is standard input.

    Raises:
        EventError: the file cannot be read, or is not an event; one line that names it.
    """
    try:
        content = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
    except OSError as error:
        raise EventError(f"{name}: {error.strerror}") from None
    text = content.decode("utf-8", "surrogateescape")
    if misfit := find_misfit(text, EVENT):
        raise EventError(f"{name}: {misfit[2]}")
    try:
        entry = replay_entry(json.loads(text))
    except EventError as error:
        raise EventError(f"{name}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise EventError(f"{name}: not JSON: {error}") from None
    try:
        parse_timestamp(entry.get("Time", "1970-01-01"))
    except (ValueError, OverflowError):  # botocore would refuse to send PutEvents
        raise EventError(
            f"{name}: time: not a timestamp; write it like 2026-01-05T09:00:00Z"
        ) from None
    return entry
