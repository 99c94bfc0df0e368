"""Rotations with hours: who is on duty, whose turn it is, and when nobody is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncall.calls.planner import plan_calls
from oncall.roster.hours import Hours, is_within, list_periods, overlap, parse_hours
from oncall.roster.model import Roster
from oncall.roster.parsing.parser import parse
from oncall.roster.schedule import is_covered, is_on_duty, on_call, person_for
from oncall.roster.shifts import find_gaps, list_shifts
from tests.support.roster_strategies import HOURS, ZONES, rosters

CONTACTS = """
contacts:
  - {name: Ana, phone: +14155550132}
  - {name: Bo, phone: +14155550133}
  - {name: Cy, phone: +14155550134}
"""
MOMENT = timedelta(microseconds=1)
#: Around both clock changes of each zone, and between.
NEAR_CHANGES = st.sampled_from(
    ["2026-03-08", "2026-03-29", "2026-04-05", "2026-07-01", "2026-10-04", "2026-10-25"]
).map(lambda day: datetime.fromisoformat(day).replace(tzinfo=UTC))
STEPS = st.timedeltas(timedelta(0), timedelta(days=3))


def called(roster: Roster, local: str) -> list[str]:
    """Return whom the first round calls at a local time of the roster."""
    at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(roster.timezone))
    return [call.contact for call in plan_calls(roster, at) if call.round == 1]


def on_duty(roster: Roster, local: str) -> list[str]:
    at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(roster.timezone))
    people = [person_for(roster, entry.name, at) for entry in roster.escalation]
    return [person.name for person in people if person]


def rotation(name: str, members: str, hours: str, rest: str = "every: 1w") -> str:
    start = "starts: 2026-01-05T09:00"
    return f"  - {{name: {name}, members: {members}, {start}, {rest}, hours: {hours}}}\n"


def test_a_new_person_each_working_day() -> None:
    roster = parse(
        "timezone: Europe/Paris\nescalation: [office]\nrotations:\n"
        "  - {name: office, members: [Ana, Bo, Cy], starts: 2026-11-30T09:00, every: 1d,"
        f" hours: Mon-Fri 09:00-19:00}}\n{CONTACTS}"
    )
    # Weekend days are not counted: Bo on Friday, then Cy on Monday.
    days = dict(
        zip((30, 1, 2, 3, 4, 7, 8), ["Ana", "Bo", "Cy", "Ana", "Bo", "Cy", "Ana"], strict=True)
    )
    for day, name in days.items():
        local = date(2026, 11 if day == 30 else 12, day).isoformat()
        assert on_duty(roster, f"{local}T09:00") == on_duty(roster, f"{local}T18:59") == [name]
        assert on_duty(roster, f"{local}T08:59") == on_duty(roster, f"{local}T19:00") == []
    assert on_duty(roster, "2026-12-05T12:00") == on_duty(roster, "2026-12-06T12:00") == []


def test_weekends_are_not_counted_before_the_first_handover_either() -> None:
    roster = parse(
        f"escalation: [office]\n{CONTACTS}rotations:\n"
        + rotation("office", "[Ana, Bo, Cy]", "Mon-Fri 09:00-17:00", "every: 1d")
    )
    names = [on_duty(roster, f"{day}T12:00") for day in ("2025-12-31", "2026-01-01", "2026-01-02")]
    assert names == [["Ana"], ["Bo"], ["Cy"]]


FOLLOW_THE_SUN = (
    "escalation: [apac, emea, americas]\nrotations:\n"
    + rotation("apac", "[Ana]", "09:00-17:00", "every: 1w, timezone: Asia/Shanghai")
    + rotation("emea", "[Bo]", "09:00-17:00", "every: 1w, timezone: Europe/Berlin")
    + rotation("americas", "[Cy]", "09:00-21:00", "every: 1w, timezone: America/New_York")
    + CONTACTS
)


@pytest.mark.parametrize(
    ("local", "expected"),
    [("2026-07-01T03:00", "Ana"), ("2026-07-01T08:30", "Ana Bo"), ("2026-07-01T14:00", "Bo Cy")],
)
def test_follow_the_sun(local: str, expected: str) -> None:
    assert called(parse(FOLLOW_THE_SUN), local) == expected.split()


def test_day_and_night_and_weekend_leave_no_gap() -> None:
    roster = parse(
        "timezone: Europe/Berlin\nescalation: [day, night, weekend]\nrotations:\n"
        + rotation("day", "[Ana, Bo]", "Mon-Fri 08:00-20:00")
        + rotation("night", "[Bo, Cy]", "[Mon-Thu 20:00-08:00, Fri 20:00-24:00, Mon 00:00-08:00]")
        + rotation("weekend", "[Cy]", "Sat-Sun 00:00-24:00")
        + CONTACTS
    )
    since = datetime(2026, 1, 1, tzinfo=UTC)
    assert find_gaps(roster, since, since + timedelta(days=365)) == []
    assert called(roster, "2026-01-05T07:59") == ["Cy"]  # night, whose first turn is Bo's, at 09:00
    assert called(roster, "2026-01-05T20:00") == ["Bo"]
    assert called(roster, "2026-01-10T00:00") == ["Cy"]


def test_gaps_are_found_with_their_exact_times() -> None:
    since = datetime(2026, 7, 1, tzinfo=UTC)
    gaps = find_gaps(parse(FOLLOW_THE_SUN.replace("21:00", "20:30")), since, since + timedelta(1))
    assert [f"{starts:%H:%M}-{ends:%H:%M}" for starts, ends in gaps] == ["00:30-01:00"]
    gaps = find_gaps(parse(FOLLOW_THE_SUN), datetime(2026, 3, 1, tzinfo=UTC), since)
    assert gaps == []


def test_while_nobody_is_on_duty_a_page_calls_those_whose_turn_it_is() -> None:
    roster = parse(
        "escalation: [day, office]\nrotations:\n"
        + rotation("day", "[Ana, Cy]", "08:00-20:00")
        + rotation("office", "[Bo]", "09:00-17:00")
        + CONTACTS
    )
    assert called(roster, "2026-01-05T12:00") == ["Ana", "Bo"]
    assert called(roster, "2026-01-05T18:00") == ["Ana"]
    assert on_duty(roster, "2026-01-12T23:00") == []
    assert called(roster, "2026-01-12T23:00") == ["Cy", "Bo"]


def test_a_later_round_is_enough_to_be_covered() -> None:
    roster = parse(
        "escalation: [office, {name: Cy, from_round: 2}]\nrotations:\n"
        + rotation("office", "[Bo]", "09:00-17:00")
        + CONTACTS
    )
    at = datetime(2026, 1, 5, 3, tzinfo=UTC)
    assert [(call.round, call.contact) for call in plan_calls(roster, at)] == [(2, "Cy")]


def test_an_override_of_a_rotation_applies_within_its_hours() -> None:
    roster = parse(
        "escalation: [office, night]\nrotations:\n"
        + rotation("office", "[Ana, Bo]", "09:00-17:00")
        + rotation("night", "[Cy]", "17:00-09:00")
        + "overrides: [{from: 2026-01-05T00:00, until: 2026-01-07T00:00, replace: office,"
        + f" with: night}}]\n{CONTACTS}"
    )
    assert called(roster, "2026-01-04T12:00") == ["Bo"]
    # In the hours of the office, night is off duty: nobody is on duty, so hours are ignored.
    assert not is_covered(roster, datetime(2026, 1, 5, 12, tzinfo=UTC))
    assert called(roster, "2026-01-05T12:00") == ["Cy"]
    gaps = find_gaps(roster, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))
    assert [f"{starts:%d %H:%M} {ends:%H:%M}" for starts, ends in gaps] == [
        "05 09:00 17:00",
        "06 09:00 17:00",
    ]


@settings(max_examples=100)
@given(roster=rosters(), day=NEAR_CHANGES, after=STEPS)
def test_plan_and_shifts_and_gaps_agree_at_every_instant(
    roster: Roster, day: datetime, after: timedelta
) -> None:
    since, until = day - timedelta(days=1), day + timedelta(days=4)
    shifts = {r.name: list_shifts(roster, r, since, until) for r in roster.rotations}
    gaps = find_gaps(roster, since, until)
    edges = [shift.starts for listed in shifts.values() for shift in listed]
    moments = {day + after, *edges[:20], *(edge - MOMENT for edge in edges[:20] if edge > since)}
    moments |= {moment for gap in gaps[:5] for moment in (gap[0], gap[1] - MOMENT)}
    for at in moments:
        on = {
            name: [s.person for s in listed if s.starts <= at < s.until]
            for name, listed in shifts.items()
        }
        for entry in roster.escalation:
            person = person_for(roster, entry.name, at)
            if entry.name in shifts:
                assert on[entry.name] == ([person.name] if person else [])
            else:
                assert person
        assert is_covered(roster, at) == (not any(gap[0] <= at < gap[1] for gap in gaps))
        calls = plan_calls(roster, at)
        if is_covered(roster, at):
            people = {person_for(roster, entry.name, at) for entry in roster.escalation}
            assert {call.contact for call in calls} == {p.name for p in people if p}


@settings(max_examples=100)
@given(
    hours=st.lists(HOURS, min_size=1, max_size=3),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    day=NEAR_CHANGES,
    after=STEPS,
)
def test_periods_are_the_moments_within_hours(
    hours: list[Hours], zone: ZoneInfo, day: datetime, after: timedelta
) -> None:
    at = day + after
    periods = list_periods(hours, zone, day, day + timedelta(days=4))
    assert any(starts <= at < ends for starts, ends in periods) == is_within(hours, zone, at)


@settings(max_examples=100)
@given(roster=rosters(), day=NEAR_CHANGES, after=STEPS)
def test_a_turn_that_is_on_duty_is_counted(roster: Roster, day: datetime, after: timedelta) -> None:
    """Two moments on duty in a row with a handover between them have consecutive members."""
    for rotation in roster.rotations:
        at = day + after
        zone = ZoneInfo(rotation.timezone)
        if rotation.hours and is_on_duty(rotation, at) and rotation.every < timedelta(weeks=1):
            turn = (at.astimezone(zone).replace(tzinfo=None) - rotation.starts) // rotation.every
            offsets = {
                (at + step).astimezone(zone).utcoffset()
                for step in (-timedelta(hours=26), timedelta(hours=26))
            }
            if len(offsets) == 1:
                starts = rotation.starts + turn * rotation.every
                assert overlap(rotation.hours, starts, rotation.every)
        assert on_call(rotation, at) in rotation.members


def test_hours_overlap_a_turn_across_the_end_of_the_week() -> None:
    hours = [parse_hours("Sun 22:00-06:00")]
    monday, hour = datetime(2026, 1, 5), timedelta(hours=1)  # noqa: DTZ001 (local time)
    assert overlap(hours, monday + 5 * hour, hour)
    assert not overlap(hours, monday + 6 * hour, hour)
    assert overlap(hours, monday - 3 * hour, 2 * hour)
