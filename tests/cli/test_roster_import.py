"""`callout roster import` converts calendars and contact lists, and asks what it cannot decide."""

from __future__ import annotations

import itertools
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callout.cli import command
from callout.errors import CommandError
from callout.roster.importing.contacts_csv import ImportedContact, read_contacts
from callout.roster.importing.roster_writer import from_calendar, write_roster
from callout.roster.importing.rotation_from_calendar import parse_recurrence
from oncall.roster.parsing.parser import parse
from oncall.roster.schedule import person_for
from tests.cli.run_cli import callout

if TYPE_CHECKING:
    from pathlib import Path

    from oncall.roster.model import Roster

#: As calendars export it: folded lines, quoted parameters, escapes, a zone's own definition.
ROTA = """\
BEGIN:VCALENDAR
VERSION:2.0
X-WR-TIMEZONE:Europe/Berlin
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
DTSTART;TZID="Europe/Berlin":20260105T090000
DTEND;TZID=Europe/Berlin:20260112T090000
RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO
SUMMARY:On call: A
 na
BEGIN:VALARM
TRIGGER:-PT15M
END:VALARM
END:VEVENT
BEGIN:VEVENT
DTSTART:20260112T080000Z
DURATION:P1W
RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20270101T000000Z
SUMMARY:On call: Li\\, Wei
END:VEVENT
END:VCALENDAR
"""
PEOPLE = """\
Name;Phone;Language
Ana;+1 415 555 0132;en-US
Ana;+14155550178
"Li, Wei";+8613800138000;zh-CN
"""


def event(starts: str, ends: str, person: str, *more: str) -> str:
    """Return a VEVENT; the times include their parameters."""
    lines = ["BEGIN:VEVENT", f"DTSTART{starts}", f"DTEND{ends}", f"SUMMARY:{person}", *more]
    return "\r\n".join([*lines, "END:VEVENT"])


def rota(*events: str) -> str:
    """Return a calendar of events."""
    return "\r\n".join(["BEGIN:VCALENDAR", *events, "END:VCALENDAR", ""])


BERLIN = ZoneInfo("Europe/Berlin")


def imported(text: str, timezone: str | None = None) -> tuple[Roster, str]:
    """Return the roster of a calendar with numbers added, and its text."""
    made, zone = from_calendar("rota.ics", text, timezone)
    names = {*made.rotation.members, *(override.substitute for override in made.overrides)}
    people = [
        ImportedContact(name, [f"+141555501{number:02}"])
        for number, name in enumerate(sorted(names), 30)
    ]
    shown = write_roster(["rota.ics"], people, made, zone)
    return parse(shown, limit_bytes=16_384), shown


def test_calendar_and_contact_list_become_a_roster(tmp_path: Path) -> None:
    calendar, people, roster = (tmp_path / name for name in ("a.ics", "people.csv", "roster.yaml"))
    calendar.write_text(ROTA)
    people.write_text(PEOPLE)

    result = callout(None, "roster", "import", "--ics", str(calendar), "--csv", str(people))

    roster.write_text(result.out)
    assert (result.code, result.err) == (0, "")
    assert "# To decide: line 21: Li, Wei: ends with UNTIL=20270101T000000Z" in result.out
    assert result.out.partition("timezone:")[2] == (
        " Europe/Berlin\ncontacts:\n"
        "  - name: Ana\n    phone: [+14155550132, +14155550178]\n    language: en-US\n"
        '  - name: "Li, Wei"\n    phone: +8613800138000\n    language: zh-CN\n'
        "escalation: [primary]\nrotations:\n  - name: primary\n"
        '    members: [Ana, "Li, Wei"]\n    starts: 2026-01-05T09:00\n    every: 1w\n'
    )
    assert command(["roster", "check", str(roster)]) == 0


def test_missing_numbers_are_marked_and_found_by_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calendar, roster = tmp_path / "a.ics", tmp_path / "roster.yaml"
    calendar.write_text(ROTA)
    assert command(["roster", "import", "--ics", str(calendar)]) == 0
    text = capsys.readouterr().out
    roster.write_text(text)

    assert command(["roster", "check", str(roster)]) == 1

    assert "# Phone numbers are missing: Ana, Li, Wei" in text
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[1:3] for line in lines] == [
        ["contacts[0].phone", "is empty; write a number, such as +8613800138000"],
        ["contacts[1].phone", "is empty; write a number, such as +8613800138000"],
    ]


