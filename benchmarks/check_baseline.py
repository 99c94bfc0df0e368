"""Fail if any count that is the same on every machine has grown: `make bench-check`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benchmarks.regression_counts import count_all
from local.simulation.system import VirtualSystem

if TYPE_CHECKING:
    from collections.abc import Mapping

BASELINE = Path(__file__).with_name("baseline.json")
#: The fraction by which a size may grow. A count may not grow at all.
BYTES_TOLERANCE = 0.01
HOW_TO_ACCEPT = (
    "If the change needs this growth, run make bench-check ACCEPT=1: it updates baseline.json"
    " and give the reason in the commit message."
)


def main(
    accept: Annotated[bool, typer.Option(help="Save the counts as the new baseline.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Count, and compare with benchmarks/baseline.json."""
    with VirtualSystem() as system:
        counted = count_all(system)
    sys.exit(check_counts(counted, BASELINE, accept=accept))


def check_counts(counted: Mapping[str, int], path: Path, *, accept: bool) -> int:
    """Print differences from a baseline file; return the exit code, 1 if a count grew.

    Args:
        counted: the current counts.
        path: the baseline file; without it every count is new.
        accept: save the current counts as the new baseline and return 0.
    """
    grown, shrunk = compare(json.loads(path.read_text()) if path.exists() else {}, counted)
    for line in [*(f"less: {line}" for line in shrunk), *(f"more: {line}" for line in grown)]:
        typer.echo(line)
    if accept:
        path.write_text(json.dumps(counted, indent=1, sort_keys=True) + "\n")
        typer.echo(f"Accepted {len(counted)} counts.")
    elif grown:
        typer.echo(HOW_TO_ACCEPT)
        return 1
    else:
        typer.echo(f"{len(counted)} counts checked: none has grown.")
        if shrunk:
            typer.echo("To keep the smaller counts, run make bench-check ACCEPT=1.")
    return 0


def compare(accepted: Mapping[str, int], counted: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """List the counts that grew and those that shrank; a name missing on one side counts as 0."""
    grown, shrunk = [], []
    for name in sorted({*accepted, *counted}):
        before, now = accepted.get(name, 0), counted.get(name, 0)
        tolerance = int(before * BYTES_TOLERANCE) if name.endswith("bytes") else 0
        line = f"{name}: {before:,} -> {now:,} ({now - before:+,})"
        if now > before + tolerance:
            grown.append(line)
        elif now < before - tolerance:
            shrunk.append(line)
    return grown, shrunk


if __name__ == "__main__":
    typer.run(main)
