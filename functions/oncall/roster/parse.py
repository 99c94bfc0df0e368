"""Reads a roster, format version 1: what each key may hold and what it defaults to."""

import zoneinfo
from collections.abc import Collection
from pathlib import Path

from oncall.roster import limits
from oncall.roster.contacts import EXAMPLE as CONTACTS_EXAMPLE
from oncall.roster.contacts import ContactReader
from oncall.roster.document import Node, read
from oncall.roster.fields import ROSTER, Reader, nearest
from oncall.roster.model import Contact, Roster
from oncall.roster.names import Names
from oncall.roster.problems import Problem, RosterError, quote
from oncall.roster.schedule import longest_round
from oncall.roster.shifts import OVERRIDES_EXAMPLE, ROTATIONS_EXAMPLE, ShiftReader

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
_LANGUAGES = Path(__file__).parent.parent / "languages"
DEFAULT_TIMEZONE = "UTC"
DEFAULT_LANGUAGE = "en-US"
# Files that live beside the zones in a time zone database and are no place's time.
_NO_ZONES = ("right/", "posix/", "posixrules", "localtime", "Factory")


def available_languages() -> tuple[str, ...]:
    """The tags of the languages that a page can be spoken in."""
    return tuple(sorted(path.stem for path in _LANGUAGES.glob("*.json")))


def parse(
    text: str,
    *,
    limit_bytes: int = limits.STANDARD_PARAMETER_BYTES,
    languages: Collection[str] | None = None,
) -> Roster:
    """The roster that a text in YAML or JSON describes.

    Args:
        text: the parameter's value.
        limit_bytes: the most that the text may have in UTF-8: what the SSM parameter holds.
        languages: tags that contacts may ask for; by default those in `oncall/languages`.

    Raises:
        RosterError: with every problem in the text, each at its line and field.
    """
    reader = Reader()
    if problem := too_large(text, limit_bytes):
        reader.problems.append(problem)
    if size_of(text) > max(limit_bytes, limits.MOST_BYTES_READ):
        raise RosterError(reader.problems)
    tags = tuple(sorted(languages)) if languages is not None else available_languages()
    try:
        roster = _Parser(reader, tags).roster(read(text))
    except RosterError as error:
        raise RosterError([*reader.problems, *error.problems]) from error
    if reader.problems:
        raise RosterError(reader.problems)
    return roster


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
            rounds=self._whole_number(values.get("rounds"), "rounds", limits.ROUNDS),
            ring_seconds=self._whole_number(
                values.get("ring_seconds"), "ring_seconds", limits.RING_SECONDS
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
        if name is None or _is_zone(name):
            return name or DEFAULT_TIMEZONE
        meant = nearest(name, sorted(zoneinfo.available_timezones()))
        fix = f"did you mean `{meant}`?" if meant else "write an IANA name, as in Asia/Shanghai"
        self._reader.refuse(node, "timezone", f"there is no time zone {quote(name)}; {fix}")
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

    def _whole_number(self, node: Node | None, field: str, limit: limits.Range) -> int:
        if node is None:
            return limit.default
        number = self._reader.whole_number(node, field, limit.lowest, limit.highest)
        return number or limit.default

    def _refuse_too_many_calls(self, roster: Roster, place: Node) -> None:
        a_round = longest_round(roster)
        calls = a_round * roster.rounds
        if calls > limits.MOST_CALLS_PER_PLAN:
            self._reader.refuse(
                place,
                "rounds",
                f"a page would make up to {calls} calls ({roster.rounds} rounds of {a_round}), "
                f"but can make {limits.MOST_CALLS_PER_PLAN}; write fewer rounds or names",
            )


def _is_zone(name: str) -> bool:
    if name.startswith(_NO_ZONES):
        return False
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        # OSError: a folder of zones (`America`), or a name too long for a file.
        return False
    return True
