"""The names of a roster: contacts and rotations share one namespace."""

import re
import unicodedata
from dataclasses import dataclass

from oncall.roster.defaults_and_limits import MAX_NAME_LENGTH
from oncall.roster.parsing.errors import quote
from oncall.roster.parsing.field_reader import Reader, fix_for
from oncall.roster.parsing.yaml_nodes import Node

# Quotes of a word processor: YAML takes them for part of the name.
_QUOTED = re.compile("[\u2018-\u201f\u00ab].*[\u2018-\u201f\u00bb]")
# Marks that reorder the text around them: a log line with such a name would lie.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class _Named:
    name: str
    field: str
    line: int
    person: bool


class Names:
    """The names that a roster has given away so far."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._named: dict[str, _Named] = {}

    def give(self, node: Node, field: str, example: str, *, person: bool) -> str | None:
        """Reads a new name, of a contact (`person`) or of a rotation.

        It is trimmed, and must be unique also without regard to case and spacing.
        """
        name = self._reader.text(node, field, example)
        if name is None:
            return None
        taken = self._named.get(_folded(name))
        if taken is None:
            # A name that is refused below is known all the same, so that
            # whoever refers to it is not reported as well.
            self._named[_folded(name)] = _Named(name, field, node.line, person)
        elif taken.name == name:
            message = f"{quote(name)} is already {taken.field} in line {taken.line}"
            self._reader.refuse(node, field, f"{message}; write another name")
        else:
            message = f"{quote(name)} and {quote(taken.name)} ({taken.field} in line {taken.line})"
            fix = "write another name"
            self._reader.refuse(node, field, f"{message} differ only in case or spacing; {fix}")
        return name if self._well_formed(name, node, field) else None

    def refer(self, node: Node, field: str, *, person: bool = False) -> str | None:
        """Reads a name that was given before; with `person`, to a contact."""
        name = self._reader.text(node, field, "a name")
        if name is None:
            return None
        known = self._named.get(_folded(name))
        if known and known.name == name and person and not known.person:
            message = f"{quote(name)} is a rotation; write the name of a contact"
        elif (known and known.name == name) or not self._named:
            return name
        else:
            choices = [named.name for named in self._named.values() if named.person or not person]
            message = f"nobody is called {quote(name)}; {fix_for(name, choices)}"
        self._reader.refuse(node, field, message)
        return None

    def _well_formed(self, name: str, node: Node, field: str) -> bool:
        if len(name) > MAX_NAME_LENGTH:
            message = f"has {len(name)} characters; write at most {MAX_NAME_LENGTH}"
        elif any(unicodedata.category(character) == "Cc" for character in name):
            message = "has a control character or line break; write plain text on one line"
        elif _QUOTED.fullmatch(name):
            message = f"is in quotes that YAML takes for letters; write {quote(name[1:-1])}"
        elif _REORDERING.search(name):
            message = "has an invisible mark that reorders text; type the name anew"
        else:
            return True
        self._reader.refuse(node, field, message)
        return False


def _folded(name: str) -> str:
    """What two names have in common that nobody can tell apart when they are spoken."""
    visible = "".join(
        character
        for character in unicodedata.normalize("NFKC", name)
        if unicodedata.category(character) != "Cf"
    )
    return unicodedata.normalize("NFKC", "".join(visible.casefold().split()))
