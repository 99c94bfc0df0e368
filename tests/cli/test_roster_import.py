"""`callout roster import` converts calendars and contact lists, and asks what it cannot decide."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from callout.cli import command
from callout.errors import CommandError
from callout.roster.importing.contacts_csv import read_contacts
from oncall.roster.parsing.parser import parse
from tests.cli.run_cli import callout

if TYPE_CHECKING:
    from pathlib import Path


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
DTSTART;TZID=Europe/Berlin:20260112T090000
DURATION:P1W
RRULE:FREQ=WEEKLY;INTERVAL=2
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


def test_calendar_and_contact_list_become_a_roster(tmp_path: Path) -> None:
    calendar, people, roster = (tmp_path / name for name in ("a.ics", "people.csv", "roster.yaml"))
    calendar.write_text(ROTA)
    people.write_text(PEOPLE)

    result = callout(None, "roster", "import", "--ics", str(calendar), "--csv", str(people))

    roster.write_text(result.out)
    assert (result.code, result.err) == (0, "")
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
        ("", "the file is empty: add a line with name and phone per contact"),
        (
            "name,team\nAna,A\n",
            (
                "line 1: the header has no column `phone` (name, team): name the columns name,"
                " phone and language"
            ),
        ),
        (
            "wer,wie\nAna,+14155550132\n",
            (
                "line 1: the header has no column `phone` (wer, wie): name the columns name,"
                " phone and language"
            ),
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


@pytest.mark.parametrize(
    "content",
    [
        b"Vorname;Nachname;Telefon;Mobil\nAna;Li;+14155550132;+14155550178\n",
        "sep=;\nName;Handynummer\nAna Li;+14155550132\nAna Li;+14155550178\n".encode("utf-16"),
        "nombre,apellidos,teléfono\nAna,Li,+14155550132; +14155550178\n".encode("cp1252"),
        '姓名,手机,电话\nAna Li,\'+14155550132,"=""+14155550178"""\n'.encode("gb18030"),
        (
            b"First Name,Last Name,Phone 1 - Type,Phone 1 - Value\nAna,Li,Work,"
            b"+14155550132 ::: +14155550178\n"
        ),
        b"ana li|+14155550132\nana li|+14155550178\n",
        b"+14155550132,Ana Li,en\n+14155550178,Ana Li,en-US\n",
        "Nom;Prénom;Portable;Téléphone\nLi;Ana;+14155550132;+14155550178\n".encode("cp1252"),
    ],
)
def test_contact_list_is_read_as_spreadsheets_and_address_books_write_it(content: bytes) -> None:
    [ana] = read_contacts("people.csv", content.decode("utf-8", "surrogateescape"), LANGUAGES)
    assert (ana.name.title(), ana.phones) == ("Ana Li", ["+14155550132", "+14155550178"])


def test_encoding_and_rounded_numbers_become_questions() -> None:
    content = "Name,Phone,E-Mail,Language\nJosé,4.9E+12,jose@rota.example,en_us\n".encode("cp1252")
    text = content.decode("utf-8", "surrogateescape")
    [jose] = read_contacts("people.csv", text, LANGUAGES)
    assert (jose.name, jose.phones, jose.language) == ("José", [], "en-US")
    assert jose.aliases == ("jose@rota.example",)
    assert jose.questions == [
        "the file is not UTF-8; read as cp1252: check the names, such as 'José'",
        (
            "line 2: José: Excel has rounded the phone to 4.9E+12; format the column as text,"
            " enter the number again and export it"
        ),
    ]
