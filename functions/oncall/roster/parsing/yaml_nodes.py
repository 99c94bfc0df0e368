"""Parse YAML into tables, lists and texts, each with its position.

YAML 1.2, and therefore JSON. Every scalar stays a text as written (`+8613800138000`, `no`, `012`,
dates): its field decides what it means. Only the event parser of `ruamel.yaml` is used and no
object is constructed, so that tags cannot run code and aliases cannot multiply data. Its errors
are translated into messages that operators understand.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from oncall.roster.model import Problem, RosterError
from oncall.roster.parsing.errors import ROSTER, quote

# The format needs four levels (roster, contacts, contact, phones).
_MAX_DEPTH = 8

# Control characters, line separators that only some programs know, remains of bytes that were not
# UTF-8 (surrogates, U+FFFD), and a byte order mark that is not at the start.
_NOT_TEXT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffd-\uffff]"
)
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
# Tabs that only separate, after other text in a line: YAML allows them, ruamel.yaml does not.
_SEPARATING_TABS = re.compile(r"(?<=[^\s])[ \t]*\t[ \t]*")

# Errors of ruamel.yaml (its scanner.py and parser.py), and what to write instead; `{}` is the
# start of the unfinished element.
_MESSAGES_AT_ERROR = {
    r"mapping values are not allowed here": (
        "has an unexpected `:`; indent it like its neighbors, write a space after each colon and"
        " dash, and put quotes around text that contains `: `"
    ),
    r"sequence entries are not allowed here": (
        "has an unexpected `- `; start the list on its own line"
    ),
    r"expected <block end>, but found .*": (
        "is not aligned with its neighbors; start it exactly below the first key, or the first"
        " dash, of the list or table it belongs to"
    ),
    r"expected ',' or '([\]}])', but got .*": (
        r"is missing a comma, or the `\1` that closes what starts in {}; add it before this"
    ),
    r"expected alphabetic or numeric character, but found .*": (
        "has a `*` or `&`, which YAML reads as a reference; put quotes around the text"
    ),
    r"expected the node content, but found '-'": (
        "has an unexpected `-`: items in `[` and `]` are separated by commas; remove it"
    ),
    r"found character '(.)' that cannot start any token": (
        r"starts with `\1`, which is reserved in YAML; put quotes around the text"
    ),
}
# The same, for errors reported at the start of the element.
_MESSAGES_AT_START = {
    r"could not find expected ':'": "is not a key with a value; write a colon and a space after it",
    r"found unexpected end of stream": "starts a quote that is not closed; add the closing quote",
}


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
    in_braces: bool = False


Node = Text | Listing | Table


def parse_yaml(text: str) -> Node:
    """Return the document in a text.

    Raises:
        RosterError: with one problem, at the position where parsing stopped.
    """
    text = text.removeprefix("\ufeff")
    _reject_non_text(text)
    text = without_tabs(text)
    try:
        return _document(text)
    except RosterError:
        raise
    except MarkedYAMLError as error:
        raise RosterError([_syntax_problem(text, error)]) from error
    except (YAMLError, ValueError, LookupError, ArithmeticError) as error:
        # ruamel.yaml lets some internal errors through, such as ValueError from chr() of an invalid
        # escape. They have no position.
        raise _error(None, f"is not valid YAML ({quote(str(error))})") from error


def without_tabs(text: str) -> str:
    """Replace the tabs that YAML allows and ruamel.yaml rejects by as many spaces."""
    return _SEPARATING_TABS.sub(lambda tabs: " " * len(tabs.group()), text)


def is_text(text: str) -> bool:
    """Return whether a string is text, not binary data that was decoded as text."""
    return _NOT_TEXT.search(text.removeprefix("\ufeff")) is None


def _reject_non_text(text: str) -> None:
    match = _NOT_TEXT.search(text)
    if match is None:
        return
    before = _LINE_BREAK.split(text[: match.start()])
    message = f"contains U+{ord(match.group()):04X}, which is not text"
    fix = "save the roster as UTF-8 text"
    raise RosterError([Problem(len(before), len(before[-1]) + 1, ROSTER, f"{message}; {fix}")])


def _document(text: str) -> Node:
    events = iter(YAML(typ="safe", pure=True).parse(text))
    node: Node | None = None
    for event in events:
        if isinstance(event, DocumentStartEvent):
            if node is not None:
                raise _error(event.start_mark, "starts a second document; remove the `---`")
            node = _node(next(events), events, depth=1)
    if node is None or node == Text("", node.line, node.column):
        raise _error(None, "is empty; add `contacts:` with at least one name and phone")
    return node


def _node(event: Any, events: Iterator[Any], depth: int) -> Node:  # noqa: ANN401 (ruamel's events are untyped)
    mark = event.start_mark
    line, column = mark.line + 1, mark.column + 1
    _reject_references(event)
    if isinstance(event, ScalarEvent):
        return Text(_join_surrogates(event.value, mark), line, column)
    if depth > _MAX_DEPTH:
        raise _error(mark, f"is nested more than {_MAX_DEPTH} levels deep; remove levels")
    if isinstance(event, SequenceStartEvent):
        items = []
        while not isinstance(event := next(events), SequenceEndEvent):
            items.append(_node(event, events, depth + 1))
        return Listing(tuple(items), line, column)
    in_braces = bool(event.flow_style)
    entries = []
    while not isinstance(event := next(events), MappingEndEvent):
        mark = event.start_mark
        key = _node(event, events, depth + 1)
        if not isinstance(key, Text):
            raise _error(mark, "uses a list or table as a key; write a plain word")
        value = _node(next(events), events, depth + 1)
        if value == Text("", value.line, value.column):
            # An empty value: ruamel.yaml gives the position of the next token.
            value = Text("", key.line, key.column)
        entries.append((key, value))
    return Table(tuple(entries), line, column, in_braces)


def _reject_references(event: NodeEvent) -> None:
    if isinstance(event, AliasEvent):
        reference = quote(f"*{event.anchor}")
        fix = "write the value itself, a pattern in quotes"
        raise _error(event.start_mark, f"uses the alias {reference}; {fix}")
    if event.anchor is not None:
        reference = quote(f"&{event.anchor}")
        raise _error(event.start_mark, f"has the anchor {reference}; remove it")
    tag = getattr(event, "tag", None)
    if tag is not None:
        written = str(tag).replace("tag:yaml.org,2002:", "!!")
        raise _error(event.start_mark, f"has the tag {quote(written)}; remove it")


def _join_surrogates(value: str, mark: StringMark) -> str:
    # JSON writes a character beyond U+FFFF (such as a rare Han character) as two escapes.
    try:
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError as error:
        message = "contains half of an escaped character; type the character itself"
        raise _error(mark, message) from error


def _error(mark: StringMark | None, message: str) -> RosterError:
    return RosterError([_at(mark, message)])


def _syntax_problem(text: str, error: MarkedYAMLError) -> Problem:
    """Return an error of ruamel.yaml as a problem at the position to fix."""
    here, start = error.problem_mark or error.context_mark, error.context_mark
    if here and text[here.index : here.index + 1] == "\t":
        return _at(here, "is indented with a tab; use spaces")
    reason = " ".join(str(error.problem or error.context).split())
    if start and (message := _message(reason, _MESSAGES_AT_START)):
        return _at(start, message)
    if message := _message(reason, _MESSAGES_AT_ERROR):
        place = f"line {start.line + 1}, column {start.column + 1}" if start else "the lines above"
        return _at(here, message.replace("{}", place))
    fix = "check the indentation, quotes, colons and brackets above"
    return _at(here, f"is not valid YAML here ({reason}); {fix}")


def _message(reason: str, messages: dict[str, str]) -> str:
    for pattern, message in messages.items():
        if match := re.fullmatch(pattern, reason):
            return match.expand(message)
    return ""


def _at(mark: StringMark | None, message: str) -> Problem:
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Problem(line, column, ROSTER, message)
