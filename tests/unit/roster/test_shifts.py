"""Promises of the calendar: it says beforehand what the schedule will say, without a gap."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncall.roster import parse
from oncall.roster.schedule import has_come, person_for
from oncall.roster.shifts import arrival, shifts

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai", "UTC")
MOMENT = timedelta(microseconds=1)
TEAM = """
timezone: {zone}
contacts:
  - {{name: Ana, phone: +14155550132}}
  - {{name: Bo, phone: +14155550133}}
  - {{name: Li Wei, phone: +8613800138000}}
escalation: [primary]
rotations:
  - {{name: primary, members: [Ana, Bo], starts: 2026-01-05T{time}, every: {every}}}
overrides:
  - {{from: 2026-03-28T20:00, until: 2026-03-29T02:30, replace: Ana, with: Li Wei}}
  - {{from: 2026-10-25T02:30, until: 2026-10-26T09:00, replace: primary, with: Li Wei}}
"""


@settings(max_examples=60)
@given(
    zone=st.sampled_from(ZONES),
    time=st.sampled_from(["00:00", "02:15", "02:30", "09:00"]),
    every=st.sampled_from(["12h", "1d", "3d", "1w"]),
    since=st.datetimes(datetime(2026, 2, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    after=st.integers(0, 14 * 24 * 3600 - 1).map(lambda seconds: timedelta(seconds=seconds)),
)
def test_it_says_who_is_called_at_any_moment_and_leaves_no_gap(
    zone: str, time: str, every: str, since: datetime, after: timedelta
) -> None:
    roster = parse(TEAM.format(zone=zone, time=time, every=every))
    until = since + timedelta(weeks=2)

    found = shifts(roster, roster.rotations[0], since, until)

    assert (found[0].starts, found[-1].until) == (since, until)
    assert all(one.until == other.starts for one, other in itertools.pairwise(found))
    moment = since + after
    [then] = [one for one in found if one.starts <= moment < one.until]
    assert person_for(roster, "primary", moment).name == then.person
    for shift in found:
        for inside in (shift.starts, shift.until - MOMENT):
            assert person_for(roster, "primary", inside).name == shift.person


@given(
    zone=st.sampled_from((*ZONES, "Pacific/Apia")),
    local=st.datetimes(datetime(2011, 12, 1), datetime(2026, 12, 31)).map(  # noqa: DTZ001
        lambda time: time.replace(second=0, microsecond=0)
    )
    | st.sampled_from(
        [
            datetime(2011, 12, 30, 12),  # noqa: DTZ001 (Samoa left this day out)
            datetime(2026, 3, 29, 2, 30),  # noqa: DTZ001
            datetime(2026, 3, 8, 2, 30),  # noqa: DTZ001
            datetime(2026, 10, 4, 2, 15),  # noqa: DTZ001
            datetime(2026, 10, 25, 2, 30),  # noqa: DTZ001
        ]
    ),
)
def test_a_local_time_arrives_at_the_very_moment_from_which_it_has_come(
    zone: str, local: datetime
) -> None:
    moment = arrival(local, ZoneInfo(zone))

    assert has_come(local, ZoneInfo(zone), moment)
    assert not has_come(local, ZoneInfo(zone), moment - MOMENT)


@pytest.mark.parametrize(
    ("local", "moment"),
    [
        ("2026-03-29T02:30", "2026-03-29T01:00"),  # left out: at the jump
        ("2026-10-25T02:30", "2026-10-25T00:30"),  # twice: the first time
        ("2026-07-01T09:00", "2026-07-01T07:00"),
    ],
)
def test_in_berlin_it_arrives_at(local: str, moment: str) -> None:
    found = arrival(datetime.fromisoformat(local), ZoneInfo("Europe/Berlin"))

    assert found == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "around", "moment"),
    [
        # The clock jumps over the hand-over: it takes place at the jump.
        ("Europe/Berlin", "2026-03-29", "2026-03-29T01:00"),
        ("America/New_York", "2026-03-08", "2026-03-08T07:00"),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-03T15:30"),
        # Berlin's clock shows it twice: it takes place the first time.
        ("Europe/Berlin", "2026-10-25", "2026-10-25T00:15"),
        ("America/New_York", "2026-11-01", "2026-11-01T07:15"),
        ("Asia/Shanghai", "2026-03-29", "2026-03-28T18:15"),
    ],
)
def test_on_the_night_of_a_change_it_hands_over_when_the_schedule_does(
    zone: str, around: str, moment: str
) -> None:
    roster = parse(TEAM.partition("overrides:")[0].format(zone=zone, time="02:15", every="1d"))
    day = datetime.fromisoformat(around).replace(tzinfo=ZoneInfo(zone))

    found = shifts(roster, roster.rotations[0], day, day + timedelta(hours=12))

    hand_over = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert [one.starts for one in found[1:]] == [hand_over]
    for at, shift in ((hand_over - MOMENT, found[0]), (hand_over, found[1])):
        assert person_for(roster, "primary", at).name == shift.person


def test_who_stands_in_is_told_beside_whose_turn_it_is() -> None:
    roster = parse(TEAM.format(zone="UTC", time="09:00", every="1w"))
    since = datetime(2026, 10, 25, tzinfo=UTC)

    found = shifts(roster, roster.rotations[0], since, since + timedelta(days=3))

    assert [(one.starts.isoformat()[:16], one.turn, one.person) for one in found] == [
        ("2026-10-25T00:00", "Bo", "Bo"),
        ("2026-10-25T02:30", "Bo", "Li Wei"),
        ("2026-10-26T09:00", "Ana", "Ana"),
    ]
    assert [one.overridden for one in found] == [False, True, False]
