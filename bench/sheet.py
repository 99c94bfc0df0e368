"""A table of figures: the one form in which parts give what they have measured."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: Times are in seconds, sizes in bytes, prices in US dollars, unless the column says otherwise.
Value = str | int | float | None
Row = Mapping[str, Value]

#: Places after the point, at most.
SMALLEST = 8


@dataclass(frozen=True)
class Sheet:
    """One table.

    Attributes:
        title: what it is of.
        rows: values by column, the same columns in each; a None was not measured.
        note: how to read it, in a sentence or two.
    """

    title: str
    rows: Sequence[Row]
    note: str = ""

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return list(self.rows[0]) if self.rows else []


def shown(value: Value) -> str:
    """Write a value as people read it: three digits that count, thousands apart."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    if value == 0:
        return "0"
    rounded = float(f"{abs(value):.3g}")  # else 0.9999 would have a digit more than 1
    places = min(SMALLEST, max(0, 2 - math.floor(math.log10(rounded))))
    return f"{value:,.{places}f}"
