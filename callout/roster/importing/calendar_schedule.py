"""Convert a calendar to rotations and overrides, and compare the result with the calendar."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from callout.errors import CommandError
from callout.roster.importing.calendar_events import Calendar, read_calendar
from callout.roster.importing.calendar_people import TIME, Known, Layer, find_layers
from callout.roster.importing.roster_writer import (
    PLACEHOLDER,
    ImportedContact,
    ImportedRotation,
    ImportedSchedule,
    write_roster,
)
from callout.roster.importing.rotation_fit import find_rotations
from callout.roster.importing.schedule_comparison import Difference, find_differences, roster_shifts
from oncall.roster.daylight_saving import wall_clock
from oncall.roster.defaults_and_limits import ADVANCED_PARAMETER_BYTES
from oncall.roster.model import Override, Roster, RosterError
from oncall.roster.parsing.parser import parse, size_of

# More periods of one kind are summarized.
_MAX_LISTED = 3
_NO_LIMIT = 10_000_000  # bytes; `callout roster check` reports rosters that are too large


def import_calendar(
    file: str,
    text: str,
    timezone: str | None,
    now: datetime,
    contacts: Sequence[ImportedContact] = (),
) -> ImportedSchedule:
    """Convert a calendar to a schedule, from `now` on; `contacts` are those of a contact list.

    `timezone` is an IANA name; None for the calendar's own. The calendar's deviations become
    overrides, as many as fit into a roster. Whatever the roster then does differently from the
    calendar is one of the questions. Raise CommandError if the calendar cannot be read.
    """
    calendar = read_calendar(file, text, timezone, now)
    layers, questions = find_layers(calendar, Known(contacts))
    if not layers:
        raise CommandError(
            f"{file}: no event names a person: write the names in SUMMARY or ATTENDEE"
        )
    questions = [*calendar.questions, *questions]
    rotations: dict[str, ImportedRotation] = {}
    entries: list[tuple[Layer, list[str]]] = []
    for layer in layers:
        found = find_rotations(layer.shifts, calendar.timezones, calendar.since)
        names = [
            f"{layer.name} {number}" if number > 1 else layer.name
            for number in range(1, len(found) + 1)
        ]
        entries.append((layer, names))
        for name, rotation in zip(names, found, strict=True):
            rotations[name] = rotation
            questions += _assumptions(name, rotation, calendar.timezones[0])
    questions += _limits_of(calendar, now)
    schedule = ImportedSchedule(calendar.timezones[0], rotations, tuple(rotations))
    listed = [contact.name for contact in contacts]

    def write(*overrides: Override) -> str:
        changed = replace(schedule, overrides=overrides)
        names = dict.fromkeys([*changed.people, *listed])
        return write_roster([], [ImportedContact(n, [PLACEHOLDER]) for n in names], changed)

    try:
        roster = parse(write(), limit_bytes=_NO_LIMIT)
        overrides = [
            override
            for layer, names in entries
            for difference in _differences(calendar, layer, names, roster)
            for override in _overrides(difference, names, roster)
        ]
        overrides.sort(key=lambda override: override.starts)
        while overrides and size_of(write(*overrides)) > ADVANCED_PARAMETER_BYTES:
            overrides = overrides[: len(overrides) * 9 // 10]
        schedule = replace(schedule, overrides=tuple(overrides))
        roster = parse(write(*overrides), limit_bytes=_NO_LIMIT)
        lines = [
            line
            for layer, names in entries
            for line in _describe(
                _differences(calendar, layer, names, roster),
                ZoneInfo(schedule.timezone),
                f"{layer.name}: " if len(layers) > 1 else "",
            )
        ]
        questions += [line for _, line in sorted(lines)]
    except RosterError as error:
        questions += [
            f"not compared with the calendar: {problem.field} {problem.message}"
            for problem in error.problems
        ]
    return replace(schedule, questions=tuple(questions))


def _assumptions(name: str, rotation: ImportedRotation, timezone: str) -> Iterator[str]:
    last = rotation.members[-1]
    if rotation.irregular:
        yield f"{name}: no rotation explains the events: {last} is called if no override applies"
    if rotation.unrepeated:
        yield f"{name}: the rotation is assumed to restart after {last}"
    if rotation.timezone != timezone:
        local = rotation.starts.replace(tzinfo=ZoneInfo(rotation.timezone))
        local = local.astimezone(ZoneInfo(timezone))
        yield (
            f"{name}: the calendar repeats in {rotation.timezone}: the handover at {local:{TIME}}"
            f" in {timezone} moves when the clocks change"
        )


def _limits_of(calendar: Calendar, now: datetime) -> Iterator[str]:
    zone = ZoneInfo(calendar.timezones[0])
    if calendar.since > now:
        begin = f"{calendar.since.astimezone(zone):{TIME}}"
        yield f"the calendar begins {begin}; the roster calls the same people in turn before"
    end = f"{calendar.until.astimezone(zone):{TIME}}"
    if calendar.until <= now:
        yield f"all events are in the past: the last ends {end}; the rotation continues"
    elif calendar.ends:
        yield f"the calendar ends {end}; the rotation continues"


def _differences(
    calendar: Calendar, layer: Layer, names: Sequence[str], roster: Roster
) -> list[Difference]:
    """Return where the roster differs from a layer, until the layer's last shift ends."""
    since, until = calendar.since, max(calendar.until, layer.shifts[-1].until)
    actual = roster_shifts(roster, names, since, until)
    return find_differences(layer.shifts, actual, since, until)


def _overrides(found: Difference, names: Sequence[str], roster: Roster) -> Iterator[Override]:
    """Yield the overrides that correct a difference: one for each rotation on duty."""
    zone = ZoneInfo(roster.timezone)
    for name in names if found.expected else ():
        periods: list[tuple[datetime, datetime]] = []
        for shift in roster_shifts(roster, [name], *found[:2]):
            joined = bool(periods) and periods[-1][1] == shift.starts
            starts = periods.pop()[0] if joined else shift.starts
            periods.append((starts, shift.until))
        for period in periods:
            starts, until = (wall_clock(zone, moment) for moment in period)
            if starts < until:
                yield Override(starts, until, name, found.expected[0])


def _describe(
    differences: Sequence[Difference], zone: ZoneInfo, where: str
) -> Iterator[tuple[datetime, str]]:
    """Yield a line for each difference; many of which the calendar has nobody are one line."""
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Difference]] = {}
    for found in differences:
        groups.setdefault(found[2:], []).append(found)
    for people, group in groups.items():
        listed = group if people[0] or len(group) <= _MAX_LISTED else group[:1]
        for found in listed:
            period = f"{_local(found.starts, zone)} to {_local(found.until, zone)}"
            if len(listed) < len(group):
                period += f" and {len(group) - 1} more times until {_local(group[-1].until, zone)}"
            expected, actual = (" and ".join(names) or "nobody" for names in people)
            line = f"{where}{period}: the calendar has {expected}, the roster calls {actual}"
            yield found.starts, line


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):{TIME}}"
