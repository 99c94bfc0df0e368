"""Reads people from CSV: name, phone and, if it is there, language."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field

from callout.errors import CommandError
from oncall.roster.defaults_and_limits import MAX_PHONES_PER_CONTACT
from oncall.roster.parsing.phone_number_parser import NumberError, normalise

COLUMNS = ("name", "phone", "language")
_SEPARATORS = ",;\t"
_FEWEST_COLUMNS = 2


@dataclass
class Person:
    """Somebody to be called.

    Attributes:
        name: as written.
        phones: E.164, or as written where it is none.
        language: tag; "" for the roster's own.
        doubts: what a person has to decide, a line each.
    """

    name: str
    phones: list[str] = field(default_factory=list)
    language: str = ""
    doubts: list[str] = field(default_factory=list)


def read_people(file: str, text: str, languages: tuple[str, ...]) -> list[Person]:
    """Read a file; a person of several lines has several numbers.

    Args:
        file: its name.
        text: its content.
        languages: tags that there are; another is a doubt.

    Raises:
        CommandError: it is no CSV of people; one line that says where.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    first = next((line for line in lines if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    try:
        rows = [
            (reader.line_num, [cell.strip() for cell in row])
            for reader in [csv.reader(lines, delimiter=separator, strict=True)]
            for row in reader
        ]
    except csv.Error as error:
        raise CommandError(f"{file}: not CSV: {error}") from None
    rows = [(line, cells) for line, cells in rows if any(cells)]
    if not rows:
        raise CommandError(f"{file}: is empty: write lines of name and phone")
    places = _places(file, rows)
    people: dict[str, Person] = {}
    for line, cells in rows[1:] if places is not None else rows:
        row = _row(file, line, cells, places)
        _enter(people.setdefault(row["name"], Person(row["name"])), row, line, languages)
    if not people:
        raise CommandError(f"{file}: has a heading and nobody below it")
    return list(people.values())


def _places(file: str, rows: list[tuple[int, list[str]]]) -> dict[str, int] | None:
    """Give the place of each column, where the first line is a heading."""
    heading = [cell.casefold() for cell in rows[0][1]]
    if not set(heading) & set(COLUMNS):
        return None
    for needed in COLUMNS[:2]:
        if needed not in heading:
            raise CommandError(f"{file}: line {rows[0][0]}: there is no column `{needed}`")
    return {column: heading.index(column) for column in COLUMNS if column in heading}


def _row(file: str, line: int, cells: list[str], places: dict[str, int] | None) -> dict[str, str]:
    where = places or {column: place for place, column in enumerate(COLUMNS)}
    row = {name: cells[place] for name, place in where.items() if place < len(cells)}
    if len(cells) < _FEWEST_COLUMNS or not row.get("name"):
        raise CommandError(f"{file}: line {line}: write a name and a phone")
    return row


def _enter(person: Person, row: dict[str, str], line: int, languages: tuple[str, ...]) -> None:
    phone, language = row.get("phone", ""), row.get("language", "")
    try:
        phone = normalise(phone)
    except NumberError as error:
        person.doubts.append(f"line {line}: {person.name}: the phone {error}")
    if phone in person.phones:
        person.doubts.append(f"line {line}: {person.name}: the same number again; left out")
    elif len(person.phones) == MAX_PHONES_PER_CONTACT:
        most = MAX_PHONES_PER_CONTACT
        person.doubts.append(f"line {line}: {person.name}: more than {most} numbers; left out")
    elif phone:
        person.phones.append(phone)
    if language and language not in languages:
        known = ", ".join(languages)
        person.doubts.append(f"line {line}: {person.name}: no language {language[:20]!r}: {known}")
    elif language:
        person.language = language
