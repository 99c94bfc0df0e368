"""List the shifts of a rotation over a period, for calendars and handover lists, and the gaps.

A shift ends wherever schedule.py could give another person: at a handover, where hours start or
end, or at the start or end of an override.
"""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import itemgetter
from zoneinfo import ZoneInfo

from oncall.roster.daylight_saving import first_moment, wall_clock
from oncall.roster.hours import join_periods, list_periods
from oncall.roster.model import Roster, Rotation
from oncall.roster.schedule import on_call, person_for, resolve

Period = tuple[datetime, datetime]
# Three weeks of hourly handovers: validation must not take minutes.
_MAX_PARTS = 500
#: Longer than any clock change: around a period, it holds the whole of a turn that overlaps it.
MARGIN = timedelta(days=2)
_MONDAY = datetime(2026, 1, 5)  # noqa: DTZ001 (local time)


@dataclass(frozen=True, slots=True)
class Shift:
    """A period (UTC, without its last moment) in which one person is called for a rotation.

    During an override, `person`, who is called, differs from `member`, whose turn it is.
    """

    starts: datetime
    until: datetime
    member: str
    person: str

    @property
    def overridden(self) -> bool:
        """Whether an override applies."""
        return self.person != self.member


def escalation_rotations(roster: Roster) -> list[Rotation]:
    """Return the rotations in the escalation; a contact is one of weekly turns, always on duty."""
    return [
        roster.rotation(name)
        or Rotation(name, (name,), _MONDAY, timedelta(weeks=1), roster.timezone)
        for name in dict.fromkeys(entry.name for entry in roster.escalation)
    ]


def list_shifts(
    roster: Roster, rotation: Rotation, since: datetime, until: datetime, *, by_turn: bool = False
) -> list[Shift]:
    """Return the shifts of a rotation from `since` to `until` (both have a time zone).

    The first and the last shift are cut off there. There are none while it is off duty. Turns of
    the same person are joined, unless `by_turn`.
    """
    turns = _hand_overs(rotation, since, until)
    edges = {since.astimezone(UTC), until.astimezone(UTC)} | turns
    others = roster.rotations if _has_rotation_as_substitute(roster) else ()
    for listed in {rotation, *others}:
        edges |= _hand_overs(listed, since, until)
        periods = list_periods(listed.hours, ZoneInfo(listed.timezone), since, until)
        edges |= {edge for period in periods for edge in period}
    edges |= _override_edges(roster)
    shifts: list[Shift] = []
    for starts, ends in itertools.pairwise(sorted(e for e in edges if since <= e <= until)):
        contact = person_for(roster, rotation.name, starts)
        if contact is None:
            continue
        shift = Shift(starts, ends, on_call(rotation, starts), contact.name)
        joins = shifts and not (by_turn and starts in turns)
        if joins and shifts[-1] == replace(shift, starts=shifts[-1].starts, until=starts):
            shifts[-1] = replace(shifts[-1], until=ends)
        else:
            shifts.append(shift)
    return shifts


def find_gaps(roster: Roster, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """Return the periods (UTC) from `since` to `until` in which nobody is on duty.

    Both have a time zone. A page calls those whose turn it is then, whatever their hours. While
    rotations are substitutes, handovers divide the search; it ends after 500 parts.
    """
    on_duty = {
        rotation.name: list_periods(rotation.hours, ZoneInfo(rotation.timezone), since, until)
        for rotation in roster.rotations
        if rotation.hours
    }
    if not on_duty:
        return []
    edges = {since.astimezone(UTC), until.astimezone(UTC)} | _override_edges(roster)
    zone = ZoneInfo(roster.timezone)
    for override in roster.overrides:
        begins = max(since, first_moment(override.starts, zone))
        ends = min(until, first_moment(override.until, zone))
        if begins < ends and roster.rotation(override.substitute):
            # Who has the turn then decides which rotation must be on duty.
            edges |= {edge for r in roster.rotations for edge in _hand_overs(r, begins, ends)}
    parts = list(itertools.pairwise(sorted(e for e in edges if since <= e <= until)))
    gaps: list[Period] = []
    for part in parts[:_MAX_PARTS]:
        needed = [
            [
                _within(on_duty[r.name], part)
                for r in resolve(roster, entry.name, part[0])[1]
                if r.hours
            ]
            for entry in roster.escalation
        ]
        if all(needed):
            gaps += _subtract(part, [reduce(_intersect, periods) for periods in needed])
    return join_periods(gaps)


def _subtract(whole: Period, parts: Iterable[list[Period]]) -> Iterator[Period]:
    """Yield what remains of a period without some parts."""
    begins = whole[0]
    for starts, ends in sorted(period for part in parts for period in _within(part, whole)):
        yield begins, max(begins, starts)
        begins = max(begins, ends)
    yield begins, whole[1]


def _intersect(first: list[Period], second: list[Period]) -> list[Period]:
    return [part for period in first for part in _within(second, period)]


def _within(periods: list[Period], whole: Period) -> list[Period]:
    """Return the parts of ordered, separate periods that are within another."""
    first = bisect_right(periods, whole[0], key=itemgetter(1))
    last = bisect_left(periods, whole[1], key=itemgetter(0))
    return [(max(starts, whole[0]), min(ends, whole[1])) for starts, ends in periods[first:last]]


def _has_rotation_as_substitute(roster: Roster) -> bool:
    return any(roster.rotation(override.substitute) for override in roster.overrides)


def _override_edges(roster: Roster) -> set[datetime]:
    zone = ZoneInfo(roster.timezone)
    return {first_moment(time, zone) for o in roster.overrides for time in (o.starts, o.until)}


def _hand_overs(rotation: Rotation, since: datetime, until: datetime) -> set[datetime]:
    """Return the handovers (UTC) from `since` to `until`, and one or two around."""
    zone = ZoneInfo(rotation.timezone)
    first, last = (
        (wall_clock(zone, at) - rotation.starts) // rotation.every for at in (since, until)
    )
    turns = range(first, last + 2)
    return {first_moment(rotation.starts + turn * rotation.every, zone) for turn in turns}
