"""Parse the contacts of a roster, and the names that contacts and rotations share."""

import re
import unicodedata
from dataclasses import dataclass
from functools import partial

from oncall.messages.locale import available_languages
from oncall.roster.defaults_and_limits import ATTEMPTS, MAX_NAME_LENGTH, MAX_PHONES_PER_CONTACT
from oncall.roster.model import Contact
from oncall.roster.parsing.errors import quote
from oncall.roster.parsing.field_reader import FieldReader, suggest
from oncall.roster.parsing.phone_number_parser import NumberError, country_of_zone, normalize
from oncall.roster.parsing.yaml_nodes import Listing, Node, Text

EXAMPLE = "[{name: Ana, phone: +8613800138000}]"
#: Keys of a contact, each with an example value.
KEYS = {
    "name": "Ana",
    "phone": "+8613800138000",
    "language": "en-US",
    "attempts": "2",
    "text": "true",
    "pin": "pbkdf2-sha256$50000$nET0VxAwuEU$3YPlEGbHsI4yyLRGz8X0Kw",
}
YES_NO = ("true", "false")
REQUIRED = ("name", "phone")
# Keys that people write here, and what to do instead.
_FOREIGN = {
    "timezone": "a contact has no time zone, only the roster and rotations do; remove it, or write"
    " it there"
}

# Typographic quotes, which YAML keeps as part of the name.
_QUOTED = re.compile("[\u2018-\u201f\u00ab].*[\u2018-\u201f\u00bb]")
# Marks that reorder the text around them: a log line with such a name would be misleading.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    place: str
    person: bool


class Names:
    """The names defined so far while parsing a roster."""

    def __init__(self, reader: FieldReader) -> None:
        self._reader = reader
        self._entries: dict[str, _Entry] = {}

    def register(self, node: Node, field: str, *, person: bool) -> str | None:
        """Return the name of a contact (`person`) or a rotation, and register it.

        It is trimmed, and must be unique even ignoring case and spacing.
        """
        example = "the person's name" if person else "a name for the rotation"
        name = self._reader.text(node, field, example)
        if name is None:
            return None
        taken = self._entries.get(_folded(name))
        if taken is None:
            # Registered even if it is rejected below, so that references to it are not reported
            # as well.
            self._entries[_folded(name)] = _Entry(name, f"{field} in line {node.line}", person)
        else:
            message = f"{quote(name)} is already used by {taken.place}"
            if taken.name != name:
                message = f"{quote(name)} and {quote(taken.name)} ({taken.place})"
                message += " differ only in case or spacing"
            self._reader.reject(node, field, f"{message}; choose another name")
        if problem := _name_problem(name):
            self._reader.reject(node, field, problem)
        return None if problem else name

    def refer(self, node: Node, field: str, *, person: bool = False) -> str | None:
        """Return a name that refers to a registered one; with `person`, to a contact."""
        name = self._reader.text(node, field, "a name")
        if name is None:
            return None
        known = self._entries.get(_folded(name))
        if known and known.name == name and person and not known.person:
            message = f"{quote(name)} is a rotation; write the name of a contact"
        elif (known and known.name == name) or not self._entries:
            return name
        else:
            choices = [entry.name for entry in self._entries.values() if entry.person or not person]
            message = f"unknown name {quote(name)}; {suggest(name, choices)}"
        self._reader.reject(node, field, message)
        return None


class ContactParser:
    """Parses contacts; problems are reported to the reader. `timezone` is the roster's."""

    def __init__(self, reader: FieldReader, names: Names, timezone: str) -> None:
        self._reader = reader
        self._names = names
        self._timezone = timezone

    def contacts(self, language: str, attempts: int, node: Node, field: str) -> tuple[Contact, ...]:
        """Return the contacts and register their names; `language` and `attempts` are defaults."""
        read = partial(self._contact, language, attempts)
        return self._reader.each(node, field, EXAMPLE, read)

    def _contact(self, language: str, attempts: int, node: Node, field: str) -> Contact | None:
        values = self._reader.table(node, field, KEYS, REQUIRED, _FOREIGN)
        one_of = partial(self._reader.one_of, available_languages())
        language = values.read("language", one_of) or language
        name = values.read("name", partial(self._names.register, person=True))
        phones = values.read("phone", partial(self._phones, language))
        number = partial(self._reader.number_in, ATTEMPTS)
        attempts = values.read("attempts", number) or attempts
        text = values.read("text", partial(self._reader.one_of, YES_NO)) == "true"
        pin = values.read("pin", self._pin) or ""
        return Contact(name, phones, language, attempts, text, pin) if name and phones else None

    def _pin(self, node: Node, field: str) -> str | None:
        """Return a hashed PIN. A message never quotes it: it may be a PIN as plain text."""
        from oncall.pin import STORED  # noqa: PLC0415 - most rosters have no PIN

        if isinstance(node, Text) and STORED.fullmatch(node.value.strip()):
            return node.value.strip()
        fix = "remove it, and set a PIN with `callout roster pin NAME`"
        self._reader.reject(node, field, f"is not a hash that callout wrote; {fix}")
        return None

    def _phones(self, language: str, node: Node, field: str) -> tuple[str, ...]:
        items = [(node, field)]
        if isinstance(node, Listing):
            items = self._reader.items(node, field, "[+8613800138000, +14155550132]")
        if len(items) > MAX_PHONES_PER_CONTACT:
            message = f"has {len(items)} numbers; write at most {MAX_PHONES_PER_CONTACT}"
            self._reader.reject(node, field, message)
        line_of: dict[str, int] = {}
        for item, item_field in items:
            phone = self._phone(language, item, item_field)
            if phone in line_of:
                message = f"is the same number as in line {line_of[phone]}; remove one"
                self._reader.reject(item, item_field, message)
            elif phone:
                line_of[phone] = item.line
        return tuple(line_of)

    def _phone(self, language: str, node: Node, field: str) -> str | None:
        text = self._reader.text(node, field, "a number, such as +8613800138000")
        if text is None:
            return None

        def home() -> str:
            """Guess the home country from the time zone, else from the language (`zh-CN`)."""
            return country_of_zone(self._timezone) or language.rpartition("-")[2]

        try:
            return normalize(text, home)
        except NumberError as error:
            self._reader.reject(node, field, str(error))
            return None


def _name_problem(name: str) -> str:
    """Return what is wrong with a name, and the fix; "" if nothing is."""
    if len(name) > MAX_NAME_LENGTH:
        return f"has {len(name)} characters; write at most {MAX_NAME_LENGTH}"
    if any(unicodedata.category(character) == "Cc" for character in name):
        return "contains a control character or line break; write plain text on one line"
    if _QUOTED.fullmatch(name):
        fix = f"write {quote(name[1:-1])}"
        return f"has typographic quotes, which YAML keeps as part of it; {fix}"
    if _REORDERING.search(name):
        return "contains an invisible mark that reorders text; retype the name"
    return ""


def _folded(name: str) -> str:
    """Return a form that is equal for names that sound or look the same."""
    visible = "".join(
        character
        for character in unicodedata.normalize("NFKC", name)
        if unicodedata.category(character) != "Cf"
    )
    return unicodedata.normalize("NFKC", "".join(visible.casefold().split()))
