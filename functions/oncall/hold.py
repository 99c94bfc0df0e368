"""Whether an incident waits: quiet hours for its severity, or a mute that matches it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from oncall.roster.daylight_saving import first_moment, is_reached
from oncall.roster.hours import end_of_hours

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from oncall.incident import Incident
    from oncall.roster.model import Mute, Roster

QUIET_HOURS = "quiet_hours"
MUTE = "mute"
SUPPRESSED = "suppressed"
# Dedup keys of Callout's own events: `page:<team>:` precedes the sender's key, and `test:` the key
# of a replay.
_KEY_PREFIX = re.compile(r"(?:test:)?(?:page:[A-Za-z0-9_-]*:)?")


@dataclass(frozen=True, slots=True)
class Hold:
    """Why an incident waits, and until when.

    `kind` is QUIET_HOURS, MUTE, or SUPPRESSED: CloudWatch suppresses the actions of an alarm.
    `until` is in UTC; None if it is unknown. `reason` is that of the mute, the quiet hours as in
    the roster, or CloudWatch's.
    """

    kind: str
    until: datetime | None
    reason: str


def find_hold(roster: Roster, incident: Incident, now: datetime) -> Hold | None:
    """Return what makes an incident wait at a moment (with time zone); None if nothing does.

    Critical incidents do not wait for quiet hours; drills never wait. If several things hold the
    incident, return the one that ends last. Another may start before it ends, so call again then.
    """
    if incident.drill:
        return None
    holds = [*_mutes(roster, incident, now), *_quiet_hours(roster, incident.severity, now)]
    return max(holds, key=lambda hold: hold.until or now, default=None)


def active_mutes(roster: Roster, now: datetime) -> list[Mute]:
    """Return the mutes that apply at a moment (with time zone)."""
    zone = ZoneInfo(roster.timezone)
    return [
        mute
        for mute in roster.mutes
        if is_reached(mute.starts, zone, now) and not is_reached(mute.until, zone, now)
    ]


def quiet_until(roster: Roster, severity: str, now: datetime) -> datetime | None:
    """Return when the quiet hours of a moment end (UTC); None outside of them."""
    windows = (
        (hours, ZoneInfo(quiet.timezone))
        for quiet in roster.quiet_for(severity)
        for hours in quiet.hours
    )
    return end_of_hours(windows, now.astimezone(UTC))


def matches(pattern: str, incident: Incident) -> bool:
    """Return whether the pattern of a mute matches an incident.

    It is compared, ignoring case, with the dedup key, with the part of it that the sender chose,
    with the name of the alarm, and with the title.
    """
    key, facts = incident.dedup_key, incident.facts
    texts = {key, key[_prefix_length(key) :], facts.get("name"), facts.get("title"), incident.title}
    folded = pattern.casefold()
    # A title can contain brackets, so a pattern that equals it matches even if it is no such glob.
    return any(
        folded == text or fnmatchcase(text, folded)
        for text in map(str.casefold, filter(None, texts))
    )


def _mutes(roster: Roster, incident: Incident, now: datetime) -> Iterable[Hold]:
    for mute in active_mutes(roster, now):
        if matches(mute.match, incident):
            yield Hold(MUTE, first_moment(mute.until, ZoneInfo(roster.timezone)), mute.reason)


def _quiet_hours(roster: Roster, severity: str, now: datetime) -> Iterable[Hold]:
    if until := quiet_until(roster, severity, now):
        written = (hours for quiet in roster.quiet_for(severity) for hours in quiet.hours)
        yield Hold(QUIET_HOURS, until, ", ".join(map(str, written)))


def _prefix_length(key: str) -> int:
    match = _KEY_PREFIX.match(key)
    return match.end() if match else 0
