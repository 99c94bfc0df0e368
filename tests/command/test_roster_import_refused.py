"""A file that cannot be imported is a line that says where; what is in doubt is kept."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callout.errors import CommandError
from callout.roster.importing.contacts_csv import read_people
from callout.roster.importing.roster_writer import from_calendar, written
from tests.command.rota import PEOPLE, ROTA, event, rota

LANGUAGES = ("en-US", "zh-CN")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no event"),
        ("name,phone\n", "line 1: not iCalendar, which begins BEGIN:VCALENDAR"),
        (rota(), "has no event"),
        (ROTA.partition("SUMMARY")[0], "ends within 'VEVENT': it was cut off"),
        (rota("BEGIN:VEVENT", "SUMMARY:Ana", "END:VEVENT"), "line 2: the event has no DTSTART"),
        (rota(event(":20260105", ":20260106", "")), "line 2: the event has no SUMMARY"),
        (rota(event(":20260231", ":20260301", "Ana")), "line 3: DTSTART: '20260231' is no date"),
        (
            rota(event(";TZID=W. Europe Standard Time:20260105T090000", ":20260106", "Ana")),
            "line 3: there is no time zone 'W. Europe Standard Time': say which it is",
        ),
        (rota("END:VEVENT"), "line 2: END:'VEVENT' ends nothing"),
    ],
)
def test_what_is_no_calendar_is_one_line_that_says_where(text: str, said: str) -> None:
    with pytest.raises(CommandError) as refused:
        from_calendar("rota.ics", text, None)

    assert str(refused.value).startswith(f"rota.ics: {said}")
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty: write lines of name and phone"),
        ("name,mobile\nAna,1\n", "line 1: there is no column `phone`"),
        ("name,phone\n", "has a heading and nobody below it"),
        ("Ana\n", "line 1: write a name and a phone"),
        ('Ana,+1\n"Bo,2\n', "not CSV: unexpected end of data"),
    ],
)
def test_what_is_no_list_of_people_is_one_line_that_says_where(text: str, said: str) -> None:
    with pytest.raises(CommandError) as refused:
        read_people("people.csv", text, LANGUAGES)

    assert str(refused.value) == f"people.csv: {said}"


def test_what_cannot_be_decided_of_a_person_is_a_doubt_and_kept() -> None:
    [ana, li] = read_people(
        "people.csv",
        "phone\tname\n13800138000\tAna\n+8613800138000\tLi\n+86 13800138000\tLi\n",
        LANGUAGES,
    )

    assert ana.phones == ["13800138000"]
    assert ana.doubts[0].startswith("line 2: Ana: the phone has no country code; write +86")
    assert li.doubts == ["line 4: Li: the same number again; left out"]


PIECES = st.sampled_from(
    [*'\r\n;:,="\\ \t\0\x85é📞', "BEGIN:VEVENT", "END:VEVENT", "T25", "P9W", "9999"]
)


@settings(deadline=None, max_examples=150)
@given(
    text=st.sampled_from([ROTA, PEOPLE, rota(event(":20260105", ":20260106", "Ana"))]),
    slips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), PIECES), max_size=4),
)
def test_no_file_does_worse_than_being_refused(
    text: str, slips: list[tuple[float, int, str]]
) -> None:
    for place, length, piece in slips:
        start = int(place * len(text))
        text = text[:start] + piece + text[start + length :]
    try:
        made, zone = from_calendar("rota.ics", text, None)
    except CommandError as refused:
        assert len(str(refused).splitlines()) == 1  # noqa: PT017 (both ways out are promises)
    else:
        assert written(["rota.ics"], [], made, zone).startswith("# Imported from rota.ics")
    try:
        people = read_people("people.csv", text, LANGUAGES)
    except CommandError as refused:
        assert len(str(refused).splitlines()) == 1  # noqa: PT017
    else:
        assert written(["people.csv"], people).startswith("# Imported from people.csv")
