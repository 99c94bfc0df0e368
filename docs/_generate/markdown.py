"""Format Markdown with lines of at most 100 columns; tables are not wrapped."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COLUMNS = 100
#: Replaces spaces within code, so that lines are not broken there.
_UNBROKEN = "\N{NO-BREAK SPACE}"


def item(text: str, level: int = 0) -> str:
    """Return a list item, at a nesting level from 0."""
    indent = "  " * level
    return _wrap(text, f"{indent}- ", f"{indent}  ")


def paragraph(text: str) -> str:
    """Return a paragraph."""
    return _wrap(text)


def _wrap(text: str, first: str = "", indent: str = "") -> str:
    joined = " ".join(text.split())
    unbroken = re.sub(r"`[^`]*`", lambda code: code[0].replace(" ", _UNBROKEN), joined)
    wrapped = textwrap.fill(
        unbroken,
        COLUMNS,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapped.replace(_UNBROKEN, " ")


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def alternatives(words: Sequence[str]) -> str:
    """Return a list of alternatives: `a`, `b` or `c`."""
    *others, last = [f"`{word}`" for word in words]
    return f"{', '.join(others)} or {last}" if others else last
