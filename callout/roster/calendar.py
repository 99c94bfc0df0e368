"""Who holds each rotation when, and who stands in, for some weeks."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from callout.errors import CommandError
from callout.roster.on_call import MOMENT
from oncall.roster.daylight_saving import first_moment
from oncall.roster.shifts import list_shifts

if TYPE_CHECKING:
    from oncall.roster.model import Override, Roster


@dataclass(frozen=True)
class Entry:
    """A line of the calendar.

    Attributes:
        rotation: its name; "" for somebody who stands in for a person.
        starts, until: local times of the roster's zone.
        person: who is called.
        instead_of: who would be otherwise; "" where nobody stands in.
    """

    rotation: str
    starts: datetime
    until: datetime
    person: str
    instead_of: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give it with times in ISO 8601, offset included."""
        return asdict(self) | {
            "starts": self.starts.isoformat(),
            "until": self.until.isoformat(),
        }


def first_day(text: str | None, roster: Roster, now: datetime) -> datetime:
    """Give the first moment of a day in the roster's zone; of today where none is named.

    Raises:
        CommandError: it is no date.
    """
    zone = ZoneInfo(roster.timezone)
    try:
        day = date.fromisoformat(text) if text else now.astimezone(zone).date()
        return first_moment(datetime.combine(day, time()), zone)
    except (ValueError, OverflowError):
        raise CommandError(f"{text!r} is no date: write one, as in 2026-01-05") from None


def calendar(roster: Roster, since: datetime, weeks: int) -> list[Entry]:
    """Give the calendar of some weeks, rotation by rotation.

    Args:
        roster: the roster.
        since: the first moment; has a time zone.
        weeks: how many.
    """
    zone = ZoneInfo(roster.timezone)
    local = since.astimezone(zone).replace(tzinfo=None)
    until = first_moment(local + timedelta(weeks=weeks), zone)
    entries = [
        Entry(
            rotation.name,
            shift.starts.astimezone(zone),
            shift.until.astimezone(zone),
            shift.person,
            shift.member if shift.overridden else "",
        )
        for rotation in roster.rotations
        for shift in list_shifts(roster, rotation, since, until)
    ]
    return entries + [
        entry
        for override in roster.overrides
        if (entry := _stand_in(roster, override, since, until)) is not None
    ]


def line(entry: Entry) -> str:
    """Say an entry in a line, without its rotation."""
    instead = f"  in place of {entry.instead_of} (override)" if entry.instead_of else ""
    return f"{entry.starts:{MOMENT}} to {entry.until:{MOMENT}}  {entry.person}{instead}"


def _stand_in(roster: Roster, override: Override, since: datetime, until: datetime) -> Entry | None:
    """Give the entry of somebody who stands in for a person whom the escalation names."""
    zone = ZoneInfo(roster.timezone)
    starts, ends = first_moment(override.starts, zone), first_moment(override.until, zone)
    if roster.rotation(override.replaced) or override.replaced not in roster.escalation:
        return None  # the rotations show it
    if ends <= since or starts >= until or starts >= ends:
        return None
    return Entry(
        "",
        max(starts, since).astimezone(zone),
        min(ends, until).astimezone(zone),
        override.substitute,
        override.replaced,
    )


def utc_now() -> datetime:
    """Give this moment."""
    return datetime.now(UTC)
