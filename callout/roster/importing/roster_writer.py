"""Write a roster from imported data, for the operator to complete."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from callout.roster.importing.calendar_people import known_names
from callout.roster.importing.calendar_schedule import ImportedSchedule, import_calendar
from callout.roster.importing.contacts_csv import ImportedContact
from callout.roster.importing.rotation_fit import format_every
from oncall.roster.parsing.contacts import KEYS as CONTACT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_PLAIN = re.compile(r"\w(?:[\w .'-]*[\w.])?")
TIME = "%Y-%m-%dT%H:%M"


def from_calendar(
    file: str,
    text: str,
    timezone: str | None,
    now: datetime,
    contacts: Sequence[ImportedContact] = (),
) -> ImportedSchedule:
    """Convert a calendar to a schedule, from `now` on; `contacts` are those of a contact list.

    `timezone` is an IANA name; None for the calendar's own.

    Raises:
        CommandError: the calendar cannot be read; includes the line.
    """

    def write(schedule: ImportedSchedule) -> str:
        names = dict.fromkeys([*schedule.people, *(contact.name for contact in contacts)])
        people = [
            ImportedContact(name, [f"+1415555{number:04}"]) for number, name in enumerate(names)
        ]
        return write_roster([], people, replace(schedule, questions=()))

    known = known_names({contact.name: contact.aliases for contact in contacts})
    return import_calendar(file, text, timezone, now, known, write)


def write_roster(
    sources: Sequence[str],
    contacts: Sequence[ImportedContact],
    schedule: ImportedSchedule | None = None,
) -> str:
    """Return the roster as YAML, with what the operator has to decide as comments."""
    known = {contact.name: contact for contact in contacts}
    questions: list[str] = []
    if schedule:
        for name in schedule.people:
            known.setdefault(name, ImportedContact(name))
        questions += schedule.questions
    for contact in known.values():
        questions += contact.questions
    missing = [name for name, contact in known.items() if not contact.phones]
    lines = [f"# Imported from {' and '.join(sources)}. Complete it by hand, then run"]
    lines.append("# callout roster check FILE")
    if missing:
        lines.append(f"# Phone numbers are missing: {', '.join(missing)}")
    lines += [f"# To decide: {question}" for question in questions]
    if schedule:
        lines.append(f"timezone: {schedule.timezone}")
    lines.append("contacts:")
    for contact in known.values():
        lines += _contact(contact)
    lines += _schedule(schedule) if schedule else []
    return "\n".join(map(_printable, lines)) + "\n"


def _printable(line: str) -> str:
    """Replace characters that would end the line or are not printable: the input is untrusted."""
    return "".join(character if character.isprintable() else " " for character in line)


def _contact(contact: ImportedContact) -> list[str]:
    phones = [phone if phone.startswith("+") else scalar(phone) for phone in contact.phones]
    value = phones[0] if len(phones) == 1 else f"[{', '.join(phones)}]"
    if not phones:
        value = f'""  # like {CONTACT["phone"]}'
    lines = [f"  - name: {scalar(contact.name)}", f"    phone: {value}"]
    return [*lines, f"    language: {contact.language}"] if contact.language else lines


def _schedule(schedule: ImportedSchedule) -> list[str]:
    lines = [f"escalation: [{', '.join(map(scalar, schedule.rotations))}]", "rotations:"]
    for name, rotation in schedule.rotations.items():
        lines += [
            f"  - name: {scalar(name)}",
            f"    members: [{', '.join(map(scalar, rotation.members))}]",
            f"    starts: {_time(rotation.starts)}",
            f"    every: {format_every(rotation.every)}",
        ]
        if rotation.hours:
            lines.append(f"    hours: [{', '.join(map(str, rotation.hours))}]")
        if rotation.timezone != schedule.timezone:
            lines.append(f"    timezone: {rotation.timezone}")
    if schedule.overrides:
        lines.append("overrides:")
    return lines + [
        f"  - {{from: {_time(override.starts)}, until: {_time(override.until)},"
        f" replace: {scalar(override.replaced)}, with: {scalar(override.substitute)}}}"
        for override in schedule.overrides
    ]


def _time(local: datetime) -> str:
    return f"{local:{TIME}}"


def scalar(text: str) -> str:
    """Return a text as a YAML scalar that the roster's parser reads back unchanged."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
