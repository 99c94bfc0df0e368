"""Compares counts with those that were accepted: what grew, and what became less."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH = Path(__file__).with_name("baseline.json")
#: Parts of one by which a size may grow; a count may not grow at all.
BYTES_TOLERANCE = 0.01
#: How the name of a size ends.
BYTES = "bytes"


@dataclass(frozen=True)
class Comparison:
    """What differs, a line each.

    Attributes:
        grown: beyond what is tolerated.
        shrunk: smaller than accepted; nothing is wrong with that.
    """

    grown: tuple[str, ...]
    shrunk: tuple[str, ...]


def compare(accepted: Mapping[str, int], counted: Mapping[str, int]) -> Comparison:
    """Compare; what is missing on either side counts as none."""
    grown, shrunk = [], []
    for name in sorted({*accepted, *counted}):
        before, now = accepted.get(name, 0), counted.get(name, 0)
        line = f"{name}: {before:,} -> {now:,} ({now - before:+,})"
        if now > before + tolerated(name, before):
            grown.append(line)
        elif now < before - tolerated(name, before):
            shrunk.append(line)
    return Comparison(tuple(grown), tuple(shrunk))


def tolerated(name: str, count: int) -> int:
    """Say by how much something may differ without a word."""
    return int(count * BYTES_TOLERANCE) if name.endswith(BYTES) else 0


def read(path: Path = PATH) -> dict[str, int]:
    """Read what was accepted; nothing where nothing was."""
    found: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
    return found


def write(counted: Mapping[str, int], path: Path = PATH) -> None:
    """Accept these counts."""
    path.write_text(json.dumps(counted, indent=1, sort_keys=True) + "\n")
