"""Compare counts with the accepted baseline."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH = Path(__file__).with_name("baseline.json")
#: The fraction by which a size may grow. A count may not grow at all.
BYTES_TOLERANCE = 0.01
#: The suffix of names that are sizes.
BYTES_SUFFIX = "bytes"


@dataclass(frozen=True)
class Comparison:
    """The differences, one line each.

    Attributes:
        grown: counts that grew beyond their tolerance.
        shrunk: counts that shrank beyond their tolerance; not an error.
    """

    grown: tuple[str, ...]
    shrunk: tuple[str, ...]


def compare(accepted: Mapping[str, int], counted: Mapping[str, int]) -> Comparison:
    """Compare two sets of counts; a name missing on one side counts as 0."""
    grown, shrunk = [], []
    for name in sorted({*accepted, *counted}):
        before, now = accepted.get(name, 0), counted.get(name, 0)
        line = f"{name}: {before:,} -> {now:,} ({now - before:+,})"
        if now > before + tolerance(name, before):
            grown.append(line)
        elif now < before - tolerance(name, before):
            shrunk.append(line)
    return Comparison(tuple(grown), tuple(shrunk))


def tolerance(name: str, count: int) -> int:
    """Return the difference that is not reported for a count."""
    return int(count * BYTES_TOLERANCE) if name.endswith(BYTES_SUFFIX) else 0


def read(path: Path = PATH) -> dict[str, int]:
    """Read the accepted counts; empty if the file does not exist."""
    accepted: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
    return accepted


def write(counted: Mapping[str, int], path: Path = PATH) -> None:
    """Save counts as the accepted ones."""
    path.write_text(json.dumps(counted, indent=1, sort_keys=True) + "\n")
