"""Whether and how long a page waits: quiet hours, a mute, or the suppression of its alarm.

SNS is notified, and nobody is called. The state machine waits and checks from time to time whether
the page is still held (docs/decisions/024), so a saved roster ends a hold too. As everywhere, time
is counted in the state: a run with shortened waits behaves like a real one.
"""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from oncall.roster.daylight_saving import first_moment, is_reached
from oncall.roster.hours import end_of_hours

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from oncall.incident import Incident
    from oncall.roster.model import Mute, Roster

#: Kind of a hold. SUPPRESSED: CloudWatch suppresses the actions of an alarm.
QUIET_HOURS = "quiet_hours"
MUTE = "mute"
SUPPRESSED = "suppressed"

#: Status of a hold.
NOT_HELD = "none"
ANNOUNCE = "announce"  # it waits, and SNS is to be notified of that
WAITING = "waiting"
OVER = "over"  # the page calls, or ends if its incident was closed
TAKEN_OVER = "taken_over"  # another execution pages, for an event that is not held

#: Counted seconds after which a page calls, whatever holds it. It bounds an execution's history.
MAX_HOLD_SECONDS = 31 * 24 * 60 * 60
#: Seconds between two checks, by the time waited: (up to, every). So long a change of the roster or
#: of the alarm may take to end a hold; the end that was known at the last check is exact.
CHECK_SCHEDULE = ((600, 60), (7_200, 300), (86_400, 900), (MAX_HOLD_SECONDS, 3_600))

# Dedup keys of Callout's own events: `page:<team>:` precedes the sender's key, and `test:` the key
# of a replay.
_KEY_PREFIX = re.compile(r"(?:test:)?(?:page:[A-Za-z0-9_-]*:)?")


@dataclass(frozen=True, slots=True)
class Hold:
    """Why an incident waits, and until when.

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
    own_key = _KEY_PREFIX.sub("", key, count=1)
    texts = {key, own_key, facts.get("name"), facts.get("title"), incident.title}
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


@dataclass(frozen=True)
class HoldWait:
    """A page's hold; in the state as `hold`.

    Attributes:
        status: one of the constants above.
        kind, reason: of the hold; "" if there is none.
        until: when it ends, by the last check: ISO 8601, UTC; "" if that is unknown.
        announced_until: kind and end of the hold of which SNS was last notified.
        wait_seconds: how long to wait before the next check; at least 1.
        waited_seconds: the time since the execution began.
        subject, message: the notification.
    """

    status: str = NOT_HELD
    kind: str = ""
    until: str = ""
    reason: str = ""
    announced_until: str = ""
    wait_seconds: int = 0
    waited_seconds: int = 0
    subject: str = ""
    message: str = ""

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> HoldWait:
        """Read it from the state; missing keys take their defaults."""
        known = {field.name for field in fields(cls)} & state.keys()
        return cls(**{name: state[name] for name in known})

    def to_state(self) -> dict[str, object]:
        """Return it as the state machine carries it."""
        return asdict(self)

    def after_wait(self, elapsed: float) -> HoldWait:
        """Return it after its wait, `elapsed` seconds after the start of the execution.

        The clock only corrects the count, by the time that functions and retries took. If waits
        are shortened, the count is ahead of the clock.
        """
        counted = self.waited_seconds + self.wait_seconds
        return replace(self, wait_seconds=0, waited_seconds=max(counted, int(elapsed)))

    def now(self, started: datetime) -> datetime:
        """Return the time of this check."""
        return started + timedelta(seconds=self.waited_seconds)

    @property
    def timed_out(self) -> bool:
        """Whether it has waited so long that the page calls."""
        return self.waited_seconds >= MAX_HOLD_SECONDS

    def over(self) -> HoldWait:
        """Return it at its end."""
        return replace(self, status=OVER)

    def held_by(self, hold: Hold, started: datetime) -> HoldWait:
        """Return it with the time to the next check.

        SNS is notified of the first hold, and if another kind of hold follows or the end is later
        than SNS was notified.
        """
        until = f"{hold.until:%Y-%m-%dT%H:%M:%SZ}" if hold.until else ""
        announced = f"{hold.kind} {until}"
        known, _, known_end = self.announced_until.partition(" ")
        news = known != hold.kind or known_end < until
        waits = (wait for until, wait in CHECK_SCHEDULE if self.waited_seconds < until)
        wait = min(next(waits, CHECK_SCHEDULE[-1][1]), MAX_HOLD_SECONDS - self.waited_seconds)
        if hold.until:
            left = (hold.until - self.now(started)).total_seconds()
            wait = min(wait, math.ceil(left))
        return replace(
            self,
            status=ANNOUNCE if news else WAITING,
            kind=hold.kind,
            until=until,
            reason=hold.reason,
            announced_until=announced if news else self.announced_until,
            wait_seconds=max(1, wait),
        )
