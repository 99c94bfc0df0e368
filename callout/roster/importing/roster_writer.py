"""Writes a roster from what people have, for a person to complete."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from callout.errors import CommandError
from callout.roster.importing.contacts_csv import Person
from callout.roster.importing.icalendar import Calendar, Clock, plain, read_calendar, zone_named
from callout.roster.importing.rotation_from_calendar import (
    Schedule,
    Turn,
    every,
    recurrence,
    schedule,
)
from oncall.roster.parsing.contacts import KEYS as CONTACT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_PLAIN = re.compile(r"\w(?:[\w .'-]*[\w.])?")
# What stands before or after a name in every event of a rota: `On call: Ana`, `Ana | SRE`.
_BEFORE = re.compile(r"(?s).*[:|\u2013\u2014-]\s+")
_AFTER = re.compile(r"(?s)\s+[|\u2013\u2014-].*|\s*\(.*\)$")
TIME = "%Y-%m-%dT%H:%M"


def from_calendar(file: str, text: str, timezone: str | None) -> tuple[Schedule, str]:
    """Make a schedule of a calendar; give it with the zone of its times.

    Args:
        file: its name.
        text: its content.
        timezone: IANA name, where the person has named one.

    Raises:
        CommandError: it cannot be read; one line that says where.
    """
    if timezone and zone_named(timezone) is None:
        raise CommandError(f"there is no time zone {timezone!r}: write one as in Europe/Berlin")
    calendar = read_calendar(file, text)
    zone, doubts = (timezone, []) if timezone else _zone(calendar)
    clock = Clock(file, zone, given=bool(timezone))
    names = _names(file, calendar)
    turns, more = [], []
    for event, name in zip(calendar.events, names, strict=True):
        if "DTSTART" not in event.properties:
            raise CommandError(f"{file}: line {event.line}: the event has no DTSTART")
        starts = clock.local(event, "DTSTART")
        again, doubt = recurrence(event.value("RRULE"), starts)
        turns.append(Turn(event.line, name, starts, clock.end(event, starts), again, doubt))
        more += [
            f"line {event.properties[key][2]}: {name}: {key} is not understood; left out"
            for key in ("EXDATE", "RDATE", "RECURRENCE-ID")
            if key in event.properties
        ]
    made = schedule(turns)
    return Schedule(made.rotation, made.overrides, (*doubts, *made.doubts, *more)), zone


def written(
    sources: Sequence[str],
    people: Sequence[Person],
    made: Schedule | None = None,
    timezone: str = "",
) -> str:
    """Write the roster, with what a person has to decide as comments."""
    known = {person.name: person for person in people}
    needed = [one.substitute for one in made.overrides] if made else []
    needed = [*made.rotation.members, *needed] if made else needed
    for name in needed:
        known.setdefault(name, Person(name))
    missing = [name for name, person in known.items() if not person.phones]
    doubts = [*(made.doubts if made else ()), *(d for one in known.values() for d in one.doubts)]
    lines = [f"# Imported from {' and '.join(sources)}. To be completed by hand, then:"]
    lines.append("# callout roster check FILE")
    if missing:
        lines.append(f"# Phone numbers are missing: {', '.join(missing)}")
    lines += [f"# To decide: {doubt}" for doubt in doubts]
    if timezone:
        lines.append(f"timezone: {timezone}")
    lines.append("contacts:")
    for person in known.values():
        lines += _contact(person)
    lines += _schedule(made) if made else []
    return "\n".join(map(_printable, lines)) + "\n"


def _printable(line: str) -> str:
    """Give a line without what would end it, or is no text: names come from strangers' files."""
    return "".join(one if one.isprintable() else " " for one in line)


def _contact(person: Person) -> list[str]:
    phones = [one if one.startswith("+") else scalar(one) for one in person.phones]
    phone = phones[0] if len(phones) == 1 else f"[{', '.join(phones)}]"
    if not phones:
        phone = f'""  # as in {CONTACT["phone"]}'
    lines = [f"  - name: {scalar(person.name)}", f"    phone: {phone}"]
    return [*lines, f"    language: {person.language}"] if person.language else lines


def _schedule(made: Schedule) -> list[str]:
    rotation = made.rotation
    lines = [
        f"escalation: [{rotation.name}]",
        "rotations:",
        f"  - name: {rotation.name}",
        f"    members: [{', '.join(map(scalar, rotation.members))}]",
        f"    starts: {_time(rotation.starts)}",
        f"    every: {every(rotation.every)}",
    ]
    if made.overrides:
        lines.append("overrides:")
    return lines + [
        f"  - {{from: {_time(one.starts)}, until: {_time(one.until)}, replace: {one.replaced},"
        f" with: {scalar(one.substitute)}}}"
        for one in made.overrides
    ]


def _time(local: datetime) -> str:
    return f"{local:{TIME}}"


def scalar(text: str) -> str:
    """Write a text so that a roster reads it back."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _zone(calendar: Calendar) -> tuple[str, list[str]]:
    """Give the zone that the times are meant in, and what is in doubt about it."""
    named = [
        event.properties["DTSTART"][0].get("TZID", "")
        for event in calendar.events
        if "DTSTART" in event.properties
    ]
    for name in (calendar.timezone, *named):
        zone = zone_named(name) if name else None
        if zone:
            return zone.key, []
    return "UTC", ["the file names no time zone, so UTC is taken: --timezone names another"]


def _names(file: str, calendar: Calendar) -> list[str]:
    """Give each event's person: its summary, without what stands around the name in all."""
    names = [plain(event.value("SUMMARY")) for event in calendar.events]
    for event, name in zip(calendar.events, names, strict=True):
        if not name:
            raise CommandError(f"{file}: line {event.line}: the event has no SUMMARY: whose is it?")
    for pattern in (_BEFORE, _AFTER):
        around = {match[0] if (match := pattern.search(name)) else "" for name in names}
        [same] = around if len(around) == 1 else {""}
        cut = [
            name.removeprefix(same) if pattern is _BEFORE else name.removesuffix(same)
            for name in names
        ]
        names = cut if all(map(str.strip, cut)) else names
    return [name.strip() for name in names]
