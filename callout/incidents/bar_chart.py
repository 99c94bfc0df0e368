"""Stacked bars, as fractions of the longest bar; the template scales them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class BarPart:
    """A part of a bar."""

    name: str  # the category that it counts
    count: int
    start: float  # start, length: as fractions of the longest bar, from 0 to 1
    length: float


@dataclass(frozen=True)
class Bar:
    """A bar."""

    label: str
    parts: tuple[BarPart, ...]  # its parts with a count, in stacking order
    total: int


def stack_bars(counts_by_label: Sequence[tuple[str, Mapping[str, int]]]) -> list[Bar]:
    """Stack the counts under each label; the longest bar has the length 1."""
    longest = max((sum(counts.values()) for _, counts in counts_by_label), default=0)
    bars = []
    for label, counts in counts_by_label:
        parts, total = [], 0
        for name, count in counts.items():
            if count:
                parts.append(BarPart(name, count, total / longest, count / longest))
                total += count
        bars.append(Bar(label, tuple(parts), total))
    return bars
