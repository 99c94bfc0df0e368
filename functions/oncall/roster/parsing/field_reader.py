"""Typed values out of a roster's nodes; everything that is wrong is collected."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

from oncall.roster.parsing.errors import ROSTER, Problem, quote
from oncall.roster.parsing.yaml_nodes import Listing, Node, Table, Text

_MOST_CHOICES_SHOWN = 8
# How alike two words are (difflib's ratio) of which one may be a slip of the other; at the
# library's 0.6, `retries` is taken for `overrides`.
_NEAR = 0.7


class Reader:
    """Reads the fields of one roster and remembers what is wrong with them.

    Every reading method returns None, or nothing, for a value it had to refuse, so that
    reading goes on and the operator sees all problems at once.

    Args:
        owners: of every key of the format, at any level, what it is a key of: `a contact`.
    """

    def __init__(self, owners: Mapping[str, str]) -> None:
        self.problems: list[Problem] = []
        self._owners = owners

    def refuse(self, node: Node, field: str, message: str) -> None:
        """Remembers what is wrong with a field, at the place of its node."""
        self.problems.append(Problem(node.line, node.column, field, message))

    def table(
        self, node: Node, field: str, keys: Mapping[str, str], required: Sequence[str]
    ) -> dict[str, Node]:
        """The values of a table under their keys, which must be among `keys`.

        A misspelt key is refused, and its value is still read as what was meant.

        Args:
            node: what should be a table.
            field: what it is in the roster.
            keys: every key it may have, with an example of a value.
            required: the keys it must have.
        """
        if not isinstance(node, Table):
            key, example = next(iter(keys.items()))
            fix = f"write keys and values, as in `{key}: {example}`"
            self.refuse(node, field, f"{_kind(node)}; {fix}")
            return {}
        values = self._values(node, field, tuple(keys))
        for key in required:
            if key not in values:
                message = f"is missing; write it, as in `{key}: {keys[key]}`"
                self.refuse(node, inside(field, key), message)
        return values

    def _values(self, node: Table, field: str, keys: Sequence[str]) -> dict[str, Node]:
        values: dict[str, Node] = {}
        places: dict[str, Text] = {}
        misspelt: list[tuple[str, Node]] = []
        for key, value in node.entries:
            name = key.value
            if name not in keys and name in self._owners:
                message = f"is a key of {self._owners[name]}; move it there, by its indentation"
                self.refuse(key, inside(field, name), message)
            elif name not in keys:
                meant = nearest(name, keys)
                self.refuse(key, inside(field, name), f"unknown key; {_instead(meant, keys)}")
                if meant:
                    misspelt.append((meant, value))
            elif name in values:
                first = places[name]
                message = f"stands twice, first in line {first.line}; remove one"
                self.refuse(key, inside(field, name), message)
            else:
                values[name], places[name] = value, key
        for name, value in misspelt:
            values.setdefault(name, value)
        return values

    def items(self, node: Node, field: str, example: str) -> list[tuple[str, Node]]:
        """The items of a list that must not be empty, each with its field."""
        if isinstance(node, Listing) and node.items:
            return [(f"{field}[{index}]", item) for index, item in enumerate(node.items)]
        what = "is an empty list" if isinstance(node, Listing) else _kind(node)
        self.refuse(node, field, f"{what}; write a list, as in {example}")
        return []

    def text(self, node: Node, field: str, example: str) -> str | None:
        """A text that is not empty, without the space around it."""
        if isinstance(node, Text) and node.value.strip():
            return node.value.strip()
        self.refuse(node, field, f"{_kind(node)}; write {example}")
        return None

    def whole_number(self, node: Node, field: str, lowest: int, highest: int) -> int | None:
        """A whole number between two limits, both allowed."""
        fix = f"write a whole number from {lowest} to {highest}"
        text = self.text(node, field, fix.removeprefix("write "))
        if text is None:
            return None
        if re.fullmatch(r"0|[1-9][0-9]{0,5}", text) and lowest <= int(text) <= highest:
            return int(text)
        self.refuse(node, field, f"is {quote(text)}; {fix}")
        return None

    def one_of(self, node: Node, field: str, choices: Sequence[str]) -> str | None:
        """One of several texts, spelt exactly so."""
        text = self.text(node, field, _list(choices))
        if text is None or text in choices:
            return text
        self.refuse(node, field, f"is {quote(text)}; {_instead(nearest(text, choices), choices)}")
        return None


def inside(field: str, key: str) -> str:
    """The field that a key of a table is: `contacts[1].phone`."""
    name = quote(key).strip("`")
    return name if field == ROSTER else f"{field}.{name}"


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that was probably meant, without regard to case; None if none is near."""
    spelt = {choice.casefold(): choice for choice in choices}
    near = difflib.get_close_matches(word.casefold(), spelt, n=1, cutoff=_NEAR)
    return spelt[near[0]] if near else None


def fix_for(word: str, choices: Sequence[str]) -> str:
    """What to write instead of a word that is none of the choices."""
    return _instead(nearest(word, choices), choices)


def _instead(meant: str | None, choices: Sequence[str]) -> str:
    return f"did you mean {quote(meant)}?" if meant else f"write {_list(choices)}"


def _list(choices: Sequence[str]) -> str:
    shown = ", ".join(quote(choice) for choice in choices[:_MOST_CHOICES_SHOWN])
    more = len(choices) - _MOST_CHOICES_SHOWN
    prefix = "one of " if len(choices) > 1 else ""
    return f"{prefix}{shown}{f' … ({more} more)' if more > 0 else ''}"


def _kind(node: Node) -> str:
    if isinstance(node, Text):
        return f"is the text {quote(node.value)}" if node.value.strip() else "is empty"
    if isinstance(node, Listing):
        return "is a list" if node.items else "is an empty list"
    return "is a table of keys and values"
