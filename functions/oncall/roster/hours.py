"""Hours of the week, such as `Mon-Fri 09:00-17:00`: parse them, and find when they apply and end.

They are local times. On a day with a clock change a window starts and ends like a shift
(daylight_saving.py): at the jump if the clock skips the time, at its first occurrence if the
clock shows it twice.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from oncall.roster.daylight_saving import first_moment, is_reached, wall_clock

#: Example of a list of hours.
EXAMPLE = "[22:00-07:00, Sat-Sun 00:00-24:00]"
#: The form of one entry; `parse_hours` checks its days and times.
PATTERN = re.compile(
    r"(?:([A-Za-z]{3,9})(?: ?- ?([A-Za-z]{3,9}))? )?([0-9]{2}:[0-9]{2}) ?- ?([0-9]{2}:[0-9]{2})"
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY_NUMBERS = {name.lower(): n for n, day in enumerate(_DAYS) for name in (day, day[:3])}
_EVERY_DAY = tuple(range(len(_DAYS)))
_DAY_MINUTES = 24 * 60
_WEEK = timedelta(days=7)
# Other common ways to write hours, to suggest the right one.
_TIME_LIKE = r"([0-9]{1,2})(?:[:.h]?([0-9]{2}))? ?([ap]m)?"
_HOURS_LIKE = re.compile(
    rf"(?:([a-z]{{3,9}})\.?(?: ?(?:-|to) ?([a-z]{{3,9}})\.?)?[ ,:]+)?"
    rf"{_TIME_LIKE} ?(?:-|to) ?{_TIME_LIKE}",
    re.IGNORECASE,
)
_DASHES = re.compile("[\u2010-\u2015\u2212\uff0d~\uff5e]")


class HoursError(ValueError):
    """A text is not hours of the week; the message has the fix, and follows the quoted text."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The same hours on some days of the week.

    `days` (Monday is 0) are those on which they start. `starts` and `ends` are minutes after the
    day's midnight; `ends` is at most a day after `starts`, so it may be on the next day.
    """

    days: tuple[int, ...]
    starts: int
    ends: int

    def __str__(self) -> str:
        first, last = (_DAYS[self.days[index]][:3] for index in (0, -1))
        days = f"{first} " if first == last else f"{first}-{last} "
        ends = self.ends if self.ends <= _DAY_MINUTES else self.ends - _DAY_MINUTES
        times = "-".join(f"{time // 60:02}:{time % 60:02}" for time in (self.starts, ends))
        return times if self.days == _EVERY_DAY else days + times


def parse_hours(text: str) -> Hours:
    """Return the hours in a text: `Mon-Fri 09:00-17:00`, `Sat 22:00-06:00`, or without days.

    Days may wrap (`Fri-Mon`) and be written in full. Hours that end at or before their start end
    on the next day; `24:00` is the end of a day.

    Raises:
        HoursError: the text is not hours, or they are empty.
    """
    match = PATTERN.fullmatch(text)
    if match is None:
        raise HoursError(_fix(text))
    first_day, last_day, *times = match.groups()
    days = _days(first_day, last_day)
    starts, ends = (_minutes(time) for time in times)
    if starts == _DAY_MINUTES:
        raise HoursError("24:00 is the end of a day; start at 00:00 of the next day")
    if starts == ends:
        raise HoursError("it starts and ends at the same time; write 00:00-24:00 for a whole day")
    return Hours(days, starts, ends if ends > starts else ends + _DAY_MINUTES)


def is_within(hours: Iterable[Hours], zone: tzinfo, at: datetime) -> bool:
    """Return whether a moment (`at` has a time zone) is within hours of a zone."""
    return any(_end_of_window(window, zone, at) for window in hours)


def end_of_hours(hours: Iterable[tuple[Hours, tzinfo]], at: datetime) -> datetime | None:
    """Return when the hours that contain a moment end (UTC); None if it is outside all of them.

    Windows that overlap or follow each other without a gap are joined, up to a week: hours that
    never end, return a moment at least that far away.
    """
    windows = tuple(hours)
    end = at
    while end - at < _WEEK:
        ends = [_end_of_window(window, zone, end) for window, zone in windows]
        latest = max((found for found in ends if found), default=None)
        if latest is None:
            break
        end = latest
    return end if end > at else None


def never_end(hours: Iterable[tuple[Hours, tzinfo]]) -> bool:
    """Return whether hours leave no gap in a week."""
    windows = tuple(hours)
    # A week in winter and one in summer: hours in several zones may leave a gap in one only.
    return any(
        end - start >= _WEEK
        for start in (datetime(2026, 1, 7, tzinfo=UTC), datetime(2026, 7, 8, tzinfo=UTC))
        if (end := end_of_hours(windows, start)) is not None
    )


def list_periods(
    hours: Iterable[Hours], zone: tzinfo, since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    """Return the periods (UTC) from `since` to `until` (with time zone) that are within hours.

    They are cut off there, in order, and apart: periods that overlap or meet are joined.
    """
    first, last = (wall_clock(zone, at).date() for at in (since, until))
    # A day more at both ends: a window may begin on the day before, or be reached early.
    days = [
        datetime.combine(first, datetime.min.time()) + timedelta(days=day)
        for day in range(-2, (last - first).days + 2)
    ]
    windows = sorted(
        (first_moment(day + timedelta(minutes=window.starts), zone), ends)
        for window in hours
        for day in days
        if day.weekday() in window.days
        and (ends := first_moment(day + timedelta(minutes=window.ends), zone)) > since
    )
    return join_periods(
        (max(starts, since.astimezone(UTC)), min(ends, until.astimezone(UTC)))
        for starts, ends in windows
    )


def join_periods(periods: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Join periods, in the order of their starts, that overlap or meet; empty ones are dropped."""
    joined: list[tuple[datetime, datetime]] = []
    for starts, ends in periods:
        if starts < ends and joined and starts <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        elif starts < ends:
            joined.append((starts, ends))
    return joined


