"""Read contacts from CSV: name, phone and optionally language."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field

from callout.errors import CommandError
from oncall.roster.defaults_and_limits import MAX_PHONES_PER_CONTACT
from oncall.roster.parsing.phone_number_parser import NumberError, normalize

COLUMNS = ("name", "phone", "language")
_SEPARATORS = ",;\t"
_MIN_COLUMNS = 2


@dataclass
class ImportedContact:
    """A contact to import."""

    name: str  # as written
    phones: list[str] = field(default_factory=list)  # E.164; numbers that are not valid as written
    language: str = ""  # language tag; "" for the roster's
    aliases: tuple[str, ...] = ()  # email addresses, as a calendar may have them
    # what the operator has to decide, one line each
    questions: list[str] = field(default_factory=list)


def read_contacts(file: str, text: str, languages: tuple[str, ...]) -> list[ImportedContact]:
    """Read a file; a contact on several lines has several numbers.

    Raises:
        CommandError: the file is not a contact list; includes the line.
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
        raise CommandError(
            f"{file}: not valid CSV: {error}: check the quotation marks, or export it again"
        ) from None
    rows = [(line, cells) for line, cells in rows if any(cells)]
    if not rows:
        raise CommandError(f"{file}: the file is empty: add a line with name and phone per contact")
    positions = _column_positions(file, rows)
    contacts: dict[str, ImportedContact] = {}
    for line, cells in rows[1:] if positions is not None else rows:
        row = _row(file, line, cells, positions)
        _add_row(
            contacts.setdefault(row["name"], ImportedContact(row["name"])), row, line, languages
        )
    if not contacts:
        raise CommandError(
            f"{file}: no contacts below the header: add a line with name and phone per contact"
        )
    return list(contacts.values())


def _column_positions(file: str, rows: list[tuple[int, list[str]]]) -> dict[str, int] | None:
    """Return the position of each column; None if the first line is not a header."""
    header = [cell.casefold() for cell in rows[0][1]]
    if not set(header) & set(COLUMNS):
        return None
    for needed in COLUMNS[:2]:
        if needed not in header:
            raise CommandError(
                f"{file}: line {rows[0][0]}: the header has no column `{needed}`: add it, or remove"
                " the header"
            )
    return {column: header.index(column) for column in COLUMNS if column in header}


def _row(
    file: str, line: int, cells: list[str], positions: dict[str, int] | None
) -> dict[str, str]:
    where = positions or {column: position for position, column in enumerate(COLUMNS)}
    row = {name: cells[position] for name, position in where.items() if position < len(cells)}
    if len(cells) < _MIN_COLUMNS or not row.get("name"):
        raise CommandError(
            f"{file}: line {line}: name or phone is missing: write both, separated by a comma"
        )
    return row


def _add_row(
    contact: ImportedContact, row: dict[str, str], line: int, languages: tuple[str, ...]
) -> None:
    phone, language = row.get("phone", ""), row.get("language", "")
    try:
        phone = normalize(phone)
    except NumberError as error:
        contact.questions.append(f"line {line}: {contact.name}: the phone {error}")
    if phone in contact.phones:
        contact.questions.append(f"line {line}: {contact.name}: duplicate number; omitted")
    elif len(contact.phones) == MAX_PHONES_PER_CONTACT:
        most = MAX_PHONES_PER_CONTACT
        contact.questions.append(f"line {line}: {contact.name}: more than {most} numbers; omitted")
    elif phone:
        contact.phones.append(phone)
    if language and language not in languages:
        known = ", ".join(languages)
        contact.questions.append(
            f"line {line}: {contact.name}: unknown language {language[:20]!r}; use one of {known}"
        )
    elif language:
        contact.language = language
