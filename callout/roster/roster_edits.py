"""Edit the mutes, overrides and PINs in a roster's text, keeping its comments and layout.

Only these change: the positions of ruamel.yaml's nodes show where they are.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import CollectionNode

from callout.errors import CommandError
from oncall.roster.defaults_and_limits import MAX_BYTES_READ, MAX_MUTE
from oncall.roster.model import Mute, Override, Roster, RosterError
from oncall.roster.parsing.parser import parse
from oncall.roster.parsing.yaml_nodes import without_tabs

#: A node of ruamel.yaml, or a key with its value.
Entry = Any

_TIMES = ("from", "until")
_BYTE_ORDER_MARK = "\ufeff"
_DOCUMENT_END = re.compile(r"^\.\.\.", re.MULTILINE)
_COMMENT_LINES = re.compile(r"(?:^[ \t]*#[^\n]*\n)+\Z", re.MULTILINE)


def edit_mutes(
    text: str, roster: Roster, *, remove: Collection[int] = (), add: Mute | None = None
) -> str:
    """Return the text of a valid roster with mutes removed (by index) and one added.

    Raise CommandError, like the functions below, if its layout cannot be edited automatically.
    """
    kept = tuple(mute for index, mute in enumerate(roster.mutes) if index not in remove)
    expected = replace(roster, mutes=(*kept, add) if add else kept)
    return _edit_list(text, "mutes", expected, remove=remove, add=[_mute(add)] if add else [])


def add_overrides(text: str, roster: Roster, overrides: Sequence[Override]) -> str:
    """Return the text of a valid roster with overrides added, which must not overlap others."""
    expected = replace(roster, overrides=(*roster.overrides, *overrides))
    return _edit_list(text, "overrides", expected, add=[*map(_override, overrides)])


def remove_overrides(text: str, remove: Collection[int]) -> str:
    """Return the text of an edited roster with overrides removed (by index)."""
    roster = parse(text.removeprefix(_BYTE_ORDER_MARK), limit_bytes=MAX_BYTES_READ)
    kept = tuple(item for index, item in enumerate(roster.overrides) if index not in remove)
    return _edit_list(text, "overrides", replace(roster, overrides=kept), remove=remove)


def edit_pin(text: str, roster: Roster, name: str, stored: str) -> str:
    """Return the text of a valid roster with the hashed PIN of a contact; "" removes it."""
    index = roster.contacts.index(roster.contact(name))
    contacts = list(roster.contacts)
    contacts[index] = replace(contacts[index], pin=stored)
    expected = replace(roster, contacts=tuple(contacts))
    return _edit(text, expected, lambda body: _with_pin(body, index, stored))


def line_of(text: str, key: str, index: int) -> int:
    """Return the line (from 1) on which a list item of a valid roster starts."""
    _, entry = _nodes(text.removeprefix(_BYTE_ORDER_MARK), key)
    return int(entry[1].value[index].start_mark.line) + 1 if entry else 0


def _edit_list(
    text: str,
    key: str,
    expected: Roster,
    *,
    remove: Collection[int] = (),
    add: Iterable[Mapping[str, str]] = (),
) -> str:
    """Remove items of a list (indexes) and append others, if `expected` is the result."""

    def edit(body: str) -> str:
        for index in sorted(remove, reverse=True):
            body = _without(body, key, index)
        for values in add:
            body = _with(body, key, values)
        return body

    return _edit(text, expected, edit)


def _edit(text: str, expected: Roster, edit: Callable[[str], str]) -> str:
    """Return an edited text, if `expected` is the result."""
    body = edited = text.removeprefix(_BYTE_ORDER_MARK)
    try:
        edited = edit(body)
        result = parse(edited, limit_bytes=MAX_BYTES_READ)
    except (RosterError, YAMLError, LookupError):
        result = None
    if result != expected:
        raise CommandError(
            "this roster's layout cannot be edited automatically: use callout roster pull and push"
        )
    return text.removesuffix(body) + edited


def _with(text: str, key: str, values: Mapping[str, str]) -> str:
    """Append an item to the list, or append the list."""
    root, entry = _nodes(text, key)
    in_json = json.dumps(values, ensure_ascii=False)
    if entry and entry[1].flow_style:
        return _insert_in_flow(text, entry[1], in_json)
    if root.flow_style:
        return _insert_in_flow(text, root, f'"{key}": [{in_json}]')
    # Times need no quotes.
    fields = {
        name: value if name in _TIMES else json.dumps(value, ensure_ascii=False)
        for name, value in values.items()
    }
    item = f"- {{{', '.join(f'{name}: {value}' for name, value in fields.items())}}}"
    if entry:
        return _insert_lines(text, _line_end(text, entry[1]), entry[1].start_mark.column, item)
    end = _DOCUMENT_END.search(text)
    column = root.start_mark.column
    return _insert_lines(text, end.start() if end else len(text), column, f"{key}:", f"  {item}")


def _with_pin(text: str, index: int, stored: str) -> str:
    """Set or remove the PIN of the contact at an index."""
    root, entry = _nodes(text, "contacts")
    contact = entry[1].value[index] if entry else root
    key, value = ('"pin"', f'"{stored}"') if root.flow_style else ("pin", stored)
    place = next((n for n, (each, _) in enumerate(contact.value) if each.value == "pin"), None)
    if place is None:
        if not stored:
            return text
        if contact.flow_style:
            return _insert_in_flow(text, contact, f"{key}: {value}")
        column, end = contact.start_mark.column, _line_end(text, contact.value[-1])
        return _insert_lines(text, end, column, f"{key}: {value}")
    known = contact.value[place]
    if stored:
        return text[: known[1].start_mark.index] + value + text[_end(text, known) :]
    if contact.flow_style and place:
        return text[: _end(text, contact.value[place - 1])] + text[_end(text, known) :]
    start = text.rfind("\n", 0, _start(known)) + 1
    return text[:start] + text[_line_end(text, known) :]


def _without(text: str, key: str, index: int) -> str:
    """Remove an item of a list; the whole list if it is the only one."""
    root, entry = _nodes(text, key)
    if entry is None:
        raise LookupError
    parent = entry[1]
    if len(parent.value) == 1:
        parent, index = root, root.value.index(entry)
    entries = parent.value
    start, end = _start(entries[index]), _end(text, entries[index])
    if parent.flow_style:
        if index + 1 < len(entries):
            return text[:start] + text[_start(entries[index + 1]) :]
        return text[: _end(text, entries[index - 1])] + text[end:]
    if parent is not root:
        # The item's dash follows the item before it; the comment above belongs to the item.
        before = _end(text, entries[index - 1]) if index else parent.start_mark.index
        start = text.rindex("-", before, start)
    start = text.rfind("\n", 0, start) + 1
    if parent is not root and (comment := _COMMENT_LINES.search(text, 0, start)):
        start = comment.start()
    return text[:start] + text[_line_end(text, entries[index]) :]


def _nodes(text: str, key: str) -> tuple[Any, Entry | None]:
    """Return the document, and its entry of a list."""
    root = YAML(typ="safe", pure=True).compose(without_tabs(text))
    return root, next((entry for entry in root.value if entry[0].value == key), None)


def _mute(mute: Mute) -> dict[str, str]:
    start = {} if mute.starts == mute.until - MAX_MUTE else {"from": format_local(mute.starts)}
    times = start | {"until": format_local(mute.until)}
    return {"match": mute.match} | times | {"reason": mute.reason}


def _override(override: Override) -> dict[str, str]:
    times = {"from": format_local(override.starts), "until": format_local(override.until)}
    return times | {"replace": override.replaced, "with": override.substitute}


def format_local(time: datetime) -> str:
    """Return a local time as rosters write it."""
    return f"{time:%Y-%m-%dT%H:%M}"


def _insert_in_flow(text: str, parent: Any, new: str) -> str:  # noqa: ANN401 (untyped nodes)
    """Append an entry to a list or table in brackets, on its own line like the first one."""
    end, first = _end(text, parent.value[-1]), parent.value[0]
    mark = (first[0] if isinstance(first, tuple) else first).start_mark
    own_line = mark.line > parent.start_mark.line
    return text[:end] + (f",\n{' ' * mark.column}" if own_line else ", ") + new + text[end:]


def _insert_lines(text: str, at: int, column: int, *lines: str) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    missing = newline if at and text[at - 1] != "\n" else ""
    new = "".join(f"{' ' * column}{line}{newline}" for line in lines)
    return text[:at] + missing + new + text[at:]


def _start(entry: Entry) -> int:
    node = entry[0] if isinstance(entry, tuple) else entry
    return int(node.start_mark.index)


def _end(text: str, entry: Entry) -> int:
    """Return the index after an entry; ruamel.yaml's end of a block is that of what follows it."""
    node = entry[1] if isinstance(entry, tuple) else entry
    if isinstance(node, CollectionNode) and not node.flow_style:
        return _end(text, node.value[-1])
    return len(text[: node.end_mark.index].rstrip())


def _line_end(text: str, entry: Entry) -> int:
    """Return the index after the last line of an entry, with its comment."""
    newline = text.find("\n", _end(text, entry))
    return len(text) if newline < 0 else newline + 1
