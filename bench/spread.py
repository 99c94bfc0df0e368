"""What several measurements of one thing come to."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def median(values: Sequence[float]) -> float:
    """Give the median."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """Give the value that 95 in 100 are not above; of fewer than twenty, near the largest."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=20, method="inclusive")[-1]
