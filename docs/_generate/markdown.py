"""Markdown that can be read as it stands: lines of 100 columns, tables as narrow as they can be."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COLUMNS = 100
#: In place of a space within code, at which a line is not to be broken.
_UNBROKEN = "\N{NO-BREAK SPACE}"


def item(text: str, level: int = 0) -> str:
    """Give an item of a list, at a level from 0."""
    indent = "  " * level
    return _filled(text, f"{indent}- ", f"{indent}  ")


def paragraph(text: str) -> str:
    """Give a paragraph."""
    return _filled(text)


def _filled(text: str, first: str = "", indent: str = "") -> str:
    whole = re.sub(r"`[^`]*`", lambda code: code[0].replace(" ", _UNBROKEN), " ".join(text.split()))
    filled = textwrap.fill(
        whole,
        COLUMNS,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return filled.replace(_UNBROKEN, " ")


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Give a table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def either(words: Sequence[str]) -> str:
    """Name alternatives: `a`, `b` or `c`."""
    *others, last = [f"`{word}`" for word in words]
    return f"{', '.join(others)} or {last}" if others else last
