"""Whom notices tell what: shifts that begin, edits of shifts, gaps ahead."""

from datetime import UTC, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from oncall.roster.model import Roster
from oncall.roster.on_call_notices import Notice, change_notices, gap_notices, shift_notices
from oncall.roster.parsing.parser import parse
from oncall.roster.shifts import escalation_rotations, list_shifts
from tests.support.roster_strategies import rosters

CONTACTS = """
timezone: Europe/Berlin
contacts:
  - {name: Ana, phone: +14155550132}
  - {name: Bo, phone: +14155550133}
  - {name: 李伟, phone: +8613800138000}
"""
WEEKLY = (
    f"{CONTACTS}escalation: [primary, Bo]\nrotations:\n"
    "  - {name: primary, members: [Ana, 李伟], starts: 2026-01-05T09:00, every: 1w}\n"
)
COVER = "{from: 2026-01-06T12:00, until: 2026-01-06T18:00, replace: Ana, with: 李伟}"
ROTATION = "name: office, members: [Bo], starts: 2026-01-05T09:00, every: 1w, hours: 00:00-22:00"
OFFICE = f"{CONTACTS}escalation: [office]\nrotations: [{{{ROTATION}}}]\n"
MONDAY = datetime(2026, 1, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def texts(notices: list[Notice]) -> dict[str, list[str]]:
    return {n.contact: n.report.text.split("\n\n", 1)[1].splitlines() for n in notices}


def test_a_shift_is_announced_the_day_before_with_its_override() -> None:
    roster = parse(f"{WEEKLY}overrides: [{COVER}]")

    [begins] = shift_notices(roster, "web", MONDAY)

    assert begins.contact == "Ana"
    assert begins.report.subject == "Callout: on call in team web from Mon 2026-01-05 09:00"
    assert begins.report.text == (
        "Ana, you are on call in team web (times in Europe/Berlin):\n\n"
        "primary: from Mon 2026-01-05 09:00 to Tue 2026-01-06 12:00"
    )
    assert texts(shift_notices(roster, "web", MONDAY + DAY)) == {
        "李伟": ["primary: from Tue 2026-01-06 12:00 to Tue 2026-01-06 18:00, instead of Ana"],
        "Ana": ["primary: from Tue 2026-01-06 18:00 to Mon 2026-01-12 09:00"],
    }
    assert shift_notices(roster, "web", MONDAY + 2 * DAY) == []


def test_both_people_are_notified_of_an_edit_in_the_next_week() -> None:
    before, after = parse(WEEKLY), parse(f"{WEEKLY}overrides: [{COVER}]")

    notices = change_notices(before, after, "web", MONDAY)

    period = "primary: from Tue 2026-01-06 12:00 to Tue 2026-01-06 18:00"
    assert texts(notices) == {
        "李伟": [f"you are on call for {period}, instead of Ana"],
        "Ana": [f"you are no longer on call for {period}; 李伟 is"],
    }
    assert change_notices(before, after, "web", MONDAY - 6 * DAY) == []
    assert change_notices(before, parse(f"{WEEKLY}rounds: 1"), "web", MONDAY) == []


def test_someone_who_is_added_or_removed_is_notified() -> None:
    before = parse(CONTACTS.replace("  - {name: Bo, phone: +14155550133}\n", ""))
    after = parse(f"{CONTACTS}escalation: [Ana, Bo]")
    assert texts(change_notices(before, after, "web", MONDAY)) == {
        "李伟": ["you are no longer on call for 李伟: from Mon 2026-01-05 01:00"],
        "Bo": ["you are on call for Bo: from Mon 2026-01-05 01:00"],
    }


def test_gaps_are_listed_without_a_contact() -> None:
    [gaps] = gap_notices(parse(OFFICE), "web", MONDAY, MONDAY + 7 * DAY)
    assert gaps.contact == ""
    assert gaps.report.text.count("22:00 to ") == 7
    assert gap_notices(parse(WEEKLY), "web", MONDAY, MONDAY + 7 * DAY) == []
    until = MONDAY + timedelta(hours=21)  # 22:00 in Berlin
    assert gap_notices(parse(OFFICE), "web", MONDAY, until) == []


@settings(max_examples=40, deadline=None)
@given(
    roster=rosters(),
    day=st.sampled_from(["2026-03-08", "2026-03-28", "2026-10-24", "2026-10-31"]),
)
def test_each_shift_is_announced_on_exactly_one_day(roster: Roster, day: str) -> None:
    since = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(hours=8)
    announced = 0
    for step in range(3):
        notices = shift_notices(roster, "web", since + step * DAY)
        for notice in notices:
            assert notice.report.subject.isascii()
            assert len(notice.report.subject) < 100
            assert not any(p in notice.report.text for c in roster.contacts for p in c.phones)
            announced += len(texts([notice])[notice.contact])
            assume("\nand " not in notice.report.text)  # more lines than are listed
    assert announced == sum(
        since <= shift.starts < since + 3 * DAY
        for rotation in escalation_rotations(roster)
        for shift in list_shifts(roster, rotation, since - DAY, since + 3 * DAY)
    )
