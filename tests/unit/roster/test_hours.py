"""Hours of the week: their format, and when they apply and end through clock changes."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncall.roster.hours import Hours, HoursError, end_of_hours, is_within, never_end, parse_hours
from tests.support.roster_strategies import HOURS

DAY = 24 * 60  # minutes
NIGHT = parse_hours("22:00-07:00")
#: Clock changes forward and back: at night, by half an hour, at midnight, and over a whole day.
CHANGES = [
    ("Europe/Berlin", "2026-03-29T01:00"),
    ("Europe/Berlin", "2026-10-25T01:00"),
    ("America/New_York", "2026-03-08T07:00"),
    ("America/New_York", "2026-11-01T06:00"),
    ("Australia/Lord_Howe", "2026-04-04T15:00"),
    ("America/Havana", "2026-03-08T05:00"),
    ("America/Havana", "2026-11-01T05:00"),
    ("America/Sao_Paulo", "2019-02-17T02:00"),
    ("America/St_Johns", "2010-11-07T02:31"),
    ("Pacific/Apia", "2011-12-30T10:00"),
    ("Asia/Shanghai", "2026-03-29T01:00"),
]


@cache
def minutes_around(zone: str, change: str) -> list[tuple[datetime, datetime]]:
    """Return each minute of some days, with the latest time that the clock has shown by then."""
    middle = datetime.fromisoformat(change).replace(tzinfo=UTC)
    shown = datetime(1, 1, 1)  # noqa: DTZ001 (local time)
    minutes = []
    for minute in range(-3 * DAY, 12 * DAY):
        at = middle + timedelta(minutes=minute)
        shown = max(shown, at.astimezone(ZoneInfo(zone)).replace(tzinfo=None))
        minutes.append((at, shown))
    return minutes[DAY:]  # by now, what the clock showed before does not matter


def covers(hours: Hours, local: datetime) -> bool:
    """Return whether a local time is within hours, by its minute of the week."""
    minute = local.weekday() * DAY + local.hour * 60 + local.minute
    return any(
        hours.starts <= (minute - day * DAY) % (7 * DAY) < hours.ends
        or hours.starts <= (minute - day * DAY) % (7 * DAY) + 7 * DAY < hours.ends
        for day in hours.days
    )


@settings(max_examples=60)
@given(
    change=st.sampled_from(CHANGES),
    hours=st.lists(HOURS, min_size=1, max_size=3),
    first=st.integers(0, 4),
)
def test_hours_apply_by_the_clock_minute_by_minute(
    change: tuple[str, str], hours: list[Hours], first: int
) -> None:
    zone = ZoneInfo(change[0])
    near = minutes_around(*change)[DAY + first : 3 * DAY : 5]
    expected = [any(covers(window, shown) for window in hours) for _, shown in near]
    assert [is_within(hours, zone, at) for at, _ in near] == expected


@settings(max_examples=100)
@given(
    change=st.sampled_from(CHANGES),
    hours=st.lists(HOURS, min_size=1, max_size=4),
    start=st.integers(0, 3 * DAY),
)
def test_the_end_is_the_first_minute_outside_all_hours(
    change: tuple[str, str], hours: list[Hours], start: int
) -> None:
    minutes = minutes_around(*change)[start:]
    outside = (at for at, shown in minutes if not any(covers(window, shown) for window in hours))
    first = minutes[0][0]
    end = end_of_hours([(window, ZoneInfo(change[0])) for window in hours], first)

    expected = next(outside, None)
    if end is None:
        assert expected == first
    elif expected is None or expected - first > timedelta(days=7):
        assert end - first >= timedelta(days=7)
    else:
        assert end == expected


@given(hours=HOURS)
def test_hours_are_read_as_they_are_printed(hours: Hours) -> None:
    assert parse_hours(str(hours)) == hours


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Mon-Fri 09:00-17:00", "Mon-Fri 09:00-17:00"),
        ("sat 22:00 - 06:00", "Sat 22:00-06:00"),
        ("Friday-Monday 00:00-24:00", "Fri-Mon 00:00-24:00"),
        ("Mon-Sun 22:00-00:00", "22:00-24:00"),
    ],
)
def test_days_may_wrap_and_be_written_in_full(text: str, shown: str) -> None:
    assert str(parse_hours(text)) == shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("9:00-17:00", "did you mean `09:00-17:00`?"),
        ("Mon\u2013Fri 9am to 5pm", "did you mean `Mon-Fri 09:00-17:00`?"),
        ("22-7", "did you mean `22:00-07:00`?"),
        ("mon: 09:00-17:00", "did you mean `Mon 09:00-17:00`?"),
        ("Mon-Fri", "write hours, such as `Mon-Fri 09:00-17:00`"),
        ("Mon,Wed 09:00-17:00", "write an entry for each range of days, such as"),
        ("Mo-Fr 09:00-17:00", "write hours, such as `Mon-Fri 09:00-17:00`"),
        ("Mon-Fry 09:00-17:00", "write days as Mon, Tue, Wed, Thu, Fri, Sat or Sun"),
        ("22:00-25:00", "25:00 is not a time of day; write 00:00 to 24:00"),
        ("22:60-23:00", "22:60 is not a time of day; write 00:00 to 24:00"),
        ("24:00-07:00", "24:00 is the end of a day; start at 00:00 of the next day"),
        ("07:00-07:00", "it starts and ends at the same time; write 00:00-24:00 for a whole day"),
    ],
)
def test_invalid_hours_are_rejected_with_the_fix(text: str, message: str) -> None:
    with pytest.raises(HoursError) as rejected:
        parse_hours(text)
    assert str(rejected.value).startswith(message)


def end(hours: list[str], at: str, zone: str = "America/New_York") -> str:
    """Return the local time at which hours end."""
    moment = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone))
    found = end_of_hours([(parse_hours(text), ZoneInfo(zone)) for text in hours], moment)
    return f"{found.astimezone(ZoneInfo(zone)):%a %H:%M}" if found else ""


@pytest.mark.parametrize(
    ("hours", "at", "until"),
    [
        (["22:00-07:00"], "2026-12-02T06:59", "Wed 07:00"),
        (["22:00-07:00"], "2026-12-02T07:00", ""),
        (["Sat 22:00-06:00"], "2026-12-06T05:00", "Sun 06:00"),
        (["Sat 22:00-06:00"], "2026-12-05T05:00", ""),
        (["22:00-07:00", "Sat-Sun 00:00-24:00"], "2026-12-04T23:00", "Mon 07:00"),
        (["Mon 09:00-12:00", "Mon 12:00-13:00"], "2026-12-07T09:00", "Mon 13:00"),
        (["02:15-02:45"], "2026-03-08T03:00", ""),  # skipped
        (["02:30-07:00"], "2026-03-08T03:00", "Sun 07:00"),  # starts at the jump
        (["22:00-01:30"], "2026-11-01T01:00", "Sun 01:30"),  # the first time
        (["22:00-07:00"], "2026-10-31T23:00", "Sun 07:00"),
    ],
)
def test_adjacent_windows_are_joined(hours: list[str], at: str, until: str) -> None:
    assert end(hours, at) == until


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ([("00:00-24:00", "UTC")], True),
        ([("Mon-Fri 00:00-24:00", "UTC"), ("Sat-Sun 00:00-24:00", "UTC")], True),
        ([("00:00-23:59", "UTC")], False),
        ([("00:00-12:00", "UTC"), ("07:00-19:00", "America/New_York")], True),  # in winter
        ([("00:00-12:00", "UTC"), ("08:00-20:00", "America/New_York")], True),  # in summer
        ([("00:00-11:00", "UTC"), ("08:00-20:00", "America/New_York")], False),
    ],
)
def test_hours_without_a_gap_in_the_week_never_end(
    hours: list[tuple[str, str]], *, expected: bool
) -> None:
    assert never_end([(parse_hours(text), ZoneInfo(zone)) for text, zone in hours]) is expected
