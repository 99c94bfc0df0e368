"""Infer a rotation from a calendar's events, or overrides if the events are irregular."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from oncall.roster.model import Override, Rotation
from oncall.roster.parsing.rotations import UNITS

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Name of the rotation of an imported calendar.
NAME = "primary"
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = {"DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1)}


@dataclass(frozen=True)
class CalendarShift:
    """A calendar event: who is on call when, and how often it recurs."""

    line: int  # line of the event in its file
    person: str
    starts: datetime  # starts, until: local times
    until: datetime
    interval: timedelta | None = None  # time between recurrences; None if it does not recur
    question: str = ""  # which part of its recurrence is not supported; "" for none

    @property
    def length(self) -> timedelta:
        """Its duration."""
        return self.until - self.starts


@dataclass(frozen=True)
class ImportedSchedule:
    """The schedule of an imported calendar."""

    rotation: Rotation
    # the shifts that deviate from it, if the calendar is irregular
    overrides: tuple[Override, ...] = ()
    questions: tuple[str, ...] = ()  # what the operator has to decide, one line each


def parse_recurrence(rule: str, starts: datetime) -> tuple[timedelta | None, str]:
    """Parse an RRULE; return the time between recurrences, and what is not supported."""
    if not rule:
        return None, ""
    parts = {
        key.upper(): value.upper() for key, _, value in (p.partition("=") for p in rule.split(";"))
    }
    step = _FREQUENCIES.get(parts.pop("FREQ", ""))
    interval = parts.pop("INTERVAL", "1")
    days = parts.pop("BYDAY", "")
    parts.pop("WKST", None)
    ends = [f"{key}={parts.pop(key)}" for key in ("COUNT", "UNTIL") if key in parts]
    supported = step and re.fullmatch("[1-9][0-9]{0,2}", interval) and not parts
    if not step or not supported or days not in ("", _DAYS[starts.weekday()]):
        return None, f"RRULE:{rule} is not supported"
    if days and step < timedelta(weeks=1):
        step = timedelta(weeks=1)
    return step * int(
        interval
    ), f"ends with {', '.join(ends)}; a rotation has no end" if ends else ""


def infer_schedule(shifts: Sequence[CalendarShift]) -> ImportedSchedule:
    """Infer a rotation from shifts (at least one), or one person and overrides."""
    ordered = sorted(shifts, key=lambda shift: (shift.starts, shift.line))
    questions = [
        f"line {shift.line}: {shift.person}: {shift.question}"
        for shift in ordered
        if shift.question
    ]
    rotation = _recurring(ordered) or _consecutive(ordered)
    if rotation is None:
        return _irregular(ordered, questions)
    if len(rotation.members) == len(ordered) and ordered[0].interval is None:
        questions.append(f"the rotation is assumed to restart after {rotation.members[-1]}")
    return ImportedSchedule(rotation, questions=tuple(questions))


def format_every(length: timedelta) -> str:
    """Format the length of a shift as in a roster; "" if a roster cannot express it."""
    for unit in ("w", "d", "h"):
        if not length % UNITS[unit] and length >= UNITS[unit]:
            return f"{length // UNITS[unit]}{unit}"
    return ""


def _recurring(shifts: Sequence[CalendarShift]) -> Rotation | None:
    """Return the rotation of recurring events that follow each other; None if they do not."""
    first, interval, length = shifts[0], shifts[0].interval, shifts[0].length
    if (
        interval is None
        or not format_every(length)
        or any((shift.interval, shift.length) != (interval, length) for shift in shifts)
    ):
        return None
    if interval != length * len(shifts):
        return None
    # Each person's offset within the cycle, from the first event's start.
    offsets = {(shift.starts - first.starts) % interval: shift.person for shift in shifts}
    if sorted(offsets) != [length * position for position in range(len(shifts))]:
        return None
    members = tuple(offsets[offset] for offset in sorted(offsets))
    return Rotation(NAME, members, first.starts, length)


def _consecutive(shifts: Sequence[CalendarShift]) -> Rotation | None:
    """Return the rotation of single events without gaps, in a fixed order; None if irregular."""
    length = shifts[0].length
    if not format_every(length) or any(
        shift.interval or shift.length != length for shift in shifts
    ):
        return None
    if any(after.starts != before.until for before, after in itertools.pairwise(shifts)):
        return None
    people = [shift.person for shift in shifts]
    for size in range(1, len(people) + 1):
        if all(person == people[index % size] for index, person in enumerate(people)):
            # A person who appears only once, at the end, does not contradict the order.
            return Rotation(NAME, tuple(people[:size]), shifts[0].starts, length)
    return None


def _irregular(shifts: Sequence[CalendarShift], questions: list[str]) -> ImportedSchedule:
    """Return a rotation of the person with most events, and overrides for the others."""
    [(usual, _)] = Counter(shift.person for shift in shifts).most_common(1)
    overrides: list[Override] = []
    questions = [f"the events are irregular: {usual} is called at all other times", *questions]
    for shift in shifts:
        place = f"line {shift.line}: {shift.person}"
        if shift.interval or "RRULE" in shift.question:
            questions.append(f"{place} recurs; only the first event is included")
        if shift.person == usual:
            continue
        if shift.until <= shift.starts:
            questions.append(f"{place} ends before it starts; omitted")
        elif overrides and shift.starts < overrides[-1].until:
            questions.append(f"{place} overlaps {overrides[-1].substitute}; omitted")
        else:
            overrides.append(Override(shift.starts, shift.until, NAME, shift.person))
    return ImportedSchedule(
        Rotation(NAME, (usual,), shifts[0].starts, timedelta(weeks=1)),
        tuple(overrides),
        tuple(questions),
    )
