"""Promises of the schedule: who is on call when, through every change of the clocks."""

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
# One name a turn, so that a name says how many turns have passed.
MANY = tuple(str(turn) for turn in range(10_000))


def rotation(starts: str, every: timedelta, members: tuple[str, ...] = MANY) -> Rotation:
    return Rotation("primary", members, datetime.fromisoformat(starts), every)


@pytest.mark.parametrize(
    ("zone", "starts", "every", "instants"),
    [
        # Winter time, the day of the change, summer time.
        (
            "Europe/Berlin",
            "2026-03-28T09:00",
            "1d",
            ["2026-03-28T08:00", "2026-03-29T07:00", "2026-03-30T07:00"],
        ),
        (
            "Europe/Berlin",
            "2026-10-24T09:00",
            "1d",
            ["2026-10-24T07:00", "2026-10-25T08:00", "2026-10-26T08:00"],
        ),
        # 02:30 does not exist on March 29, and comes twice on October 25.
        (
            "Europe/Berlin",
            "2026-03-28T02:30",
            "1d",
            ["2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"],
        ),
        (
            "Europe/Berlin",
            "2026-10-24T02:30",
            "1d",
            ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"],
        ),
        # Nights of eleven and of thirteen hours.
        (
            "America/New_York",
            "2026-03-07T20:00",
            "12h",
            ["2026-03-08T01:00", "2026-03-08T12:00", "2026-03-09T00:00"],
        ),
        (
            "America/New_York",
            "2026-10-31T20:00",
            "12h",
            ["2026-11-01T00:00", "2026-11-01T13:00", "2026-11-02T01:00"],
        ),
        (
            "America/New_York",
            "2026-03-01T02:15",
            "1w",
            ["2026-03-01T07:15", "2026-03-08T07:00", "2026-03-15T06:15"],
        ),
        (
            "America/New_York",
            "2026-10-25T01:15",
            "1w",
            ["2026-10-25T05:15", "2026-11-01T05:15", "2026-11-08T06:15"],
        ),
        # Lord Howe Island moves its clocks by half an hour.
        (
            "Australia/Lord_Howe",
            "2026-10-03T02:15",
            "1d",
            ["2026-10-02T15:45", "2026-10-03T15:30", "2026-10-04T15:15"],
        ),
        (
            "Australia/Lord_Howe",
            "2026-04-04T01:45",
            "1d",
            ["2026-04-03T14:45", "2026-04-04T14:45", "2026-04-05T15:15"],
        ),
        # China has one time all year.
        (
            "Asia/Shanghai",
            "2026-03-28T09:00",
            "1d",
            ["2026-03-28T01:00", "2026-03-29T01:00", "2026-03-30T01:00"],
        ),
        (
            "Asia/Shanghai",
            "2026-10-18T09:00",
            "1w",
            ["2026-10-18T01:00", "2026-10-25T01:00", "2026-11-01T01:00"],
        ),
    ],
)
def test_hand_over_happens_at_the_stated_local_time(
    zone: str, starts: str, every: str, instants: list[str]
) -> None:
    turns = rotation(starts, TURNS[every])
    for turn, text in enumerate(instants):
        instant = datetime.fromisoformat(text).replace(tzinfo=UTC)
        before = on_call(turns, ZoneInfo(zone), instant - MOMENT)
        assert before == MANY[turn - 1]
        assert on_call(turns, ZoneInfo(zone), instant) == MANY[turn]


def test_nobody_is_handed_back_the_pager_when_the_clock_is_put_back() -> None:
    turns = rotation("2026-10-24T02:30", TURNS["1d"], ("Ana", "Li Wei"))
    second_two_o_clock = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
    assert on_call(turns, ZoneInfo("Europe/Berlin"), second_two_o_clock) == "Li Wei"


def test_members_take_turns_in_order_and_begin_again() -> None:
    turns = rotation("2026-01-05T09:00", TURNS["1w"], ("Ana", "Li Wei", "Bo"))
    mondays = [datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(weeks=week) for week in range(4)]
    names = [on_call(turns, ZoneInfo("UTC"), monday) for monday in mondays]
    assert names == ["Ana", "Li Wei", "Bo", "Ana"]


def test_somebody_is_on_call_before_the_first_hand_over() -> None:
    turns = rotation("2026-01-05T09:00", TURNS["1w"], ("Ana", "Li Wei"))
    assert on_call(turns, ZoneInfo("UTC"), datetime(2026, 1, 5, 8, tzinfo=UTC)) == "Li Wei"
    assert on_call(turns, ZoneInfo("UTC"), datetime(1970, 1, 1, tzinfo=UTC)) in ("Ana", "Li Wei")


CHANGES = st.sampled_from(
    [
        datetime(2026, 3, 29, tzinfo=UTC),
        datetime(2026, 10, 25, tzinfo=UTC),
        datetime(2026, 3, 8, tzinfo=UTC),
        datetime(2026, 11, 1, tzinfo=UTC),
        datetime(2026, 4, 4, 12, tzinfo=UTC),
        datetime(2026, 10, 3, 12, tzinfo=UTC),
        datetime(2011, 12, 30, tzinfo=UTC),  # Samoa left this day out
    ]
)


@given(
    zone=st.sampled_from((*ZONES, "Pacific/Apia")),
    around=CHANGES,
    starts=st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 (local times)
    hours=st.integers(1, 48),
)
def test_turns_only_ever_pass_forward(
    zone: str, around: datetime, starts: datetime, hours: int
) -> None:
    turns = Rotation("primary", MANY, starts, timedelta(hours=hours))
    moments = [around + timedelta(minutes=20 * step) for step in range(-72, 145)]
    names = [int(on_call(turns, ZoneInfo(zone), moment)) for moment in moments]
    steps = {(later - sooner) % len(MANY) for sooner, later in itertools.pairwise(names)}
    assert steps <= set(range(26))  # a skipped day can hold 24 turns of an hour


@given(
    zone=st.sampled_from(ZONES),
    starts=st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 (local times)
    hours=st.sampled_from([1, 12, 24, 168, 336]),
    turn=st.integers(-3000, 3000),
)
def test_a_turn_begins_exactly_when_the_clock_first_shows_its_time(
    zone: str, starts: datetime, hours: int, turn: int
) -> None:
    turns = Rotation("primary", MANY, starts, timedelta(hours=hours))
    local = starts + turn * timedelta(hours=hours)
    instant = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        return  # a time that the clock skips: said above, with examples
    assert on_call(turns, ZoneInfo(zone), instant) == MANY[turn]
    before = on_call(turns, ZoneInfo(zone), instant - MOMENT)
    assert before == MANY[turn - 1] or hours == 1  # hours that a gap swallows end together
