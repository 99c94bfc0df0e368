"""Reads the contacts of a roster."""

from oncall.roster.defaults_and_limits import MAX_PHONES_PER_CONTACT
from oncall.roster.model import Contact
from oncall.roster.parsing.field_reader import Reader, inside
from oncall.roster.parsing.names import Names
from oncall.roster.parsing.phone_number_parser import NumberError, normalise
from oncall.roster.parsing.yaml_nodes import Listing, Node

EXAMPLE = "[{name: Ana, phone: +8613800138000}]"
#: Every key of a contact, with an example of a value.
KEYS = {"name": "Ana", "phone": "+8613800138000", "language": "en-US"}
REQUIRED = ("name", "phone")


class ContactReader:
    """Reads who can be called; what is wrong goes to the reader."""

    def __init__(self, reader: Reader, names: Names, languages: tuple[str, ...]) -> None:
        self._reader = reader
        self._names = names
        self._languages = languages

    def contacts(self, node: Node | None, language: str) -> tuple[Contact, ...]:
        """The contacts, whose names are given away to `names`; `language` is the default."""
        if node is None:
            return ()
        read = [
            self._contact(item, field, language)
            for field, item in self._reader.items(node, "contacts", EXAMPLE)
        ]
        return tuple(contact for contact in read if contact)

    def _contact(self, node: Node, field: str, language: str) -> Contact | None:
        values = self._reader.table(node, field, KEYS, REQUIRED)
        name = phones = None
        if "language" in values:
            place = inside(field, "language")
            chosen = self._reader.one_of(values["language"], place, self._languages)
            language = chosen or language
        if "name" in values:
            name = self._names.give(
                values["name"], inside(field, "name"), "the person's name", person=True
            )
        if "phone" in values:
            phones = self._phones(values["phone"], inside(field, "phone"), language)
        return Contact(name, phones, language) if name and phones else None

    def _phones(self, node: Node, field: str, language: str) -> tuple[str, ...]:
        items = [(field, node)]
        if isinstance(node, Listing):
            items = self._reader.items(node, field, "[+8613800138000, +14155550132]")
        if len(items) > MAX_PHONES_PER_CONTACT:
            message = f"has {len(items)} numbers; write at most {MAX_PHONES_PER_CONTACT}"
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
