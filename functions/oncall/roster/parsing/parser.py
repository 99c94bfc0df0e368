"""Parse a roster, format version 1."""

from datetime import datetime
from functools import partial

from oncall.messages.locale import available_languages
from oncall.roster.defaults_and_limits import (
    ATTEMPTS,
    DEFAULT_LANGUAGE,
    DEFAULT_TIMEZONE,
    MAX_BYTES_READ,
    MAX_CALLS_PER_PLAN,
    RING_SECONDS,
    ROUNDS,
    STANDARD_PARAMETER_BYTES,
)
from oncall.roster.model import EscalationEntry, Problem, Roster, RosterError
from oncall.roster.parsing import contacts, holds, rotations
from oncall.roster.parsing.contacts import ContactParser, Names
from oncall.roster.parsing.errors import ROSTER, typo_hints
from oncall.roster.parsing.field_reader import FieldReader
from oncall.roster.parsing.holds import HoldParser
from oncall.roster.parsing.rotations import RotationParser
from oncall.roster.parsing.yaml_nodes import Node, is_text, parse_yaml
from oncall.roster.schedule import max_calls

#: Keys of a roster, each with an example value.
KEYS = {
    "contacts": contacts.EXAMPLE,
    "timezone": "Asia/Shanghai",
    "language": "zh-CN",
    "escalation": rotations.ESCALATION_EXAMPLE,
    "rounds": "2",
    "attempts": "1",
    "ring_seconds": "45",
    "rotations": rotations.ROTATIONS_EXAMPLE,
    "overrides": rotations.OVERRIDES_EXAMPLE,
    "quiet_hours": holds.QUIET_HOURS_EXAMPLE,
    "mutes": holds.MUTES_EXAMPLE,
}
REQUIRED = ("contacts",)
# Keys of the nested tables, by their name in messages.
_INSIDE = {
    "a contact": contacts.KEYS,
    "a rotation": rotations.ROTATION,
    "an entry of the escalation": rotations.ENTRY,
    "an override": rotations.OVERRIDE,
    "quiet hours": holds.QUIET_HOURS,
    "a mute": holds.MUTE,
}
_EVERY_KEY = tuple(key for keys in (KEYS, *_INSIDE.values()) for key in keys)
_OWNERS = {
    key: " or ".join(
        owner for owner, keys in {"the roster": KEYS, **_INSIDE}.items() if key in keys
    )
    for key in _EVERY_KEY
}


def parse(
    text: str, *, limit_bytes: int | None = STANDARD_PARAMETER_BYTES, now: datetime | None = None
) -> Roster:
    """Parse a roster in YAML or JSON.

    Args:
        text: the parameter's value.
        limit_bytes: maximum size in UTF-8: what the SSM parameter holds; None if it is saved.
        now: reject a mute that starts at once and ends more than 30 days after this moment (with
            time zone). Without it, such a mute starts 30 days before it ends.

    Raises:
        RosterError: with all problems, each with its line and field.
    """
    reader = FieldReader(_OWNERS)
    limit = MAX_BYTES_READ if limit_bytes is None else limit_bytes
    if problem := too_large(text, limit):
        reader.problems.append(problem)
    if size_of(text) > max(limit, MAX_BYTES_READ):
        raise RosterError(reader.problems)
    try:
        roster = _roster(reader, parse_yaml(text), now)
    except RosterError as error:
        raise _with_hints(text, [*reader.problems, *error.problems]) from error
    if reader.problems:
        raise _with_hints(text, reader.problems)
    return roster


def _with_hints(text: str, problems: list[Problem]) -> RosterError:
    """Return the error with likely typos, which replace other problems at the same position."""
    hints = typo_hints(text, problems, _EVERY_KEY) if is_text(text) else []
    hinted = {(hint.line, hint.column, hint.field) for hint in hints}
    rest = [p for p in problems if (p.line, p.column, p.field) not in hinted]
    return RosterError([*rest, *hints])


def size_of(text: str) -> int:
    """Return the size of a text in UTF-8, as SSM counts it."""
    return len(text.encode("utf-8", "surrogatepass"))


def too_large(text: str, limit_bytes: int) -> Problem | None:
    """Return the problem of a text that has more bytes than the parameter holds, or None."""
    size = size_of(text)
    if size <= limit_bytes:
        return None
    message = f"has {size} bytes, but the parameter holds at most {limit_bytes}; shorten it"
    return Problem(1, 1, ROSTER, message)


def _roster(reader: FieldReader, document: Node, now: datetime | None) -> Roster:
    """Return the roster; not usable if the reader has problems."""
    values = reader.table(document, ROSTER, KEYS, REQUIRED)
    names = Names(reader)
    one_of = partial(reader.one_of, available_languages())
    language = values.read("language", one_of) or DEFAULT_LANGUAGE
    timezone = values.read("timezone", reader.time_zone) or DEFAULT_TIMEZONE
    limits = {"rounds": ROUNDS, "attempts": ATTEMPTS, "ring_seconds": RING_SECONDS}
    rounds, attempts, ring_seconds = (
        values.read(key, partial(reader.number_in, limit)) or limit.default
        for key, limit in limits.items()
    )
    contact_parser = ContactParser(reader, names, timezone)
    rotation_parser = RotationParser(reader, names, timezone)
    hold_parser = HoldParser(reader, timezone, now)
    # Register all names before resolving references to them, in any order of the text.
    read_contacts = partial(contact_parser.contacts, language, attempts)
    contacts = values.read("contacts", read_contacts) or ()
    rotations = values.read("rotations", rotation_parser.rotations) or ()
    overrides = values.read("overrides", rotation_parser.overrides) or ()
    escalation = tuple(EscalationEntry(contact.name) for contact in contacts)
    if "escalation" in values:
        read_escalation = partial(rotation_parser.escalation, rounds)
        escalation = values.read("escalation", read_escalation) or ()
    if escalation:
        substitutes = {override.substitute for override in overrides}
        rotation_parser.reject_unused({entry.name for entry in escalation} | substitutes)
    roster = Roster(
        timezone=timezone,
        language=language,
        contacts=contacts,
        escalation=escalation,
        rounds=rounds,
        ring_seconds=ring_seconds,
        rotations=rotations,
        overrides=overrides,
        quiet_hours=values.read("quiet_hours", hold_parser.quiet_hours) or (),
        mutes=values.read("mutes", hold_parser.mutes) or (),
    )
    calls, per_round = max_calls(roster) if not reader.problems else (0, 0)
    if calls > MAX_CALLS_PER_PLAN:
        reader.reject(
            values.get("rounds", document),
            "rounds",
            f"a page would make up to {calls} calls ({roster.rounds} rounds of {per_round}), "
            f"but the limit is {MAX_CALLS_PER_PLAN}; use fewer rounds, names or attempts",
        )
    return roster
