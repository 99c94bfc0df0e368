"""Warnings about who is on duty: gaps, calls that repeat too late, doubtful time zones."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from oncall.calls.call_evaluation import FINAL_POLL_DELAY_SECONDS, POLL_INTERVAL
from oncall.roster.defaults_and_limits import DEFAULT_TIMEZONE, RING_SECONDS
from oncall.roster.shifts import find_gaps
from oncall.roster.validation_report import GAP_SEARCH, describe_gaps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from oncall.roster.model import Roster

#: Do Not Disturb lets a second call from the same number through within this time (Apple, iPhone
#: user guide, "Allow repeated calls"; Android, "Repeat callers" within 15 minutes).
REPEAT_SECONDS = 180
#: The default and maximum of the setting `max_call_seconds`: a voicemail may take the first call.
MAX_CALL_SECONDS = 120
# Two polls, and a few seconds to place the second call.
_BETWEEN_CALLS = POLL_INTERVAL + FINAL_POLL_DELAY_SECONDS + 4

_FIXED_ZONES = {"EST": "America/New_York", "MST": "America/Denver", "HST": "Pacific/Honolulu"}
_INVERTED = re.compile(r"Etc/GMT([+-])([1-9][0-9]?)")


def gap_warnings(roster: Roster, now: datetime) -> Iterator[str]:
    """Yield the first periods of the coming year in which nobody is on duty, in one line."""
    gaps = describe_gaps(find_gaps(roster, now, now + GAP_SEARCH), roster.timezone)
    if gaps:
        yield (
            f"nobody is on duty from {', '.join(gaps)}; a page then calls those whose turn it is,"
            " whatever their hours"
        )


def repeat_warnings(roster: Roster, max_call_seconds: int = MAX_CALL_SECONDS) -> Iterator[str]:
    """Yield why a second call may come too late for Do Not Disturb."""
    seconds = roster.ring_seconds + max_call_seconds + _BETWEEN_CALLS
    repeats = any(contact.attempts > 1 for contact in roster.contacts)
    if repeats and seconds > REPEAT_SECONDS:
        ring = max(RING_SECONDS.minimum, roster.ring_seconds - (seconds - REPEAT_SECONDS))
        yield (
            f"with `attempts`, the second call may start {seconds} s after the first, and Do Not"
            f" Disturb lets it through within {REPEAT_SECONDS} s: write `ring_seconds: {ring}`"
        )
    for entry, following in pairwise(roster.escalation):
        contact = next((c for c in roster.contacts if c.name == entry.name), None)
        if entry == following and contact and len(contact.phones) > 1 and contact.attempts == 1:
            yield (
                f"{entry.name} is repeated, but calls to all their phones come between two to the"
                " same one: write `attempts: 2` on the contact for Do Not Disturb"
            )


def zone_warning(name: str) -> str:
    """Return what is doubtful about a time zone; "" if nothing is."""
    if name in _FIXED_ZONES:
        return f"{name} has no daylight saving time: write a place, such as {_FIXED_ZONES[name]}"
    if match := _INVERTED.fullmatch(name):
        sign = "-" if match[1] == "+" else "+"
        return (
            f"{name} is {DEFAULT_TIMEZONE}{sign}{match[2]} (its sign is inverted), without daylight"
            " saving time: write a place, such as America/New_York"
        )
    return ""
