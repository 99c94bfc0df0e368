"""Add mutes to a roster's text and remove them, keeping its comments and layout.

Only the mutes change: the positions of ruamel.yaml's nodes show where they are.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import CollectionNode

from callout.errors import CommandError
from oncall.roster.defaults_and_limits import MAX_BYTES_READ, MAX_MUTE
from oncall.roster.parsing.errors import RosterError
from oncall.roster.parsing.parser import parse
from oncall.roster.parsing.yaml_nodes import without_tabs

if TYPE_CHECKING:
    from collections.abc import Collection

    from oncall.roster.model import Mute, Roster

    #: A node of ruamel.yaml, or a key with its value.
    Entry = Any

_BYTE_ORDER_MARK = "\ufeff"
_DOCUMENT_END = re.compile(r"^\.\.\.", re.MULTILINE)
_COMMENT_LINES = re.compile(r"(?:^[ \t]*#[^\n]*\n)+\Z", re.MULTILINE)


def edit_mutes(
    text: str, roster: Roster, *, remove: Collection[int] = (), add: Mute | None = None
) -> str:
    """Return the text of a valid roster without some mutes (indexes), and with another one.

    Raises:
        CommandError: the roster is laid out in a way that this cannot edit.
    """
    kept = tuple(mute for index, mute in enumerate(roster.mutes) if index not in remove)
    body = edited = text.removeprefix(_BYTE_ORDER_MARK)
    try:
        for index in sorted(remove, reverse=True):
            edited = _without(edited, index)
        edited = _with(edited, add) if add else edited
        result = parse(edited, limit_bytes=MAX_BYTES_READ)
    except (RosterError, YAMLError, LookupError):
        result = None
    if result != replace(roster, mutes=(*kept, add) if add else kept):
        raise CommandError(
            "this roster's layout cannot be edited automatically: use callout roster pull and push"
        )
    return text.removesuffix(body) + edited


def _with(text: str, mute: Mute) -> str:
    """Append a mute to the list, or append the list."""
    root, mutes = _nodes(text)
    values = _values(mute)
    in_json = json.dumps(values, ensure_ascii=False)
    if mutes and mutes[1].flow_style:
        return _insert_in_flow(text, mutes[1], in_json)
    if root.flow_style:
        return _insert_in_flow(text, root, f'"mutes": [{in_json}]')
    quoted = {key: json.dumps(values[key], ensure_ascii=False) for key in ("match", "reason")}
    item = f"- {{{', '.join(f'{key}: {quoted.get(key, values[key])}' for key in values)}}}"
    if mutes:
        return _insert_lines(text, _line_end(text, mutes[1]), mutes[1].start_mark.column, item)
    end = _DOCUMENT_END.search(text)
    column = root.start_mark.column
    return _insert_lines(text, end.start() if end else len(text), column, "mutes:", f"  {item}")


def _without(text: str, index: int) -> str:
    """Remove a mute; the whole list if it is the only one."""
    root, mutes = _nodes(text)
    if mutes is None:
        raise LookupError
    parent = mutes[1]
    if len(parent.value) == 1:
        parent, index = root, root.value.index(mutes)
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


def _nodes(text: str) -> tuple[Any, Entry | None]:
    """Return the document, and its entry of mutes."""
    root = YAML(typ="safe", pure=True).compose(without_tabs(text))
    return root, next((entry for entry in root.value if entry[0].value == "mutes"), None)


def _values(mute: Mute) -> dict[str, str]:
    start = {} if mute.starts == mute.until - MAX_MUTE else {"from": mute.starts}
    times = {key: f"{time:%Y-%m-%dT%H:%M}" for key, time in (start | {"until": mute.until}).items()}
    return {"match": mute.match} | times | {"reason": mute.reason}


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
