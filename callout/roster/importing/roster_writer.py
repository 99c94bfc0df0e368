"""Write a roster from imported data, for the operator to complete."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from callout.errors import CommandError
from callout.roster.importing.contacts_csv import ImportedContact
from callout.roster.importing.icalendar import (
    Calendar,
    TimeReader,
    find_zone,
    read_calendar,
    unescape,
)
from callout.roster.importing.rotation_from_calendar import (
    CalendarShift,
    ImportedSchedule,
    format_every,
    infer_schedule,
    parse_recurrence,
)
from oncall.roster.parsing.contacts import KEYS as CONTACT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_PLAIN = re.compile(r"\w(?:[\w .'-]*[\w.])?")
# Text before or after the name in every event of a rota: `On call: Ana`, `Ana | SRE`.
_BEFORE = re.compile(r"(?s).*[:|\u2013\u2014-]\s+")
_AFTER = re.compile(r"(?s)\s+[|\u2013\u2014-].*|\s*\(.*\)$")
TIME = "%Y-%m-%dT%H:%M"


def from_calendar(file: str, text: str, timezone: str | None) -> tuple[ImportedSchedule, str]:
    """Convert a calendar to a schedule; return it with the zone of its times.

    `timezone` is an IANA name; None for the calendar's own.

    Raises:
        CommandError: the calendar cannot be read; includes the line.
    """
    if timezone and find_zone(timezone) is None:
        raise CommandError(f"unknown time zone {timezone!r}: use an IANA name like Europe/Berlin")
    calendar = read_calendar(file, text)
    zone, questions = (timezone, []) if timezone else _zone(calendar)
    reader = TimeReader(file, zone, given=bool(timezone))
    names = _names(file, calendar)
    shifts, unsupported = [], []
    for event, name in zip(calendar.events, names, strict=True):
        if "DTSTART" not in event.properties:
            raise CommandError(
                f"{file}: line {event.line}: the event has no DTSTART: add its start time, or"
                " delete the event"
            )
        starts = reader.local(event, "DTSTART")
        interval, question = parse_recurrence(event.value("RRULE"), starts)
        until = reader.end(event, starts)
        shifts.append(CalendarShift(event.line, name, starts, until, interval, question))
        unsupported += [
            f"line {event.properties[key][2]}: {name}: {key} is not supported; omitted"
            for key in ("EXDATE", "RDATE", "RECURRENCE-ID")
            if key in event.properties
        ]
    schedule = infer_schedule(shifts)
    questions = [*questions, *schedule.questions, *unsupported]
    return ImportedSchedule(schedule.rotation, schedule.overrides, tuple(questions)), zone


def write_roster(
    sources: Sequence[str],
    contacts: Sequence[ImportedContact],
    schedule: ImportedSchedule | None = None,
    timezone: str = "",
) -> str:
    """Return the roster as YAML, with what the operator has to decide as comments."""
    known = {contact.name: contact for contact in contacts}
    questions: list[str] = []
    if schedule:
        substitutes = [override.substitute for override in schedule.overrides]
        for name in (*schedule.rotation.members, *substitutes):
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
    if timezone:
        lines.append(f"timezone: {timezone}")
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
    rotation = schedule.rotation
    lines = [
        f"escalation: [{rotation.name}]",
        "rotations:",
        f"  - name: {rotation.name}",
        f"    members: [{', '.join(map(scalar, rotation.members))}]",
        f"    starts: {_time(rotation.starts)}",
        f"    every: {format_every(rotation.every)}",
    ]
    if schedule.overrides:
        lines.append("overrides:")
    return lines + [
        f"  - {{from: {_time(override.starts)}, until: {_time(override.until)},"
        f" replace: {override.replaced}, with: {scalar(override.substitute)}}}"
        for override in schedule.overrides
    ]


def _time(local: datetime) -> str:
    return f"{local:{TIME}}"


def scalar(text: str) -> str:
    """Return a text as a YAML scalar that the roster's parser reads back unchanged."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _zone(calendar: Calendar) -> tuple[str, list[str]]:
    """Return the zone of the times, and questions about it."""
    named = [
        event.properties["DTSTART"][0].get("TZID", "")
        for event in calendar.events
        if "DTSTART" in event.properties
    ]
    for name in (calendar.timezone, *named):
        zone = find_zone(name) if name else None
        if zone:
            return zone.key, []
    return "UTC", ["the file has no time zone; UTC is assumed: use --timezone for another"]


def _names(file: str, calendar: Calendar) -> list[str]:
    """Return each event's person: its summary without the text that all summaries share."""
    names = [unescape(event.value("SUMMARY")) for event in calendar.events]
    for event, name in zip(calendar.events, names, strict=True):
        if not name:
            raise CommandError(
                f"{file}: line {event.line}: the event has no SUMMARY: add the person's name there"
            )
    for pattern in (_BEFORE, _AFTER):
        affixes = {match[0] if (match := pattern.search(name)) else "" for name in names}
        [shared] = affixes if len(affixes) == 1 else {""}
        stripped = [
            name.removeprefix(shared) if pattern is _BEFORE else name.removesuffix(shared)
            for name in names
        ]
        names = stripped if all(map(str.strip, stripped)) else names
    return [name.strip() for name in names]
