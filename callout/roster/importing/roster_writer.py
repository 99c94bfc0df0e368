"""Write a roster from imported data, for the operator to complete."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from oncall.roster.hours import Hours
from oncall.roster.model import Override
from oncall.roster.parsing.contacts import KEYS as CONTACT
from oncall.roster.parsing.rotations import MAX_TURN, UNITS

_PLAIN = re.compile(r"\w(?:[\w .'-]*[\w.])?")
TIME = "%Y-%m-%dT%H:%M"
#: Takes the place of missing numbers while a roster is compared; never written to a file.
PLACEHOLDER = "+14155550100"


@dataclass
class ImportedContact:
    """A contact to import."""

    name: str  # as written
    phones: list[str] = field(default_factory=list)  # E.164; numbers that are not valid as written
    language: str = ""  # language tag; "" for the roster's
    aliases: tuple[str, ...] = ()  # email addresses, as a calendar may have them
    # what the operator has to decide, one line each
    questions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ImportedRotation:
    """A rotation that explains shifts; its fields are those of a roster's rotation."""

    members: tuple[str, ...]
    starts: datetime
    every: timedelta
    timezone: str
    hours: tuple[Hours, ...] = ()
    # no rotation explains the shifts: the only member is the most frequent person
    irregular: bool = False
    unrepeated: bool = False  # the shifts end before the first member's second turn


@dataclass(frozen=True)
class ImportedSchedule:
    """The schedule of a roster to write; times are in `timezone`, an IANA name."""

    timezone: str
    rotations: dict[str, ImportedRotation]  # by name
    escalation: tuple[str, ...]
    overrides: tuple[Override, ...] = ()
    rounds: int | None = None  # None for the roster's default
    questions: tuple[str, ...] = ()  # what the operator has to decide, one line each

    @property
    def people(self) -> list[str]:
        """Return the names of the people on call, in the order of their first use."""
        members = [name for rotation in self.rotations.values() for name in rotation.members]
        return list(dict.fromkeys([*members, *(o.substitute for o in self.overrides)]))


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
    return "\n".join(map(printable, lines)) + "\n"


def printable(line: str) -> str:
    """Replace characters that would end the line or are not printable: the input is untrusted."""
    return "".join(character if character.isprintable() else " " for character in line)


def format_every(length: timedelta) -> str:
    """Format the length of a turn as in a roster; "" if a roster cannot express it."""
    for unit in ("w", "d", "h"):
        number, rest = divmod(length, UNITS[unit])
        if not rest and 0 < number < 1000 and length <= MAX_TURN:  # noqa: PLR2004
            return f"{number}{unit}"
    return ""


def _contact(contact: ImportedContact) -> list[str]:
    phones = [phone if phone.startswith("+") else _scalar(phone) for phone in contact.phones]
    value = phones[0] if len(phones) == 1 else f"[{', '.join(phones)}]"
    if not phones:
        value = f'""  # like {CONTACT["phone"]}'
    lines = [f"  - name: {_scalar(contact.name)}", f"    phone: {value}"]
    return [*lines, f"    language: {contact.language}"] if contact.language else lines


def _schedule(schedule: ImportedSchedule) -> list[str]:
    lines = [f"escalation: [{', '.join(map(_scalar, schedule.escalation))}]"]
    lines += [f"rounds: {schedule.rounds}"] if schedule.rounds else []
    lines += ["rotations:"] if schedule.rotations else []
    for name, rotation in schedule.rotations.items():
        lines += [
            f"  - name: {_scalar(name)}",
            f"    members: [{', '.join(map(_scalar, rotation.members))}]",
            f"    starts: {rotation.starts:{TIME}}",
            f"    every: {format_every(rotation.every)}",
        ]
        if rotation.hours:
            lines.append(f"    hours: [{', '.join(map(str, rotation.hours))}]")
        if rotation.timezone != schedule.timezone:
            lines.append(f"    timezone: {rotation.timezone}")
    lines += ["overrides:"] if schedule.overrides else []
    return lines + [
        f"  - {{from: {override.starts:{TIME}}, until: {override.until:{TIME}},"
        f" replace: {_scalar(override.replaced)}, with: {_scalar(override.substitute)}}}"
        for override in schedule.overrides
    ]


def _scalar(text: str) -> str:
    """Return a text as a YAML scalar that the roster's parser reads back unchanged."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
