"""List shifts: they agree with the schedule at every moment and leave no gap."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncall.roster.parsing.parser import parse
from oncall.roster.schedule import person_for
from oncall.roster.shifts import list_shifts

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
def test_shifts_agree_with_the_schedule_and_leave_no_gap(
    zone: str, time: str, every: str, since: datetime, after: timedelta
) -> None:
    roster = parse(TEAM.format(zone=zone, time=time, every=every))
    until = since + timedelta(weeks=2)

    shifts = list_shifts(roster, roster.rotations[0], since, until)

    assert (shifts[0].starts, shifts[-1].until) == (since, until)
    assert all(shift.until == following.starts for shift, following in itertools.pairwise(shifts))
    moment = since + after
    [current] = [shift for shift in shifts if shift.starts <= moment < shift.until]
    assert person_for(roster, "primary", moment) == roster.contact(current.person)
    for shift in shifts:
        for inside in (shift.starts, shift.until - MOMENT):
            assert person_for(roster, "primary", inside) == roster.contact(shift.person)


@pytest.mark.parametrize(
    ("zone", "around", "moment"),
    [
        # The clock skips the handover: it takes place at the jump.
        ("Europe/Berlin", "2026-03-29", "2026-03-29T01:00"),
        ("America/New_York", "2026-03-08", "2026-03-08T07:00"),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-03T15:30"),
        # The clock shows it twice: it takes place the first time.
        ("Europe/Berlin", "2026-10-25", "2026-10-25T00:15"),
        ("America/New_York", "2026-11-01", "2026-11-01T07:15"),
        ("Asia/Shanghai", "2026-03-29", "2026-03-28T18:15"),
    ],
)
def test_hand_over_on_the_night_of_a_clock_change_matches_the_schedule(
    zone: str, around: str, moment: str
) -> None:
    roster = parse(TEAM.partition("overrides:")[0].format(zone=zone, time="02:15", every="1d"))
    day = datetime.fromisoformat(around).replace(tzinfo=ZoneInfo(zone))

    shifts = list_shifts(roster, roster.rotations[0], day, day + timedelta(hours=12))

    hand_over = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert [shift.starts for shift in shifts[1:]] == [hand_over]
    for at, shift in ((hand_over - MOMENT, shifts[0]), (hand_over, shifts[1])):
        assert person_for(roster, "primary", at) == roster.contact(shift.person)


def test_a_shift_names_the_member_on_turn_and_the_substitute() -> None:
    roster = parse(TEAM.format(zone="UTC", time="09:00", every="1w"))
    since = datetime(2026, 10, 25, tzinfo=UTC)

    shifts = list_shifts(roster, roster.rotations[0], since, since + timedelta(days=3))

    assert [(shift.starts.isoformat()[:16], shift.member, shift.person) for shift in shifts] == [
        ("2026-10-25T00:00", "Bo", "Bo"),
        ("2026-10-25T02:30", "Bo", "Li Wei"),
        ("2026-10-26T09:00", "Ana", "Ana"),
    ]
    assert [shift.overridden for shift in shifts] == [False, True, False]


PEOPLE = "contacts: [{name: Ana, phone: +14155550132}, {name: Bo, phone: +14155550133},"
PEOPLE += " {name: Cy, phone: +14155550134}]\nescalation: [primary]\ntimezone: "
TURNS = "\nrotations: [{name: primary, members: [Ana, Bo], starts: %s, every: %s}]\n"
COVER = "overrides: [{from: 2026-11-30T12:00, until: 2026-12-04T12:00, replace: Ana, with: Cy}]\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # weekly, across both clock changes
            "America/Chicago" + TURNS % ("2026-10-06T09:00", "1w"),
            (
                "2026-10-27T08:59-05:00 Ana, 2026-10-27T09:00-05:00 Bo, 2026-11-03T08:59-06:00 Bo,"
                " 2026-11-03T09:00-06:00 Ana, 2026-11-10T09:00-06:00 Bo, 2027-03-09T08:59-06:00 Bo,"
                " 2027-03-16T08:59-05:00 Ana, 2027-03-16T09:00-05:00 Bo"
            ),
        ),
        (  # 01:30 comes twice
            "America/Chicago" + TURNS % ("2026-10-31T01:30", "1d"),
            (
                "2026-11-01T01:29-05:00 Ana, 2026-11-01T01:30-05:00 Bo, 2026-11-01T01:29-06:00 Bo,"
                " 2026-11-01T01:30-06:00 Bo"
            ),
        ),
        (  # 02:00 never comes
            "America/Chicago" + TURNS % ("2026-10-31T00:00", "2h"),
            (
                "2027-03-14T01:59-06:00 Ana, 2027-03-14T03:00-05:00 Bo, 2027-03-14T03:59-05:00 Bo,"
                " 2027-03-14T04:00-05:00 Ana"
            ),
        ),
        (  # half a day
            "Europe/London" + TURNS % ("2026-07-06T08:30", "12h"),
            (
                "2026-10-24T08:30+01:00 Ana, 2026-10-24T20:30+01:00 Bo, 2026-10-25T08:29+00:00 Bo,"
                " 2026-10-25T08:30+00:00 Ana, 2026-10-26T20:30+00:00 Bo"
            ),
        ),
        (  # an override of several turns of one person
            "Europe/Berlin" + TURNS % ("2026-11-30T09:00", "1d") + COVER,
            (
                "2026-11-30T11:59+01:00 Ana, 2026-11-30T12:00+01:00 Cy, 2026-12-01T09:00+01:00 Bo,"
                " 2026-12-02T08:59+01:00 Bo, 2026-12-02T09:00+01:00 Cy, 2026-12-03T09:00+01:00 Bo,"
                " 2026-12-04T11:59+01:00 Cy, 2026-12-04T12:00+01:00 Ana"
            ),
        ),
    ],
)
def test_shifts_change_by_the_clock_on_the_wall(text: str, expected: str) -> None:
    roster = parse(PEOPLE + text)
    for case in expected.split(", "):
        moment, name = case.split()
        at = datetime.fromisoformat(moment).astimezone(UTC)
        person = person_for(roster, "primary", at)
        [shift] = list_shifts(roster, roster.rotations[0], at, at + timedelta(minutes=1))
        assert (case, person and person.name, shift.person) == (case, name, name)
