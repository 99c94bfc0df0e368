"""The table in which every benchmark returns its figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: Seconds, bytes or US dollars, unless the column's name gives another unit.
Value = str | int | float | None
Row = Mapping[str, Value]

MAX_DECIMALS = 8


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        title: its heading.
        rows: values by column; every row has the same columns. None means not measured.
        note: how to read it, in a few sentences.
    """

    title: str
    rows: Sequence[Row]
    note: str = ""

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return list(self.rows[0]) if self.rows else []


def format_value(value: Value) -> str:
    """Format a value with three significant digits and thousands separators."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    if value == 0:
        return "0"
    rounded = float(f"{abs(value):.3g}")  # so that 0.9999 gets as many decimals as 1
    decimals = min(MAX_DECIMALS, max(0, 2 - math.floor(math.log10(rounded))))
    return f"{value:,.{decimals}f}"
