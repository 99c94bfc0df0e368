"""Mutes and quiet hours as operators see them: request a mute, list them, warn of wide patterns."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from callout.errors import CommandError
from callout.roster.on_call import format_local_and_utc, parse_period
from oncall.events.parse_event import incident_from_event
from oncall.hold import active_mutes, matches, quiet_until
from oncall.roster.daylight_saving import first_moment, is_reached
from oncall.roster.defaults_and_limits import MAX_MUTE, MAX_MUTE_TEXT_LENGTH
from oncall.roster.model import Mute, Roster
from oncall.roster.parsing.holds import QUIET_SEVERITIES
from oncall.text import clean

ACTIVE, PLANNED, EXPIRED = "active", "planned", "expired"
_MINUTE = timedelta(minutes=1)
#: Events of several sources that have little in common, and whose names are unlike real ones.
_DIFFERENT_EVENTS: tuple[dict[str, Any], ...] = (
    {"source": "callout", "detail-type": "Page", "detail": {"title": "q", "dedup_key": "7"}},
    {"source": "callout", "detail-type": "Page", "detail": {"title": "42", "dedup_key": "zz"}},
    {
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "detail": {"alarmName": "x", "state": {"value": "ALARM"}},
    },
    {
        "source": "aws.signin",
        "detail-type": "AWS Console Sign In via CloudTrail",
        "detail": {"userIdentity": {"type": "Root"}, "eventName": "ConsoleLogin"},
    },
    {"source": "w", "detail-type": "u", "detail": {}},
)


@dataclass(frozen=True)
class CurrentHold:
    """What makes incidents wait at a moment; `until` is in UTC."""

    kind: str
    applies_to: str
    until: datetime
    reason: str


def request_mute(  # noqa: PLR0913 - the options of the command
    roster: Roster,
    match: str,
    reason: str,
    now: datetime,
    *,
    starts: str | None = None,
    until: str | None = None,
    duration: str | None = None,
) -> Mute:
    """Return a mute from a command's options, in the roster's local time, to the minute."""
    texts = {
        option: clean(text, MAX_MUTE_TEXT_LENGTH + 1)
        for option, text in (("PATTERN", match), ("--reason", reason))
    }
    for option, text in texts.items():
        if not text or len(text) > MAX_MUTE_TEXT_LENGTH:
            raise CommandError(f"{option}: write 1 to {MAX_MUTE_TEXT_LENGTH} characters")
    period = {"starts": starts, "until": until, "duration": duration}
    first, last = parse_period("mute", roster.timezone, now, **period)
    # Rounding up may exceed the limit by a minute.
    last = min(last, first + MAX_MUTE) if last - first == MAX_MUTE + _MINUTE else last
    if last - first > MAX_MUTE:
        raise CommandError(f"a mute lasts at most {MAX_MUTE.days} days: use an earlier time")
    if starts is None:
        first = last - MAX_MUTE  # as if the roster omits `from`
    return Mute(texts["PATTERN"], first, last, texts["--reason"])


def matches_everything(pattern: str) -> bool:
    """Return whether a pattern matches incidents that have little in common."""
    return all(
        matches(pattern, incident_from_event(event, fallback_id="0")) for event in _DIFFERENT_EVENTS
    )


def state_of(mute: Mute, roster: Roster, now: datetime) -> str:
    """Return whether a mute is ACTIVE, PLANNED or EXPIRED."""
    zone = ZoneInfo(roster.timezone)
    if is_reached(mute.until, zone, now):
        return EXPIRED
    return ACTIVE if is_reached(mute.starts, zone, now) else PLANNED


def expired_mutes(roster: Roster, now: datetime) -> set[int]:
    """Return the indexes of the mutes that have expired."""
    return {n for n, mute in enumerate(roster.mutes) if state_of(mute, roster, now) == EXPIRED}


def find_mutes(roster: Roster, pattern: str) -> set[int]:
    """Return the indexes of the mutes with a pattern, ignoring case, or with a number from 1."""
    folded = clean(pattern).casefold()
    found = {n for n, mute in enumerate(roster.mutes) if mute.match.casefold() == folded}
    if not found and pattern.isdecimal() and 1 <= int(pattern) <= len(roster.mutes):
        found = {int(pattern) - 1}
    if not found:
        raise CommandError(f"there is no mute {pattern!r}: see callout mutes")
    return found


def mute_json(number: int, mute: Mute, roster: Roster, now: datetime) -> dict[str, Any]:
    """Return a mute with its number from 1; times in ISO 8601, `from` null if it is not set."""
    zone = ZoneInfo(roster.timezone)
    at_once = mute.starts == mute.until - MAX_MUTE
    return {
        "number": number,
        "match": mute.match,
        "from": None if at_once else first_moment(mute.starts, zone).astimezone(zone).isoformat(),
        "until": first_moment(mute.until, zone).astimezone(zone).isoformat(),
        "state": state_of(mute, roster, now),
        "reason": mute.reason,
    }


def current_holds(roster: Roster, at: datetime) -> list[CurrentHold]:
    """Return the quiet hours, one for each end, and the mutes of a moment (with time zone)."""
    zone = ZoneInfo(roster.timezone)
    ends = {severity: quiet_until(roster, severity, at) for severity in QUIET_SEVERITIES}
    quiet = [
        CurrentHold("quiet_hours", ", ".join(s for s in ends if ends[s] == end), end, "")
        for end in sorted({end for end in ends.values() if end})
    ]
    return quiet + [
        CurrentHold("mute", mute.match, first_moment(mute.until, zone), mute.reason)
        for mute in active_mutes(roster, at)
    ]


def describe_hold(hold: CurrentHold, timezone: str) -> str:
    """Return a hold in one line, without the end in UTC."""
    until = f"until {format_local_and_utc(hold.until.astimezone(UTC), timezone)}"
    if hold.kind == "mute":
        return f"muted {until}: {hold.applies_to} ({hold.reason})"
    return f"quiet hours {until}: {hold.applies_to}"
