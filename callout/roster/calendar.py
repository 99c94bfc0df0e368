"""The shifts of each rotation, and overrides, for some weeks."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from callout.errors import CommandError
from callout.roster.on_call import TIME_FORMAT, refuse_far_year
from oncall.roster.daylight_saving import first_moment
from oncall.roster.shifts import list_shifts

if TYPE_CHECKING:
    from oncall.roster.model import Override, Roster


@dataclass(frozen=True)
class CalendarEntry:
    """A line of the calendar."""

    rotation: str  # its name; "" for an override of a contact
    starts: datetime  # starts, until: in the roster's time zone
    until: datetime
    person: str  # who is called
    instead_of: str = ""  # who is replaced; "" without an override

    def to_json(self) -> dict[str, Any]:
        """Return it with times in ISO 8601, including the offset."""
        return asdict(self) | {
            "starts": self.starts.isoformat(),
            "until": self.until.isoformat(),
        }


def parse_first_day(text: str | None, roster: Roster, now: datetime) -> datetime:
    """Return the first moment of a date in the roster's zone; of today for None.

    Raises:
        CommandError: the text is not a date.
    """
    zone = ZoneInfo(roster.timezone)
    try:
        day = date.fromisoformat(text) if text else now.astimezone(zone).date()
        refuse_far_year(text or "", "date", day.year)
        return first_moment(datetime.combine(day, time()), zone)
    except (ValueError, OverflowError):
        raise CommandError(f"{text!r} is not a date: write it like 2026-01-05") from None


def build_calendar(roster: Roster, since: datetime, weeks: int) -> list[CalendarEntry]:
    """Return the calendar of some weeks, one rotation after the other."""
    zone = ZoneInfo(roster.timezone)
    local = since.astimezone(zone).replace(tzinfo=None)
    until = first_moment(local + timedelta(weeks=weeks), zone)
    entries = [
        CalendarEntry(
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
        if (entry := _contact_override(roster, override, since, until)) is not None
    ]


def format_entry(entry: CalendarEntry) -> str:
    """Return an entry in one line, without its rotation."""
    instead = f"  instead of {entry.instead_of} (override)" if entry.instead_of else ""
    return f"{entry.starts:{TIME_FORMAT}} to {entry.until:{TIME_FORMAT}}  {entry.person}{instead}"


def _contact_override(
    roster: Roster, override: Override, since: datetime, until: datetime
) -> CalendarEntry | None:
    """Return the entry of an override that replaces a contact in the escalation, or None."""
    zone = ZoneInfo(roster.timezone)
    starts, ends = first_moment(override.starts, zone), first_moment(override.until, zone)
    listed = {entry.name for entry in roster.escalation}
    if roster.rotation(override.replaced) or override.replaced not in listed:
        return None  # Overrides of rotations are part of their shifts.
    if ends <= since or starts >= until or starts >= ends:
        return None
    return CalendarEntry(
        "",
        max(starts, since).astimezone(zone),
        min(ends, until).astimezone(zone),
        override.substitute,
        override.replaced,
    )


def utc_now() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)