def test_consecutive_events_become_a_rotation() -> None:
    days = [f";VALUE=DATE:2026010{day}" for day in range(1, 8)]
    people = itertools.cycle(["Ana", "Bo", "Li"])
    text = rota(
        *(event(a, b, who) for (a, b), who in zip(itertools.pairwise(days), people, strict=False))
    )

    roster, shown = imported(text, "Asia/Tokyo")

    [rotation] = roster.rotations
    assert rotation.members == ("Ana", "Bo", "Li")
    assert (rotation.every, roster.timezone) == (timedelta(days=1), "Asia/Tokyo")
    assert roster.overrides == ()
    assert "To decide" not in shown


def test_irregular_calendar_becomes_one_person_and_overrides() -> None:
    roster, shown = imported(
        rota(
            event(":20260105T090000", ":20260112T090000", "Ana"),
            event(":20260112T090000", ":20260113T090000", "Bo"),
            event(":20260113T090000", ":20260126T090000", "Ana"),
            event(":20260113T080000", ":20260114T090000", "Bo"),
        ),
        "Europe/Berlin",
    )

    assert roster.rotations[0].members == ("Ana",)
    assert [(override.substitute, override.starts.day) for override in roster.overrides] == [
        ("Bo", 12)
    ]
    assert "To decide: the events are irregular: Ana is called at all other times" in shown
    assert "Bo overlaps Bo; omitted" in shown


ADJACENT = st.lists(
    st.tuples(st.sampled_from(["Ana", "Bo", "Li Wei"]), st.sampled_from([12, 24, 24, 168])),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=60)
@given(shifts=ADJACENT, start=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)))  # noqa: DTZ001
def test_roster_calls_the_person_in_the_calendar(
    shifts: list[tuple[str, int]], start: datetime
) -> None:
    starts = start.replace(minute=0, second=0, microsecond=0)
    events, middles = [], []
    for who, hours in shifts:
        ends = starts + timedelta(hours=hours)
        events.append(event(f":{starts:%Y%m%dT%H%M%S}", f":{ends:%Y%m%dT%H%M%S}", who))
        middles.append((who, starts + (ends - starts) / 2))
        starts = ends

    roster, _ = imported(rota(*events), "Europe/Berlin")

    for who, middle in middles:
        assert person_for(roster, "primary", middle.replace(tzinfo=BERLIN)) == roster.contact(who)


@pytest.mark.parametrize(
    ("rule", "days", "question"),
    [
        ("", None, ""),
        ("FREQ=DAILY", 1, ""),
        ("FREQ=WEEKLY;INTERVAL=3;WKST=SU", 21, ""),
        ("FREQ=WEEKLY;BYDAY=MO", 7, ""),
        ("FREQ=WEEKLY;COUNT=4", 7, "ends with COUNT=4; a rotation has no end"),
        ("FREQ=WEEKLY;BYDAY=MO,TU", None, "RRULE:FREQ=WEEKLY;BYDAY=MO,TU is not supported"),
        ("FREQ=MONTHLY", None, "RRULE:FREQ=MONTHLY is not supported"),
        ("FREQ=WEEKLY;INTERVAL=0", None, "RRULE:FREQ=WEEKLY;INTERVAL=0 is not supported"),
    ],
)
def test_recurrence_rule_is_parsed_or_reported(rule: str, days: int | None, question: str) -> None:
    monday = datetime(2026, 1, 5, 9)  # noqa: DTZ001 (a local time)
    assert parse_recurrence(rule, monday) == (timedelta(days=days) if days else None, question)


def test_timezone_option_replaces_an_unknown_zone() -> None:
    text = rota(event(";TZID=W. Europe Standard Time:20260105T090000", ":20260112T090000", "Ana"))
    roster, _ = imported(text, "Europe/Berlin")
    assert roster.rotations[0].starts == datetime(2026, 1, 5, 9)  # noqa: DTZ001 (a local time)


