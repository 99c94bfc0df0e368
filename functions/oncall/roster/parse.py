"""Reads a roster, format version 1: what each key may hold and what it defaults to."""

import zoneinfo
from collections.abc import Collection
from pathlib import Path

from oncall.roster import limits
from oncall.roster.document import Listing, Node, read
from oncall.roster.fields import ROSTER, Reader, fix_for, inside
from oncall.roster.model import Contact, Roster
from oncall.roster.names import Names
from oncall.roster.numbers import NumberError, normalise
from oncall.roster.problems import Problem, RosterError, quote

_KEYS = ("timezone", "language", "contacts", "escalation", "rounds", "ring_seconds")
_CONTACT_KEYS = ("name", "phone", "language")
_LANGUAGES = Path(__file__).parent.parent / "languages"
_DEFAULT_TIMEZONE = "UTC"
_DEFAULT_LANGUAGE = "en-US"
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
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > limit_bytes:
        message = f"has {size} bytes, but the parameter holds {limit_bytes}; shorten it"
        reader.problems.append(Problem(1, 1, ROSTER, message))
    if size > max(limit_bytes, limits.MOST_BYTES_READ):
        raise RosterError(reader.problems)
    tags = tuple(sorted(languages)) if languages is not None else available_languages()
    try:
        roster = _Parser(reader, tags).roster(read(text))
    except RosterError as error:
        raise RosterError([*reader.problems, *error.problems]) from error
    if roster is None or reader.problems:
        raise RosterError(reader.problems)
    return roster


class _Parser:
    """One pass over one document; what is wrong goes to the reader."""

    def __init__(self, reader: Reader, languages: tuple[str, ...]) -> None:
        self._reader = reader
        self._languages = languages
        self._names = Names(reader)

    def roster(self, document: Node) -> Roster | None:
        """The whole document; None if problems left too little of it."""
        values = self._reader.table(document, ROSTER, _KEYS)
        if values is None:
            return None
        timezone = self._timezone(values.get("timezone"))
        language = self._language(values.get("language"), "language", _DEFAULT_LANGUAGE)
        contacts = self._contacts(document, values.get("contacts"), language)
        everyone = tuple(contact.name for contact in contacts)
        roster = Roster(
            timezone=timezone,
            language=language,
            contacts=contacts,
            escalation=self._escalation(values.get("escalation"), everyone),
            rounds=self._whole_number(
                values, "rounds", limits.FEWEST_ROUNDS, limits.MOST_ROUNDS, limits.DEFAULT_ROUNDS
            ),
            ring_seconds=self._whole_number(
                values,
                "ring_seconds",
                limits.SHORTEST_RING,
                limits.LONGEST_RING,
                limits.DEFAULT_RING,
            ),
        )
        if not self._reader.problems:
            self._refuse_too_many_calls(roster, values.get("rounds", document))
        return roster

    def _timezone(self, node: Node | None) -> str:
        if node is None:
            return _DEFAULT_TIMEZONE
        name = self._reader.text(node, "timezone", "an IANA name, as in Asia/Shanghai")
        if name is None or _is_zone(name):
            return name or _DEFAULT_TIMEZONE
        fix = fix_for(name, sorted(zoneinfo.available_timezones()))
        if not fix.startswith("did you mean"):
            fix = "write an IANA name, as in Asia/Shanghai"
        self._reader.refuse(node, "timezone", f"there is no time zone {quote(name)}; {fix}")
        return _DEFAULT_TIMEZONE

    def _language(self, node: Node | None, field: str, default: str) -> str:
        if node is None:
            return default
        return self._reader.one_of(node, field, self._languages) or default

    def _contacts(self, document: Node, node: Node | None, language: str) -> tuple[Contact, ...]:
        example = "[{name: Ana, phone: +8613800138000}]"
        if node is None:
            message = f"is missing; write at least one, as in contacts: {example}"
            self._reader.refuse(document, "contacts", message)
            return ()
        read = [
            self._contact(item, field, language)
            for field, item in self._reader.items(node, "contacts", example)
        ]
        return tuple(contact for contact in read if contact)

    def _contact(self, node: Node, field: str, language: str) -> Contact | None:
        values = self._reader.table(node, field, _CONTACT_KEYS)
        if values is None:
            return None
        for key in ("name", "phone"):
            if key not in values:
                self._reader.refuse(node, inside(field, key), f"is missing; write `{key}: …`")
        spoken = self._language(values.get("language"), inside(field, "language"), language)
        name = phones = None
        if "name" in values:
            name = self._names.give(values["name"], inside(field, "name"), "the person's name")
        if "phone" in values:
            phones = self._phones(values["phone"], inside(field, "phone"), spoken)
        return Contact(name, phones, spoken) if name and phones else None

    def _phones(self, node: Node, field: str, language: str) -> tuple[str, ...]:
        example = "[+8613800138000, +14155550132]"
        items = [(field, node)]
        if isinstance(node, Listing):
            items = self._reader.items(node, field, example)
        if len(items) > limits.MOST_PHONES_PER_CONTACT:
            message = f"has {len(items)} numbers; write at most {limits.MOST_PHONES_PER_CONTACT}"
            self._reader.refuse(node, field, message)
        first: dict[str, int] = {}
        for place, item in items:
            phone = self._phone(item, place, language)
            if phone in first:
                message = f"is the same number as in line {first[phone]}; remove one"
                self._reader.refuse(item, place, message)
            elif phone:
                first[phone] = item.line
        return tuple(first)

    def _phone(self, node: Node, field: str, language: str) -> str | None:
        text = self._reader.text(node, field, "a number, as in +8613800138000")
        if text is None:
            return None
        country = language.rpartition("-")[2]  # `zh-CN`: a first guess at where people live
        try:
            return normalise(text, home=country)
        except NumberError as error:
            self._reader.refuse(node, field, str(error))
            return None

    def _escalation(self, node: Node | None, everyone: tuple[str, ...]) -> tuple[str, ...]:
        if node is None:
            return everyone
        items = self._reader.items(node, "escalation", "[Ana, Li Wei]")
        names = [self._names.refer(item, field) for field, item in items]
        return tuple(name for name in names if name)

    def _whole_number(
        self, values: dict[str, Node], key: str, lowest: int, highest: int, default: int
    ) -> int:
        if key not in values:
            return default
        return self._reader.whole_number(values[key], key, lowest, highest) or default

    def _refuse_too_many_calls(self, roster: Roster, place: Node) -> None:
        phones = sum(len(roster.contact(name).phones) for name in roster.escalation)
        calls = phones * roster.rounds
        if calls > limits.MOST_CALLS_PER_PLAN:
            self._reader.refuse(
                place,
                "rounds",
                f"a page would make up to {calls} calls ({roster.rounds} rounds of {phones}), "
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
