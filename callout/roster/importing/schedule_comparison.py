"""Compare who is on call according to two lists of shifts, at every instant of a period."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from oncall.roster.model import Roster
from oncall.roster.shifts import list_shifts


class Shift(NamedTuple):
    """A period (UTC) in which a person is on call."""

    starts: datetime
    until: datetime
    person: str


class Difference(NamedTuple):
    """A period in which other people are on call than expected (sorted; empty for nobody)."""

    starts: datetime
    until: datetime
    expected: tuple[str, ...]
    actual: tuple[str, ...]


def find_differences(
    expected: Iterable[Shift], actual: Iterable[Shift], since: datetime, until: datetime
) -> list[Difference]:
    """Return the periods from `since` to `until` in which two lists of shifts differ."""
    changes: dict[datetime, list[tuple[int, str, int]]] = {since: [], until: []}
    for side, shifts in enumerate((expected, actual)):
        for shift in shifts:
            starts, ends = max(shift.starts, since), min(shift.until, until)
            if starts < ends:
                changes.setdefault(starts, []).append((side, shift.person, 1))
                changes.setdefault(ends, []).append((side, shift.person, -1))
    on_call: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    found: list[Difference] = []
    for starts, ends in pairwise(sorted(changes)):
        for side, person, change in changes[starts]:
            on_call[side][person] += change
        people = tuple(tuple(sorted(+names)) for names in on_call)
        if people[0] == people[1]:
            continue
        if found and found[-1] == (found[-1].starts, starts, *people):
            found[-1] = found[-1]._replace(until=ends)
        else:
            found.append(Difference(starts, ends, *people))
    return found


def roster_shifts(
    roster: Roster, names: Iterable[str], since: datetime, until: datetime
) -> list[Shift]:
    """Return the shifts of some rotations of a roster."""
    return [
        Shift(shift.starts, shift.until, shift.person)
        for name in names
        if (rotation := roster.rotation(name))
        for shift in list_shifts(roster, rotation, since, until)
    ]


def subtract(
    period: tuple[datetime, datetime], taken: Iterable[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    """Return the parts of a period that others do not cover, in order."""
    rest = [period]
    for starts, until in taken:
        cut = ((first, min(last, starts), max(first, until), last) for first, last in rest)
        rest = [p for a, b, c, d in cut for p in ((a, b), (c, d)) if p[0] < p[1]]
    return rest
