"""Find the rotations that explain the shifts of a calendar best."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from oncall.roster.daylight_saving import wall_clock
from oncall.roster.hours import Hours, overlap
from oncall.roster.parsing.rotations import MAX_TURN, UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from callout.roster.importing.calendar_people import CalendarShift

_HOUR, _DAY, _WEEK = UNITS["h"], UNITS["d"], UNITS["w"]
_EPOCH = datetime(2001, 1, 1)  # noqa: DTZ001 - a Monday, local time
_MAX_MEMBERS = 60
#: Part of the repeated turns that may deviate; more are no rotation.
_MAX_DEVIATIONS = 0.3
_PAST_WEIGHT = 0.25
_GAP_COST = _MEMBER_COST = 0.5
_RARE = 0.3


@dataclass(frozen=True)
class ImportedRotation:
    """A rotation that explains shifts; its fields are those of a roster's rotation.

    Attributes:
        irregular: no rotation explains the shifts: the only member is the most frequent person.
        unrepeated: the shifts end before the first member's second turn.
    """

    members: tuple[str, ...]
    starts: datetime
    every: timedelta
    timezone: str
    hours: tuple[Hours, ...] = ()
    irregular: bool = False
    unrepeated: bool = False


@dataclass(frozen=True)
class _Fit:
    cost: float
    rotation: ImportedRotation


@dataclass(frozen=True)
class _Turn:
    """One turn on duty: its number, when it starts, and whom the calendar has."""

    number: int
    starts: datetime
    people: frozenset[str]
    person: str  # the one with most of the time; "" for nobody
    weight: float


def find_rotations(
    shifts: Sequence[CalendarShift], timezones: Sequence[str], since: datetime
) -> tuple[ImportedRotation, ...]:
    """Return the rotations of one layer: several if people share a day.

    `shifts` do not overlap and are not empty; those before `since` count less.
    """

    def fit(part: Sequence[CalendarShift]) -> _Fit:
        # The roster's own zone is tried first, and is enough if it fits without deviations.
        best = _fit(part, timezones[0], since)
        if best.cost > len(best.rotation.members) * _MEMBER_COST:
            others = (_fit(part, zone, since) for zone in timezones[1:])
            best = min(best, *others, key=lambda fit: fit.cost) if timezones[1:] else best
        return best

    whole = fit(shifts)
    parts = list(map(fit, _by_time_of_day(shifts, ZoneInfo(timezones[0]))))
    if len(parts) > 1 and sum(part.cost + 1 for part in parts) < whole.cost:
        return tuple(part.rotation for part in parts)
    return (whole.rotation,)


def format_every(length: timedelta) -> str:
    """Format the length of a turn as in a roster; "" if a roster cannot express it."""
    for unit in ("w", "d", "h"):
        number, rest = divmod(length, UNITS[unit])
        if not rest and 0 < number < 1000 and length <= MAX_TURN:  # noqa: PLR2004
            return f"{number}{unit}"
    return ""


def _by_time_of_day(shifts: Sequence[CalendarShift], zone: ZoneInfo) -> list[list[CalendarShift]]:
    """Group shifts that start at different times of the day, such as day and night."""
    groups: dict[tuple[int, timedelta], list[CalendarShift]] = defaultdict(list)
    for shift in shifts:
        starts, until = (wall_clock(zone, moment) for moment in (shift.starts, shift.until))
        groups[starts.hour * 60 + starts.minute, until - starts].append(shift)
    usual = max(map(len, groups.values()))
    return [group for group in groups.values() if len(group) > usual * _RARE]


def _fit(shifts: Sequence[CalendarShift], timezone: str, since: datetime) -> _Fit:
    zone = ZoneInfo(timezone)
    spans = [
        (wall_clock(zone, shift.starts), wall_clock(zone, shift.until), shift.person)
        for shift in shifts
    ]
    now = wall_clock(zone, since)
    hours = _hours(spans)
    fits = [
        fit
        for every in _lengths(spans)
        for phase in _phases(spans, every)
        for fit in _members(_turns(spans, every, phase, hours, now), every, timezone, hours)
    ]
    weights: Counter[str] = Counter()
    for starts, until, person in spans:
        weights[person] += int(_weight(until, now) * (until - starts).total_seconds())
    [(usual, _)] = weights.most_common(1)
    deviations = sum(_weight(until, now) for _, until, person in spans if person != usual)
    fallback = ImportedRotation(
        (usual,), spans[0][0], _WEEK, timezone, hours, irregular=bool(deviations)
    )
    return min([*fits, _Fit(deviations + _MEMBER_COST, fallback)], key=lambda fit: fit.cost)


def _weight(until: datetime, now: datetime) -> float:
    return 1 if until > now else _PAST_WEIGHT


def _runs(spans: Iterable[tuple[datetime, datetime, str]]) -> list[tuple[datetime, datetime, str]]:
    """Join shifts of the same person that follow each other."""
    runs: list[tuple[datetime, datetime, str]] = []
    for starts, until, person in spans:
        if runs and (runs[-1][1], runs[-1][2]) == (starts, person):
            runs[-1] = (runs[-1][0], until, person)
        else:
            runs.append((starts, until, person))
    return runs


def _lengths(spans: Sequence[tuple[datetime, datetime, str]]) -> list[timedelta]:
    """Return the likely lengths of a turn; of equally good ones, the first is chosen."""
    runs = _runs(spans)
    changes = [after[0] - before[0] for before, after in pairwise(runs) if before[2] != after[2]]
    lengths = [until - starts for starts, until, _ in (*runs, *spans)]
    found = [length for length, _ in Counter(lengths + changes).most_common(6)]
    return [length for length in dict.fromkeys([_WEEK, _DAY, *found]) if format_every(length)]


def _phases(spans: Sequence[tuple[datetime, datetime, str]], every: timedelta) -> list[timedelta]:
    """Return the likely handovers, as time after the epoch within a turn."""
    runs = [starts for starts, _, _ in _runs(spans)]
    counts = Counter((starts - _EPOCH) % every for starts in runs)
    return [phase for phase, _ in counts.most_common(4)]


def _turns(
    spans: Sequence[tuple[datetime, datetime, str]],
    every: timedelta,
    phase: timedelta,
    hours: tuple[Hours, ...],
    now: datetime,
) -> list[_Turn]:
    """Return the turns on duty from the first shift to the last."""
    people: dict[int, Counter[str]] = defaultdict(Counter)
    for starts, until, person in spans:
        turn = (starts - _EPOCH - phase) // every
        while (begin := _EPOCH + phase + turn * every) < until:
            inside = min(until, begin + every) - max(starts, begin)
            people[turn][person] += int(inside.total_seconds())
            turn += 1
    turns: list[_Turn] = []
    for turn in range(min(people), max(people) + 1):
        starts = _EPOCH + phase + turn * every
        if not hours or every >= _WEEK or overlap(hours, starts, every):
            seconds = people[turn]
            person = max(seconds, key=seconds.__getitem__, default="")
            weight = _weight(starts + every, now)
            turns.append(_Turn(len(turns), starts, frozenset(seconds), person, weight))
    return turns


def _members(
    turns: Sequence[_Turn], every: timedelta, timezone: str, hours: tuple[Hours, ...]
) -> Iterator[_Fit]:
    """Yield the rotations that could explain some turns, one for each number of members."""
    taken = [turn for turn in turns if turn.people]
    gaps = sum(turn.weight for turn in turns if not turn.people)
    for size in range(1, min(len(turns), _MAX_MEMBERS) + 1):
        votes: list[dict[str, float]] = [defaultdict(float) for _ in range(size)]
        for turn in taken:
            votes[turn.number % size][turn.person] += turn.weight
        if not all(votes):
            continue
        members = [max(vote, key=vote.__getitem__) for vote in votes]
        if len(turns) < 2 * size and len(set(members)) < size:
            continue
        others = [(turn, len(turn.people - {members[turn.number % size]})) for turn in taken]
        wrong = sum(turn.weight for turn, number in others if number)
        repeated = sum(turn.weight for turn in taken) - size * taken[-1].weight
        if wrong and wrong > max(repeated, 0) * _MAX_DEVIATIONS:
            continue
        if size == 1 and wrong:
            continue
        cost = sum(turn.weight * number for turn, number in others) + gaps * _GAP_COST
        rotation = _anchored(turns, members, every, timezone, hours)
        yield _Fit(cost + size * _MEMBER_COST, rotation)


def _anchored(
    turns: Sequence[_Turn],
    members: Sequence[str],
    every: timedelta,
    timezone: str,
    hours: tuple[Hours, ...],
) -> ImportedRotation:
    """Return the rotation, started at the earliest turn from which all agree until now."""
    size = len(members)
    current = next((turn.number for turn in turns if turn.weight == 1), 0)
    first = current
    for turn in reversed(turns[: current + 1]):
        if turn.people != {members[turn.number % size]}:
            break
        first = turn.number
    ordered = tuple(members[(first + place) % size] for place in range(size))
    return ImportedRotation(
        ordered,
        turns[first].starts,
        every,
        timezone,
        hours,
        unrepeated=size > 1 and len(turns) == size,
    )


def _hours(spans: Sequence[tuple[datetime, datetime, str]]) -> tuple[Hours, ...]:
    """Return the hours of the week on which someone is on call; none for always."""
    periods = _runs((starts, until, "") for starts, until, _ in spans)
    if any(until - starts >= _WEEK for starts, until, _ in periods):
        return ()
    windows = Counter(((starts - _EPOCH) % _WEEK, until - starts) for starts, until, _ in periods)
    usual = max(windows.values())
    days: dict[tuple[timedelta, timedelta], set[int]] = defaultdict(set)
    for (starts, length), number in windows.items():
        if number <= usual * _RARE and number < usual:
            continue
        ends = starts + length
        # At midnights, as hours last a day at most.
        cuts = [ends] if length <= _DAY else [*_midnights(starts, ends), ends]
        for begin, end in pairwise([starts, *cuts]):
            days[begin % _DAY, begin % _DAY + end - begin].add(begin // _DAY % 7)
    return tuple(
        Hours(run, first // timedelta(minutes=1), last // timedelta(minutes=1))
        for (first, last), numbers in sorted(days.items())
        for run in _day_runs(numbers)
    )


def _midnights(starts: timedelta, ends: timedelta) -> list[timedelta]:
    return [day * _DAY for day in range(starts // _DAY + 1, -(-ends // _DAY))]


def _day_runs(days: set[int]) -> list[tuple[int, ...]]:
    """Return days of the week as ranges, which may wrap."""
    if len(days) == 7:  # noqa: PLR2004
        return [tuple(range(7))]
    runs = []
    for first in sorted(day for day in days if (day - 1) % 7 not in days):
        run = [first]
        while (run[-1] + 1) % 7 in days:
            run.append((run[-1] + 1) % 7)
        runs.append(tuple(run))
    return runs