def overlap(hours: Iterable[Hours], starts: datetime, length: timedelta) -> bool:
    """Return whether hours overlap a period in local time, of a week at most."""
    monday = starts - timedelta(days=starts.weekday())
    begin = (starts - monday.replace(hour=0, minute=0)) // timedelta(minutes=1)
    end = begin + length // timedelta(minutes=1)
    week = len(_DAYS) * _DAY_MINUTES
    return any(
        day * _DAY_MINUTES + window.starts + around < end
        and begin < day * _DAY_MINUTES + window.ends + around
        for window in hours
        for day in window.days
        for around in (-week, 0, week)
    )


def _end_of_window(hours: Hours, zone: tzinfo, at: datetime) -> datetime | None:
    """Return when the window that contains a moment ends (UTC); None if there is none."""
    midnight = wall_clock(zone, at).replace(hour=0, minute=0, second=0, microsecond=0)
    # Yesterday's window may end today. A clock set back at midnight has already begun tomorrow's.
    for day in (midnight + timedelta(days=offset) for offset in (-1, 0, 1)):
        if day.weekday() not in hours.days:
            continue
        starts, ends = (day + timedelta(minutes=time) for time in (hours.starts, hours.ends))
        if is_reached(starts, zone, at) and not is_reached(ends, zone, at):
            return first_moment(ends, zone)
    return None


def _days(first: str | None, last: str | None) -> tuple[int, ...]:
    if first is None:
        return _EVERY_DAY
    numbers = [_DAY_NUMBERS.get(name.lower()) for name in (first, last or first)]
    if None in numbers:
        raise HoursError("write days as Mon, Tue, Wed, Thu, Fri, Sat or Sun")
    start, end = (number or 0 for number in numbers)
    return tuple((start + day) % len(_DAYS) for day in range((end - start) % len(_DAYS) + 1))


def _minutes(time: str) -> int:
    hour, minute = map(int, time.split(":"))
    if minute >= 60 or hour * 60 + minute > _DAY_MINUTES:  # noqa: PLR2004
        raise HoursError(f"{time} is not a time of day; write 00:00 to 24:00")
    return hour * 60 + minute


def _fix(text: str) -> str:
    """Return how to fix a text that is not hours, if possible with its own days and times."""
    if re.match(r"[A-Za-z]{3,9} ?[,;&]", text):
        return "write an entry for each range of days, such as `Mon 09:00-17:00`"
    match = _HOURS_LIKE.fullmatch(" ".join(_DASHES.sub("-", text).split()))
    if match is None:
        return "write hours, such as `Mon-Fri 09:00-17:00` or `22:00-07:00`"
    first, last, *times = match.groups()
    days = f"{first}-{last} " if last else f"{first} " if first else ""
    fixed = f"{days}{_time_like(*times[:3])}-{_time_like(*times[3:])}"
    try:
        return f"did you mean `{parse_hours(fixed)}`?"
    except HoursError as error:
        return str(error)


def _time_like(hour: str, minute: str | None, half: str | None) -> str:
    number = int(hour)
    if half:
        number = number % 12 + (12 if half.lower() == "pm" else 0)
    return f"{number:02}:{minute or '00'}"
