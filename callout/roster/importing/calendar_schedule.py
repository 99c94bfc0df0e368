"""Convert a calendar to rotations and overrides, and compare the result with the calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from callout.errors import CommandError
from callout.roster.importing.calendar_events import read_calendar
from callout.roster.importing.calendar_people import TIME, Known, find_layers
from callout.roster.importing.rotation_fit import ImportedRotation, find_rotations
from oncall.roster.daylight_saving import wall_clock
from oncall.roster.defaults_and_limits import ADVANCED_PARAMETER_BYTES
from oncall.roster.model import Override
from oncall.roster.parsing.errors import RosterError
from oncall.roster.parsing.parser import parse, size_of
from oncall.roster.schedule import person_for
from oncall.roster.shifts import list_shifts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from callout.roster.importing.calendar_events import Calendar
    from callout.roster.importing.calendar_people import Layer
    from oncall.roster.model import Contact, Roster

# More periods of one kind are summarized.
_MAX_LISTED = 3
_NO_LIMIT = 10_000_000  # bytes; `callout roster check` reports rosters that are too large


@dataclass(frozen=True)
class ImportedSchedule:
    """The schedule of an imported calendar; times are in `timezone`, an IANA name."""

    timezone: str
    rotations: dict[str, ImportedRotation]  # by name, in the order of the escalation
    overrides: tuple[Override, ...] = ()
    questions: tuple[str, ...] = ()  # what the operator has to decide, one line each

    @property
    def people(self) -> list[str]:
        """Return the names of all people, in the order of their first use."""
        members = [name for rotation in self.rotations.values() for name in rotation.members]
        return list(dict.fromkeys([*members, *(o.substitute for o in self.overrides)]))


@dataclass(frozen=True)
class _Difference:
    """A period (UTC) in which the calendar and the roster disagree; "" is nobody."""

    starts: datetime
    until: datetime
    layer: str
    rotation: str
    expected: str
    actual: str


def import_calendar(  # noqa: PLR0913, PLR0917 - what a calendar is converted with
    file: str,
    text: str,
    timezone: str | None,
    now: datetime,
    known: Known,
    write: Callable[[ImportedSchedule], str],
) -> ImportedSchedule:
    """Return the schedule of a calendar; `write` returns a roster without comments.

    The calendar's deviations become overrides, as many as fit into a roster. Whatever the roster
    then does differently from the calendar is one of the questions.

    Raises:
        CommandError: the calendar cannot be read.
    """
    calendar = read_calendar(file, text, timezone, now)
    layers, questions = find_layers(calendar, known)
    if not layers:
        raise CommandError(
            f"{file}: no event names a person: write the names in SUMMARY or ATTENDEE"
        )
    questions = [*calendar.questions, *questions]
    rotations: dict[str, ImportedRotation] = {}
    entries: dict[str, list[str]] = {}
    for layer in layers:
        found = find_rotations(layer.shifts, calendar.timezones, calendar.since)
        names = [layer.name, *(f"{layer.name} {number}" for number in range(2, len(found) + 1))]
        entries[layer.name] = names[: len(found)]
        rotations |= dict(zip(entries[layer.name], found, strict=True))
        for name, rotation in zip(entries[layer.name], found, strict=True):
            questions += _assumptions(name, rotation, calendar.timezones[0])
    questions += _limits_of(calendar, now)
    schedule = ImportedSchedule(calendar.timezones[0], rotations)

    def compare(schedule: ImportedSchedule) -> list[_Difference]:
        roster = parse(write(schedule), limit_bytes=_NO_LIMIT)
        return list(_differences(calendar, layers, entries, roster))

    try:
        schedule = _with_overrides(schedule, compare(schedule), write)
        zone = ZoneInfo(schedule.timezone)
        questions += _describe(compare(schedule), zone, several=len(layers) > 1)
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
    calendar: Calendar, layers: Sequence[Layer], entries: dict[str, list[str]], roster: Roster
) -> Iterator[_Difference]:
    """Yield the differences at each moment at which the calendar or the roster changes."""
    since, until = calendar.since, calendar.until
    for layer in layers:
        edges = {since, until}
        for name in entries[layer.name]:
            rotation = roster.rotation(name)
            shifts = list_shifts(roster, rotation, since, until) if rotation else []
            edges |= {moment for shift in shifts for moment in (shift.starts, shift.until)}
        edges |= {moment for shift in layer.shifts for moment in (shift.starts, shift.until)}
        ordered = sorted(edge for edge in edges if since <= edge <= until)
        remaining = iter(layer.shifts)
        shift = next(remaining, None)
        for starts, ends in pairwise(ordered):
            while shift and shift.until <= starts:
                shift = next(remaining, None)
            expected = shift.person if shift and shift.starts <= starts else ""
            called = _called(roster, entries[layer.name], starts)
            if [person for _, person in called] != ([expected] if expected else []):
                rotation_name = called[0][0] if called else ""
                actual = " and ".join(person for _, person in called)
                if shift and expected and ends == until:
                    ends = shift.until  # noqa: PLW2901 - the shift goes on after the period
                yield _Difference(starts, ends, layer.name, rotation_name, expected, actual)


def _called(roster: Roster, names: Iterable[str], at: datetime) -> list[tuple[str, str]]:
    """Return who is called for some rotations: their names, and the people on duty."""
    people: list[tuple[str, Contact | None]] = [(n, person_for(roster, n, at)) for n in names]
    return [(name, person.name) for name, person in people if person is not None]


def _with_overrides(
    schedule: ImportedSchedule,
    differences: Iterable[_Difference],
    write: Callable[[ImportedSchedule], str],
) -> ImportedSchedule:
    """Add an override for each difference, the earliest first, as many as a roster can hold."""
    zone = ZoneInfo(schedule.timezone)
    overrides: list[Override] = []
    for found in differences:
        if not (found.expected and found.actual):
            continue
        starts, until = (wall_clock(zone, moment) for moment in (found.starts, found.until))
        last = overrides[-1] if overrides else None
        if last and (last.until, last.replaced, last.substitute) == (
            starts,
            found.rotation,
            found.expected,
        ):
            overrides[-1] = replace(last, until=until)
        elif starts < until:
            overrides.append(Override(starts, until, found.rotation, found.expected))
    overrides.sort(key=lambda override: override.starts)
    while size_of(write(replace(schedule, overrides=tuple(overrides)))) > ADVANCED_PARAMETER_BYTES:
        if not overrides:
            return schedule
        overrides = overrides[: len(overrides) * 9 // 10]
    return replace(schedule, overrides=tuple(overrides))


def _describe(differences: Sequence[_Difference], zone: ZoneInfo, *, several: bool) -> list[str]:
    """Return a line for each difference; many of which the calendar has nobody are one line."""
    groups: dict[tuple[str, str, str], list[_Difference]] = {}
    for found in differences:
        group = groups.setdefault((found.layer, found.expected, found.actual), [])
        if group and group[-1].until == found.starts:
            group[-1] = replace(group[-1], until=found.until)
        else:
            group.append(found)
    lines: list[tuple[datetime, str]] = []
    for (layer, expected, actual), group in groups.items():
        listed = group if expected or len(group) <= _MAX_LISTED else group[:1]
        where = f"{layer}: " if several else ""
        for found in listed:
            period = f"{_local(found.starts, zone)} to {_local(found.until, zone)}"
            if len(listed) < len(group):
                period += f" and {len(group) - 1} more times until {_local(group[-1].until, zone)}"
            who = f"the calendar has {expected or 'nobody'}, the roster calls {actual or 'nobody'}"
            lines.append((found.starts, f"{where}{period}: {who}"))
    return [line for _, line in sorted(lines)]


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):{TIME}}"
