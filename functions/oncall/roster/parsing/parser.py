"""Reads a roster, format version 1: what each key may hold and what it defaults to."""

from collections.abc import Collection

from oncall.messages.locale import available_languages
from oncall.roster.defaults_and_limits import (
    DEFAULT_LANGUAGE,
    DEFAULT_TIMEZONE,
    MAX_BYTES_READ,
    MAX_CALLS_PER_PLAN,
    RING_SECONDS,
    ROUNDS,
    STANDARD_PARAMETER_BYTES,
    Range,
)
from oncall.roster.model import Contact, Roster
from oncall.roster.parsing.contacts import EXAMPLE as CONTACTS_EXAMPLE
from oncall.roster.parsing.contacts import KEYS as CONTACT
from oncall.roster.parsing.contacts import ContactReader
from oncall.roster.parsing.errors import ROSTER, Problem, RosterError, quote
from oncall.roster.parsing.field_reader import Reader
from oncall.roster.parsing.names import Names
from oncall.roster.parsing.rotations import (
    OVERRIDE,
    OVERRIDES_EXAMPLE,
    ROTATION,
    ROTATIONS_EXAMPLE,
    ShiftReader,
)
from oncall.roster.parsing.time_zones import fix_for_zone, is_zone
from oncall.roster.parsing.typo_hints import slips
from oncall.roster.parsing.yaml_nodes import Node, is_text, read
from oncall.roster.schedule import max_calls_per_round

#: Every key of a roster, with an example of a value.
KEYS = {
    "contacts": CONTACTS_EXAMPLE,
    "timezone": "Asia/Shanghai",
    "language": "zh-CN",
    "escalation": "[Ana, Li Wei]",
    "rounds": "2",
    "ring_seconds": "45",
    "rotations": ROTATIONS_EXAMPLE,
    "overrides": OVERRIDES_EXAMPLE,
}
REQUIRED = ("contacts",)
# The keys of each kind of table inside, by what it is called in a message.
_INSIDE = {"a contact": CONTACT, "a rotation": ROTATION, "an override": OVERRIDE}
_EVERY_KEY = tuple(key for keys in (KEYS, *_INSIDE.values()) for key in keys)
_OWNERS = {
    key: " or ".join(
        owner for owner, keys in {"the roster": KEYS, **_INSIDE}.items() if key in keys
    )
    for key in _EVERY_KEY
}


def parse(
    text: str,
    *,
    limit_bytes: int = STANDARD_PARAMETER_BYTES,
    languages: Collection[str] | None = None,
) -> Roster:
    """The roster that a text in YAML or JSON describes.

    Args:
        text: the parameter's value.
        limit_bytes: the most that the text may have in UTF-8: what the SSM parameter holds.
        languages: tags that contacts may ask for; by default those in `oncall/messages/locales`.

    Raises:
        RosterError: with every problem in the text, each at its line and field.
    """
    reader = Reader(_OWNERS)
    if problem := too_large(text, limit_bytes):
        reader.problems.append(problem)
    if size_of(text) > max(limit_bytes, MAX_BYTES_READ):
        raise RosterError(reader.problems)
    tags = tuple(sorted(languages)) if languages is not None else available_languages()
    try:
        roster = _Parser(reader, tags).roster(read(text))
    except RosterError as error:
        raise _refusal(text, [*reader.problems, *error.problems]) from error
    if reader.problems:
        raise _refusal(text, reader.problems)
    return roster


def _refusal(text: str, problems: list[Problem]) -> RosterError:
    likely = slips(text, problems, _EVERY_KEY) if is_text(text) else []
    places = {(problem.line, problem.column, problem.field) for problem in likely}
    rest = [
        problem
        for problem in problems
        if (problem.line, problem.column, problem.field) not in places
    ]
    return RosterError([*rest, *likely])


def size_of(text: str) -> int:
    """How many bytes a text has in UTF-8, which is how SSM counts."""
    return len(text.encode("utf-8", "surrogatepass"))


def too_large(text: str, limit_bytes: int) -> Problem | None:
    """What is wrong with a text that has more bytes than the parameter holds."""
    size = size_of(text)
    if size <= limit_bytes:
        return None
    message = f"has {size} bytes, but the parameter holds {limit_bytes}; shorten it"
    return Problem(1, 1, ROSTER, message)


class _Parser:
    """One pass over one document; what is wrong goes to the reader."""

    def __init__(self, reader: Reader, languages: tuple[str, ...]) -> None:
        self._reader = reader
        self._languages = languages

    def roster(self, document: Node) -> Roster:
        """The whole document; not to be used if the reader has problems."""
        values = self._reader.table(document, ROSTER, KEYS, REQUIRED)
        names = Names(self._reader)
        shifts = ShiftReader(self._reader, names)
        language = self._language(values.get("language"))
        # Names are given before they are referred to, wherever they stand in the text.
        contacts = ContactReader(self._reader, names, self._languages).contacts(
            values.get("contacts"), language
        )
        rotations = shifts.rotations(values.get("rotations"))
        escalation = self._escalation(values.get("escalation"), names, contacts)
        if escalation:
            shifts.refuse_unused(escalation)
        roster = Roster(
            timezone=self._timezone(values.get("timezone")),
            language=language,
            contacts=contacts,
            escalation=escalation,
            rounds=self._whole_number(values.get("rounds"), "rounds", ROUNDS),
            ring_seconds=self._whole_number(
                values.get("ring_seconds"), "ring_seconds", RING_SECONDS
            ),
            rotations=rotations,
            overrides=shifts.overrides(values.get("overrides")),
        )
        if not self._reader.problems:
            self._refuse_too_many_calls(roster, values.get("rounds", document))
        return roster

    def _timezone(self, node: Node | None) -> str:
        if node is None:
            return DEFAULT_TIMEZONE
        name = self._reader.text(node, "timezone", "an IANA name, as in Asia/Shanghai")
        if name is None or is_zone(name):
            return name or DEFAULT_TIMEZONE
        message = f"there is no time zone {quote(name)}; {fix_for_zone(name)}"
        self._reader.refuse(node, "timezone", message)
        return DEFAULT_TIMEZONE

    def _language(self, node: Node | None) -> str:
        if node is None:
            return DEFAULT_LANGUAGE
        return self._reader.one_of(node, "language", self._languages) or DEFAULT_LANGUAGE

    def _escalation(
        self, node: Node | None, names: Names, contacts: tuple[Contact, ...]
    ) -> tuple[str, ...]:
        """The names to call in order; none at all if one of them is not known."""
        if node is None:
            return tuple(contact.name for contact in contacts)
        items = self._reader.items(node, "escalation", KEYS["escalation"])
        known = [name for field, item in items if (name := names.refer(item, field))]
        return tuple(known) if len(known) == len(items) else ()

    def _whole_number(self, node: Node | None, field: str, limit: Range) -> int:
        if node is None:
            return limit.default
        number = self._reader.whole_number(node, field, limit.minimum, limit.maximum)
        return number or limit.default

    def _refuse_too_many_calls(self, roster: Roster, place: Node) -> None:
        a_round = max_calls_per_round(roster)
        calls = a_round * roster.rounds
        if calls > MAX_CALLS_PER_PLAN:
            self._reader.refuse(
                place,
                "rounds",
                f"a page would make up to {calls} calls ({roster.rounds} rounds of {a_round}), "
                f"but can make {MAX_CALLS_PER_PLAN}; write fewer rounds or names",
            )
