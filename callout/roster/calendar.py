"""The shifts of each rotation, and overrides, for some weeks."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from callout.errors import CommandError
from callout.roster.on_call import TIME_FORMAT, refuse_far_year
from oncall.roster.daylight_saving import first_moment
from oncall.roster.model import Roster, Rotation
from oncall.roster.shifts import Shift, escalation_rotations, list_shifts


@dataclass(frozen=True)
class CalendarEntry:
    """A line of the calendar."""

    rotation: str  # its name; "" for an override of a contact
    starts: datetime  # starts, until: in the roster's time zone
    until: datetime
    person: str  # who is called; "" while the substitute of a contact is off duty
    instead_of: str = ""  # who is replaced; "" without an override

    def to_json(self) -> dict[str, Any]:
        """Return it with times in ISO 8601, including the offset."""
        return asdict(self) | {
            "starts": self.starts.isoformat(),
            "until": self.until.isoformat(),
        }


def parse_first_day(text: str | None, roster: Roster, now: datetime) -> datetime:
    """Return the first moment of a date in the roster's zone; of today for None."""
    zone = ZoneInfo(roster.timezone)
    try:
        day = date.fromisoformat(text) if text else now.astimezone(zone).date()
        refuse_far_year(text or "", "date", day.year)
        return first_moment(datetime.combine(day, time()), zone)
    except (ValueError, OverflowError):
        raise CommandError(f"{text!r} is not a date: write it like 2026-01-05") from None


def weeks_later(since: datetime, weeks: int, roster: Roster) -> datetime:
    """Return the same local time in the roster's zone some weeks later."""
    zone = ZoneInfo(roster.timezone)
    return first_moment(since.astimezone(zone).replace(tzinfo=None) + timedelta(weeks=weeks), zone)


def build_calendar(roster: Roster, since: datetime, until: datetime) -> list[CalendarEntry]:
    """Return the shifts of each rotation, and the overrides of contacts in the escalation."""
    zone = ZoneInfo(roster.timezone)
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
    for contact in escalation_rotations(roster):
        if roster.rotation(contact.name) is None:
            entries += _contact_overrides(roster, contact, since, until)
    return entries


def format_entry(entry: CalendarEntry) -> str:
    """Return an entry in one line, without its rotation."""
    instead = f"  instead of {entry.instead_of} (override)" if entry.instead_of else ""
    person = entry.person or "off duty,"
    return f"{entry.starts:{TIME_FORMAT}} to {entry.until:{TIME_FORMAT}}  {person}{instead}"


def _contact_overrides(
    roster: Roster, contact: Rotation, since: datetime, until: datetime
) -> Iterator[CalendarEntry]:
    """Yield who replaces a contact in the escalation; nobody while the substitute is off duty."""
    zone = ZoneInfo(roster.timezone)
    end = since
    shifts = list_shifts(roster, contact, since, until)
    for shift in (*shifts, Shift(until, until, contact.name, contact.name)):
        for starts, ends, person in (
            (end, shift.starts, ""),
            (shift.starts, shift.until, shift.person),
        ):
            if starts < ends and person != contact.name:
                local = (starts.astimezone(zone), ends.astimezone(zone))
                yield CalendarEntry("", *local, person, contact.name)
        end = shift.until


def utc_now() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)
