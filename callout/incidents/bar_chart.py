"""Stacked bars, as fractions of the longest: what draws them gives them their size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Part:
    """A part of a bar.

    Attributes:
        name: what it counts.
        count: how many.
        starts, length: of the longest bar's length, 0 to 1.
    """

    name: str
    count: int
    starts: float
    length: float


@dataclass(frozen=True)
class Bar:
    """A bar.

    Attributes:
        label: what it is of.
        parts: those that there are, in the order in which they are stacked.
        total: sum of their counts.
    """

    label: str
    parts: tuple[Part, ...]
    total: int


def stacked(counted: Sequence[tuple[str, Mapping[str, int]]]) -> list[Bar]:
    """Stack what was counted under each label; the longest bar has the length 1."""
    most = max((sum(counts.values()) for _, counts in counted), default=0)
    bars = []
    for label, counts in counted:
        parts, below = [], 0
        for name, count in counts.items():
            if count:
                parts.append(Part(name, count, below / most, count / most))
                below += count
        bars.append(Bar(label, tuple(parts), below))
    return bars