def test_import_prints_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE)
    assert command(["roster", "import", "--csv", str(people), "--json"]) == 0
    made = parse(json.loads(capsys.readouterr().out)["roster"])
    assert [contact.name for contact in made.contacts] == ["Ana", "Li, Wei"]


LANGUAGES = ("en-US", "zh-CN")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "the calendar has no events"),
        ("name,phone\n", "line 1: not iCalendar, which begins with BEGIN:VCALENDAR"),
        (rota(), "the calendar has no events"),
        (ROTA.partition("SUMMARY")[0], "incomplete: ends within 'VEVENT'"),
        (rota("BEGIN:VEVENT", "SUMMARY:Ana", "END:VEVENT"), "line 2: the event has no DTSTART"),
        (rota(event(":20260105", ":20260106", "")), "line 2: the event has no SUMMARY"),
        (rota(event(":20260231", ":20260301", "Ana")), "line 3: DTSTART: '20260231' is not a date"),
        (
            rota(event(";TZID=W. Europe Standard Time:20260105T090000", ":20260106", "Ana")),
            "line 3: unknown time zone 'W. Europe Standard Time': use --timezone",
        ),
        (rota("END:VEVENT"), "line 2: END:'VEVENT' has no BEGIN; export it again"),
    ],
)
def test_invalid_calendar_is_one_line_with_its_place(text: str, error: str) -> None:
    with pytest.raises(CommandError) as refused:
        from_calendar("rota.ics", text, None)
    assert str(refused.value).startswith(f"rota.ics: {error}")
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "the file is empty: add a line with name and phone per contact"),
        (
            "name,mobile\nAna,1\n",
            "line 1: the header has no column `phone`: add it, or remove the header",
        ),
        (
            "name,phone\n",
            "no contacts below the header: add a line with name and phone per contact",
        ),
        ("Ana\n", "line 1: name or phone is missing: write both, separated by a comma"),
        (
            'Ana,+1\n"Bo,2\n',
            "not valid CSV: unexpected end of data: check the quotation marks, or export it again",
        ),
    ],
)
def test_invalid_contact_list_is_one_line_with_its_place(text: str, error: str) -> None:
    with pytest.raises(CommandError) as refused:
        read_contacts("people.csv", text, LANGUAGES)
    assert str(refused.value) == f"people.csv: {error}"


def test_unclear_contact_data_becomes_a_question() -> None:
    [ana, li] = read_contacts(
        "people.csv",
        "phone\tname\n13800138000\tAna\n+8613800138000\tLi\n+86 13800138000\tLi\n",
        LANGUAGES,
    )
    assert ana.phones == ["13800138000"]
    assert ana.questions[0].startswith("line 2: Ana: the phone has no country code; put +86")
    assert li.questions == ["line 4: Li: duplicate number; omitted"]


PIECES = st.sampled_from(
    [*'\r\n;:,="\\ \t\0\x85é📞', "BEGIN:VEVENT", "END:VEVENT", "T25", "P9W", "9999"]
)


@settings(deadline=None, max_examples=150)
@given(
    text=st.sampled_from([ROTA, PEOPLE, rota(event(":20260105", ":20260106", "Ana"))]),
    edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), PIECES), max_size=4),
)
def test_malformed_file_is_imported_or_rejected_in_one_line(
    text: str, edits: list[tuple[float, int, str]]
) -> None:
    for place, length, piece in edits:
        start = int(place * len(text))
        text = text[:start] + piece + text[start + length :]
    try:
        made, zone = from_calendar("rota.ics", text, None)
    except CommandError as refused:
        assert len(str(refused).splitlines()) == 1  # noqa: PT017 (both results are valid)
    else:
        assert write_roster(["rota.ics"], [], made, zone).startswith("# Imported from rota.ics")
    try:
        people = read_contacts("people.csv", text, LANGUAGES)
    except CommandError as refused:
        assert len(str(refused).splitlines()) == 1  # noqa: PT017
    else:
        assert write_roster(["people.csv"], people).startswith("# Imported from people.csv")
