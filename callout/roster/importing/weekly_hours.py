"""Convert hours of the week to minutes of the week and back."""

from collections.abc import Iterable
from functools import cache

from oncall.roster.hours import Hours

DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES


@cache
def minutes_of(hours: tuple[Hours, ...]) -> frozenset[int]:
    """Return the minutes of the week, from Monday 00:00, within hours; all if there are none."""
    if not hours:
        return frozenset(range(WEEK_MINUTES))
    return frozenset(
        (day * DAY_MINUTES + minute) % WEEK_MINUTES
        for window in hours
        for day in window.days
        for minute in range(window.starts, window.ends)
    )


def hours_of(minutes: frozenset[int]) -> tuple[Hours, ...]:
    """Return the hours with these minutes of the week, as few as possible; none for all."""
    if len(minutes) == WEEK_MINUTES:
        return ()
    days: dict[tuple[int, int], set[int]] = {}
    for run in sorted(m for m in minutes if (m - 1) % WEEK_MINUTES not in minutes):
        starts = end = run
        while end % WEEK_MINUTES in minutes:
            end += 1
        while starts < end:  # at midnights, as hours last less than a day, or 00:00-24:00
            midnight = starts - starts % DAY_MINUTES + DAY_MINUTES
            stops = end if end - starts < DAY_MINUTES else min(end, midnight)
            time = starts % DAY_MINUTES
            days.setdefault((time, time + stops - starts), set()).add(starts // DAY_MINUTES % 7)
            starts = stops
    return tuple(
        Hours(run, starts, ends)
        for (starts, ends), found in days.items()
        for run in _consecutive(found)
    )


def weekly_hours(windows: Iterable[tuple[int, int]]) -> tuple[Hours, ...]:
    """Return the hours of weekly windows: first minute of the week, and length in minutes."""
    return hours_of(
        frozenset(
            (start + minute) % WEEK_MINUTES
            for start, length in windows
            for minute in range(min(length, WEEK_MINUTES))
        )
    )


def _consecutive(days: set[int]) -> list[tuple[int, ...]]:
    """Return days of the week as ranges, which may wrap."""
    runs = []
    for first in sorted(day for day in days if (day - 1) % 7 not in days) or [0]:
        run = [first]
        while len(run) < len(days) and (run[-1] + 1) % 7 in days:
            run.append((run[-1] + 1) % 7)
        runs.append(tuple(run))
    return runs
