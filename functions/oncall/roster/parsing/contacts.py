"""Parse the contacts of a roster."""

from oncall.roster.defaults_and_limits import MAX_PHONES_PER_CONTACT
from oncall.roster.model import Contact
from oncall.roster.parsing.field_reader import FieldReader, Names, field_of
from oncall.roster.parsing.phone_number_parser import NumberError, normalize
from oncall.roster.parsing.yaml_nodes import Listing, Node

EXAMPLE = "[{name: Ana, phone: +8613800138000}]"
#: Keys of a contact, each with an example value.
KEYS = {"name": "Ana", "phone": "+8613800138000", "language": "en-US"}
REQUIRED = ("name", "phone")


class ContactParser:
    """Parses contacts; problems are reported to the reader."""

    def __init__(self, reader: FieldReader, names: Names, languages: tuple[str, ...]) -> None:
        self._reader = reader
        self._names = names
        self._languages = languages

    def contacts(self, node: Node | None, language: str) -> tuple[Contact, ...]:
        """Return the contacts and register their names; `language` is the default."""
        if node is None:
            return ()
        contacts = [
            self._contact(item, field, language)
            for field, item in self._reader.items(node, "contacts", EXAMPLE)
        ]
        return tuple(contact for contact in contacts if contact)

    def _contact(self, node: Node, field: str, language: str) -> Contact | None:
        values = self._reader.table(node, field, KEYS, REQUIRED)
        name = phones = None
        if "language" in values:
            language_field = field_of(field, "language")
            language = (
                self._reader.one_of(values["language"], language_field, self._languages) or language
            )
        if "name" in values:
            name = self._names.register(
                values["name"], field_of(field, "name"), "the person's name", person=True
            )
        if "phone" in values:
            phones = self._phones(values["phone"], field_of(field, "phone"), language)
        return Contact(name, phones, language) if name and phones else None

    def _phones(self, node: Node, field: str, language: str) -> tuple[str, ...]:
        items = [(field, node)]
        if isinstance(node, Listing):
            items = self._reader.items(node, field, "[+8613800138000, +14155550132]")
        if len(items) > MAX_PHONES_PER_CONTACT:
            message = f"has {len(items)} numbers; write at most {MAX_PHONES_PER_CONTACT}"
            self._reader.reject(node, field, message)
        line_of: dict[str, int] = {}
        for item_field, item in items:
            phone = self._phone(item, item_field, language)
            if phone in line_of:
                message = f"is the same number as in line {line_of[phone]}; remove one"
                self._reader.reject(item, item_field, message)
            elif phone:
                line_of[phone] = item.line
        return tuple(line_of)

    def _phone(self, node: Node, field: str, language: str) -> str | None:
        text = self._reader.text(node, field, "a number, such as +8613800138000")
        if text is None:
            return None
        country = language.rpartition("-")[2]  # `zh-CN`: a guess at the home country
        try:
            return normalize(text, home=country)
        except NumberError as error:
            self._reader.reject(node, field, str(error))
            return None
