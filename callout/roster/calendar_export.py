"""The final schedule of a roster, overrides included, in iCalendar format (RFC 5545).

Times are in UTC; calendar programs convert them. A UID depends on the team, the rotation
and the start of the turn or override only, so that a later import of the same shift updates it.
Only whole shifts are written: a shift cut off by the period would change from day to day.
"""

from datetime import UTC, datetime
from urllib.parse import quote

from icalendar import Event

from callout.errors import CommandError
from callout.roster.overrides import find_name
from oncall.roster.model import Roster, Rotation
from oncall.roster.shifts import MARGIN, Shift, escalation_rotations, list_shifts


def export_calendar(
    roster: Roster,
    team: str,
    period: tuple[datetime, datetime],
    now: datetime,
    person: str | None = None,
) -> str:
    """Return the shifts that overlap a period, of everyone or of one person, as iCalendar text.

    It has the shifts of each rotation in the escalation. A contact in the escalation is always
    on call, in one event a week. Raise CommandError if there is no contact named `person`.
    """
    from icalendar import Calendar  # it loads slowly

    since, until = period
    of = find_name(roster, person) if person else ""
    if of and roster.rotation(of):
        raise CommandError(f"--person {person}: is a rotation: use the name of a contact")
    calendar = Calendar()
    calendar.add("prodid", "-//Callout//roster//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"On call: {of or team}")
    for rotation in escalation_rotations(roster):
        around = rotation.every + MARGIN
        for shift in list_shifts(roster, rotation, since - around, until + around, by_turn=True):
            if shift.until > since and shift.starts < until and of in ("", shift.person):
                calendar.add_component(_event(roster, team, rotation, shift, now))
    return str(calendar.to_ical(), "utf-8")


def _event(roster: Roster, team: str, rotation: Rotation, shift: Shift, now: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{quote(team)}-{quote(rotation.name)}-{shift.starts:%Y%m%dT%H%M%SZ}@callout")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", shift.starts)
    event.add("dtend", shift.until)
    is_rotation = roster.rotation(rotation.name) is not None
    event.add("summary", f"{rotation.name if is_rotation else 'On call'}: {shift.person}")
    instead = f", instead of {shift.member} (override)" if shift.overridden else ""
    event.add("description", f"Team {team}{instead}")
    event.add("transp", "TRANSPARENT")  # does not make the person busy
    return event
