"""Find the rotations that explain the shifts of a calendar best."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from callout.roster.importing.roster_writer import ImportedRotation, format_every
from callout.roster.importing.schedule_comparison import Shift
from callout.roster.importing.weekly_hours import weekly_hours
from oncall.roster.daylight_saving import wall_clock
from oncall.roster.hours import Hours, overlap
from oncall.roster.parsing.rotations import UNITS

_DAY, _WEEK = UNITS["d"], UNITS["w"]
_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(2001, 1, 1)  # noqa: DTZ001 - a Monday, local time
_MAX_MEMBERS = 60
#: Part of the repeated turns that may deviate; more are no rotation.
_MAX_DEVIATIONS = 0.3
_PAST_WEIGHT = 0.25
_GAP_COST = _MEMBER_COST = 0.5
_RARE = 0.3


class _Fit(NamedTuple):
    cost: float
    rotation: ImportedRotation


class _Turn(NamedTuple):
    """One turn on duty: its number, when it starts, and whom the calendar has."""

    number: int
    starts: datetime
    people: frozenset[str]
    person: str  # the one with most of the time; "" for nobody
    weight: float


def find_rotations(
    shifts: Sequence[Shift], timezones: Sequence[str], since: datetime
) -> tuple[ImportedRotation, ...]:
    """Return the rotations of one layer, several for day and night; the past counts less."""

    def fit(part: Sequence[Shift]) -> _Fit:
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


def _by_time_of_day(shifts: Sequence[Shift], zone: ZoneInfo) -> list[list[Shift]]:
    """Group shifts that start at different times of the day, such as day and night."""
    groups: dict[tuple[int, timedelta], list[Shift]] = defaultdict(list)
    for shift in shifts:
        starts, until = (wall_clock(zone, moment) for moment in (shift.starts, shift.until))
        groups[starts.hour * 60 + starts.minute, until - starts].append(shift)
    usual = max(map(len, groups.values()))
    return [group for group in groups.values() if len(group) > usual * _RARE]


def _fit(shifts: Sequence[Shift], timezone: str, since: datetime) -> _Fit:
    zone = ZoneInfo(timezone)
    spans = [
        Shift(wall_clock(zone, starts), wall_clock(zone, until), person)
        for starts, until, person in shifts
    ]
    now = wall_clock(zone, since)
    weights: Counter[str] = Counter()
    for starts, until, person in spans:
        weights[person] += int(_weight(until, now) * (until - starts).total_seconds())
    [(usual, _)] = weights.most_common(1)
    deviations = sum(_weight(until, now) for _, until, person in spans if person != usual)
    fallback = ImportedRotation(
        (usual,), spans[0].starts, _WEEK, timezone, _hours(spans), irregular=bool(deviations)
    )
    fits = [
        fit
        for every in _lengths(spans)
        for rotation in [replace(fallback, every=every, irregular=False)]
        for phase in _phases(spans, every)
        for fit in _members(_turns(spans, phase, rotation, now), rotation)
    ]
    return min([*fits, _Fit(deviations + _MEMBER_COST, fallback)], key=lambda fit: fit.cost)


def _weight(until: datetime, now: datetime) -> float:
    return 1 if until > now else _PAST_WEIGHT


def _runs(spans: Iterable[Shift]) -> list[Shift]:
    """Join shifts of the same person that follow each other."""
    runs: list[Shift] = []
    for span in spans:
        if runs and (runs[-1].until, runs[-1].person) == (span.starts, span.person):
            runs[-1] = runs[-1]._replace(until=span.until)
        else:
            runs.append(span)
    return runs


def _lengths(spans: Sequence[Shift]) -> list[timedelta]:
    """Return the likely lengths of a turn; of equally good ones, the first is chosen."""
    runs = _runs(spans)
    changes = [
        after.starts - before.starts
        for before, after in pairwise(runs)
        if before.person != after.person
    ]
    lengths = [until - starts for starts, until, _ in (*runs, *spans)]
    found = [length for length, _ in Counter(lengths + changes).most_common(6)]
    return [length for length in dict.fromkeys([_WEEK, _DAY, *found]) if format_every(length)]


def _phases(spans: Sequence[Shift], every: timedelta) -> list[timedelta]:
    """Return the likely handovers, as time after the epoch within a turn."""
    runs = [starts for starts, _, _ in _runs(spans)]
    counts = Counter((starts - _EPOCH) % every for starts in runs)
    return [phase for phase, _ in counts.most_common(4)]


def _turns(
    spans: Sequence[Shift], phase: timedelta, rotation: ImportedRotation, now: datetime
) -> list[_Turn]:
    """Return the turns on duty from the first shift to the last."""
    every, hours = rotation.every, rotation.hours
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


def _members(turns: Sequence[_Turn], rotation: ImportedRotation) -> Iterator[_Fit]:
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
        if wrong and (size == 1 or wrong > max(repeated, 0) * _MAX_DEVIATIONS):
            continue
        cost = sum(turn.weight * number for turn, number in others) + gaps * _GAP_COST
        yield _Fit(cost + size * _MEMBER_COST, _anchored(turns, members, rotation))


def _anchored(
    turns: Sequence[_Turn], members: Sequence[str], rotation: ImportedRotation
) -> ImportedRotation:
    """Return the rotation, started at the earliest turn from which all agree until now."""
    size = len(members)
    first = current = next((turn.number for turn in turns if turn.weight == 1), 0)
    for turn in reversed(turns[: current + 1]):
        if turn.people != {members[turn.number % size]}:
            break
        first = turn.number
    return replace(
        rotation,
        members=tuple(members[(first + place) % size] for place in range(size)),
        starts=turns[first].starts,
        unrepeated=size > 1 and len(turns) == size,
    )


def _hours(spans: Sequence[Shift]) -> tuple[Hours, ...]:
    """Return the hours of the week on which someone is on call; none for always."""
    periods = _runs(span._replace(person="") for span in spans)
    # Some days without a gap, in a calendar of less than a week, do not say that others are free.
    enough = _WEEK if len(periods) > 1 else _DAY
    if any(until - starts >= enough for starts, until, _ in periods):
        return ()
    windows = Counter(((starts - _EPOCH) % _WEEK, until - starts) for starts, until, _ in periods)
    usual = max(windows.values())
    return weekly_hours(
        (starts // _MINUTE, length // _MINUTE)
        for (starts, length), number in windows.items()
        if number > usual * _RARE or number >= usual
    )
