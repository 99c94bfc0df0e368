"""Recognize rosters, scenarios, events and settings in each other's place, and other encodings."""

from __future__ import annotations

import json
import re

#: Kinds of files: keys of which a file has all of one set, and where the file belongs.
_KINDS: dict[str, tuple[tuple[set[str], ...], str]] = {
    "an event": (({"detail-type"},), "`callout replay` or `--event`"),
    "a scenario": (({"expect"}, {"title", "roster"}, {"phones", "roster"}), "`callout simulate`"),
    "a roster": (({"contacts"},), "`callout roster check` or `--roster`"),
    "settings": (({"app", "context"},), "`--settings`"),
}
EVENT, SCENARIO, ROSTER, SETTINGS = _KINDS
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_TOP_KEY = re.compile(r"""^["']?([\w-]+)["']?[ \t]*:(?=\s|$)""", re.MULTILINE)
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def find_misfit(text: str, expected: str) -> tuple[int, int, str] | None:
    """Return line, column and a message if a text is not UTF-8, or a file of another kind.

    The text is decoded with `surrogateescape`. The message follows the name of the file.
    """
    if match := _NOT_UTF8.search(text):
        before = _LINE_BREAK.split(text[: match.start()])
        line, column = len(before), len(before[-1]) + 1
        byte = ord(match[0]) - 0xDC00
        return line, column, f"byte 0x{byte:02X} at line {line}, column {column}: save it as UTF-8"
    keys = _top_keys(text)
    found = [kind for kind, (sets, _) in _KINDS.items() if any(wanted <= keys for wanted in sets)]
    if not found or expected in found:
        return None
    return 1, 1, f"looks like {found[0]}, not {expected}: give it to {_KINDS[found[0]][1]}"


def _top_keys(text: str) -> set[str]:
    """Return the keys of a document in JSON or YAML, without reading all of the YAML."""
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return set(_TOP_KEY.findall(text))
    return set(document) if isinstance(document, dict) else set()
