"""The schedule: who is on call, across clock changes."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.roster.model import Rotation
from oncall.roster.schedule import on_call

MOMENT = timedelta(microseconds=1)
TURNS = {"12h": timedelta(hours=12), "1d": timedelta(days=1), "1w": timedelta(weeks=1)}
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai")
# A name for each turn, so that the name shows how many turns have passed.
MANY = tuple(str(turn) for turn in range(10_000))


def rotation(zone: str, starts: str, every: timedelta, members: tuple[str, ...] = MANY) -> Rotation:
    return Rotation("primary", members, datetime.fromisoformat(starts), every, zone)


@pytest.mark.parametrize(
    ("zone", "starts", "every", "hand_overs"),
    [  # all in 2026; the handovers in UTC
        # Winter time, the day of the change, summer time.
        ("Europe/Berlin", "03-28T09:00", "1d", "03-28T08:00 03-29T07:00 03-30T07:00"),
        ("Europe/Berlin", "10-24T09:00", "1d", "10-24T07:00 10-25T08:00 10-26T08:00"),
        # 02:30 does not exist on March 29, and comes twice on October 25.
        ("Europe/Berlin", "03-28T02:30", "1d", "03-28T01:30 03-29T01:00 03-30T00:30"),
        ("Europe/Berlin", "10-24T02:30", "1d", "10-24T00:30 10-25T00:30 10-26T01:30"),
        # Nights of eleven and of thirteen hours.
        ("America/New_York", "03-07T20:00", "12h", "03-08T01:00 03-08T12:00 03-09T00:00"),
        ("America/New_York", "10-31T20:00", "12h", "11-01T00:00 11-01T13:00 11-02T01:00"),
        ("America/New_York", "03-01T02:15", "1w", "03-01T07:15 03-08T07:00 03-15T06:15"),
        ("America/New_York", "10-25T01:15", "1w", "10-25T05:15 11-01T05:15 11-08T06:15"),
        # Lord Howe Island moves its clocks by half an hour.
        ("Australia/Lord_Howe", "10-03T02:15", "1d", "10-02T15:45 10-03T15:30 10-04T15:15"),
        ("Australia/Lord_Howe", "04-04T01:45", "1d", "04-03T14:45 04-04T14:45 04-05T15:15"),
        # China has one time all year.
        ("Asia/Shanghai", "03-28T09:00", "1d", "03-28T01:00 03-29T01:00 03-30T01:00"),
        ("Asia/Shanghai", "10-18T09:00", "1w", "10-18T01:00 10-25T01:00 11-01T01:00"),
    ],
)
def test_hand_overs_happen_at_the_configured_local_time(
    zone: str, starts: str, every: str, hand_overs: str
) -> None:
    turns = rotation(zone, f"2026-{starts}", TURNS[every])
    for turn, text in enumerate(hand_overs.split()):
        moment = datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)
        assert on_call(turns, moment - MOMENT) == MANY[turn - 1]
        assert on_call(turns, moment) == MANY[turn]


@pytest.mark.parametrize(
    ("zone", "starts", "every", "members", "moment", "expected"),
    [
        # The clock shows 02:30 twice: the second time changes nothing.
        ("Europe/Berlin", "2026-10-24T02:30", "1d", "Ana Bo", "2026-10-25T01:00", "Bo"),
        # Before the first handover, the turns are counted backwards.
        ("UTC", "2026-01-05T09:00", "1w", "Ana Bo", "2026-01-05T08:00", "Bo"),
        ("UTC", "2026-01-05T09:00", "1w", "Ana Bo", "1970-01-01T00:00", "Bo"),
        ("UTC", "2026-01-05T09:00", "1w", "Ana Bo Li", "2026-01-05T09:00", "Ana"),
        ("UTC", "2026-01-05T09:00", "1w", "Ana Bo Li", "2026-01-12T09:00", "Bo"),
        ("UTC", "2026-01-05T09:00", "1w", "Ana Bo Li", "2026-01-19T09:00", "Li"),
        ("UTC", "2026-01-05T09:00", "1w", "Ana Bo Li", "2026-01-26T09:00", "Ana"),
    ],
)
def test_members_take_turns_in_order(  # noqa: PLR0913, PLR0917 - one table
    zone: str, starts: str, every: str, members: str, moment: str, expected: str
) -> None:
    turns = rotation(zone, starts, TURNS[every], tuple(members.split()))
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert on_call(turns, at) == expected


#: Days of clock changes; Samoa skipped December 30, 2011.
CHANGES = "2026-03-29 2026-10-25 2026-03-08 2026-11-01 2026-04-04T12 2026-10-03T12 2011-12-30"


@given(
    zone=st.sampled_from((*ZONES, "Pacific/Apia")),
    around=st.sampled_from(CHANGES.split()),
    starts=st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 (local times)
    hours=st.integers(1, 48),
)
def test_turns_never_go_back(zone: str, around: str, starts: datetime, hours: int) -> None:
    turns = Rotation("primary", MANY, starts, timedelta(hours=hours), zone)
    day = datetime.fromisoformat(around).replace(tzinfo=UTC)
    moments = [day + timedelta(minutes=20 * step) for step in range(-72, 145)]
    names = [int(on_call(turns, moment)) for moment in moments]
    steps = {(later - sooner) % len(MANY) for sooner, later in itertools.pairwise(names)}
    assert steps <= set(range(26))  # a skipped day can hold 24 turns of an hour


@given(
    zone=st.sampled_from(ZONES),
    starts=st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 (local times)
    hours=st.sampled_from([1, 12, 24, 168, 336]),
    turn=st.integers(-3000, 3000),
)
def test_a_turn_begins_when_the_clock_first_shows_its_time(
    zone: str, starts: datetime, hours: int, turn: int
) -> None:
    turns = Rotation("primary", MANY, starts, timedelta(hours=hours), zone)
    local = starts + turn * timedelta(hours=hours)
    moment = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        return  # the clock skips it: see the examples above
    assert on_call(turns, moment) == MANY[turn]
    before = on_call(turns, moment - MOMENT)
    assert before == MANY[turn - 1] or hours == 1  # skipped hours end together
