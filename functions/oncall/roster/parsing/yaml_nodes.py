"""A roster's text as nodes: tables, lists and texts, each with its place.

YAML 1.2 and therefore JSON. Every scalar stays the text that was written
(`+8613800138000`, `no`, `012` and dates keep their spelling): what a text
means is decided by the field it stands in. Only the parser of `ruamel.yaml`
is used, which makes events; nothing in a roster is ever constructed, so a tag
cannot run anything and an alias cannot multiply anything.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from oncall.roster.parsing.errors import Problem, RosterError, quote
from oncall.roster.parsing.yaml_errors import syntax_problem

# The format needs four levels (roster, contacts, contact, phones).
_DEEPEST = 8

# Control characters, separators that break lines only for some readers, what is left of bytes
# that were not UTF-8 (surrogates, U+FFFD), and a byte order mark that is not at the beginning.
_NOT_TEXT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffd-\uffff]"
)
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
# A tab after something else in its line only separates; YAML allows it, ruamel.yaml does not.
_SEPARATING_TABS = re.compile(r"(?<=[^\s])[ \t]*\t[ \t]*")


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar as written; `line` and `column` from 1."""

    value: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A sequence; `line` and `column` from 1."""

    items: "tuple[Node, ...]"
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping, in the order written, equal keys included; `line` and `column` from 1."""

    entries: "tuple[tuple[Text, Node], ...]"
    line: int
    column: int


Node = Text | Listing | Table


def read(text: str) -> Node:
    """The document that a roster's text is.

    Raises:
        RosterError: with one problem, at the place where reading had to stop.
    """
    text = text.removeprefix("\ufeff")
    _refuse_what_is_not_text(text)
    text = _SEPARATING_TABS.sub(lambda tabs: " " * len(tabs.group()), text)
    try:
        return _document(text)
    except RosterError:
        raise
    except MarkedYAMLError as error:
        raise RosterError([syntax_problem(text, error)]) from error
    except (YAMLError, ValueError, LookupError, ArithmeticError) as error:
        # ruamel.yaml lets some errors of its own calls through: chr() of an escape
        # that is no character raises ValueError. They carry no place.
        raise _stop(1, 1, f"cannot be read as YAML ({quote(str(error))})") from error


def is_text(text: str) -> bool:
    """Whether it is one: a photo is none, however its bytes were read."""
    return _NOT_TEXT.search(text.removeprefix("\ufeff")) is None


def _refuse_what_is_not_text(text: str) -> None:
    odd = _NOT_TEXT.search(text)
    if odd is None:
        return
    before = _LINE_BREAK.split(text[: odd.start()])
    raise _stop(
        len(before),
        len(before[-1]) + 1,
        f"holds U+{ord(odd.group()):04X}, which is not text; save the roster as plain UTF-8 text",
    )


def _document(text: str) -> Node:
    events = iter(YAML(typ="safe", pure=True).parse(text))
    node: Node | None = None
    for event in events:
        if isinstance(event, DocumentStartEvent):
            if node is not None:
                line, column = _place(event)
                raise _stop(line, column, "is a second document; write one roster, without `---`")
            node = _node(next(events), events, depth=1)
    if node is None or node == Text("", node.line, node.column):
        raise _stop(1, 1, "is empty; write `contacts:` with at least one name and phone")
    return node


def _node(event: Any, events: Iterator[Any], depth: int) -> Node:  # noqa: ANN401 (ruamel's events are untyped)
    line, column = _place(event)
    _refuse_references(event, line, column)
    if isinstance(event, ScalarEvent):
        return Text(_joined(event.value, line, column), line, column)
    if depth > _DEEPEST:
        raise _stop(line, column, f"is nested more than {_DEEPEST} deep; write it flat")
    if isinstance(event, SequenceStartEvent):
        items = []
        while not isinstance(event := next(events), SequenceEndEvent):
            items.append(_node(event, events, depth + 1))
        return Listing(tuple(items), line, column)
    entries = []
    while not isinstance(event := next(events), MappingEndEvent):
        key = _node(event, events, depth + 1)
        if not isinstance(key, Text):
            raise _stop(key.line, key.column, "has a list or table for a key; write a plain word")
        value = _node(next(events), events, depth + 1)
        if value == Text("", value.line, value.column):
            # Nothing was written: ruamel.yaml then gives the place of whatever follows.
            value = Text("", key.line, key.column)
        entries.append((key, value))
    return Table(tuple(entries), line, column)


def _refuse_references(event: NodeEvent, line: int, column: int) -> None:
    if isinstance(event, AliasEvent):
        reference = quote(f"*{event.anchor}")
        raise _stop(line, column, f"has the alias {reference}; write the value itself")
    if event.anchor is not None:
        reference = quote(f"&{event.anchor}")
        raise _stop(line, column, f"has the anchor {reference}; remove it")
    tag = getattr(event, "tag", None)
    if tag is not None:
        written = str(tag).replace("tag:yaml.org,2002:", "!!")
        raise _stop(line, column, f"has the tag {quote(written)}; remove it")


def _joined(value: str, line: int, column: int) -> str:
    # JSON writes a character beyond U+FFFF (a rare Han character, say) as two escapes.
    try:
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError as error:
        raise _stop(line, column, "has half of an escaped character; write it plainly") from error


def _place(event: Any) -> tuple[int, int]:  # noqa: ANN401 (ruamel's events are untyped)
    return event.start_mark.line + 1, event.start_mark.column + 1


def _stop(line: int, column: int, message: str) -> RosterError:
    return RosterError([Problem(line, column, "roster", message)])
