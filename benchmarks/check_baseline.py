"""Fail if any count that is the same on every machine has grown: `make bench-check`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from benchmarks import baseline
from benchmarks.regression_counts import count_all
from local.simulation.system import VirtualSystem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

console = Console(highlight=False, soft_wrap=True)
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
    sys.exit(check_counts(counted, baseline.PATH, accept=accept))


def check_counts(counted: Mapping[str, int], path: Path, *, accept: bool) -> int:
    """Print differences from a baseline; return the exit code, 1 if a count grew.

    Args:
        counted: the current counts.
        path: the baseline file.
        accept: save the current counts as the new baseline and return 0.
    """
    comparison = baseline.compare(baseline.read(path), counted)
    for line in comparison.shrunk:
        console.print(f"less: {line}", markup=False)
    for line in comparison.grown:
        console.print(f"more: {line}", markup=False)
    if accept:
        baseline.write(counted, path)
        console.print(f"Accepted {len(counted)} counts.")
    elif comparison.grown:
        console.print(HOW_TO_ACCEPT)
        return 1
    else:
        console.print(f"{len(counted)} counts checked: none has grown.")
        if comparison.shrunk:
            console.print("To keep the smaller counts, run make bench-check ACCEPT=1.")
    return 0


if __name__ == "__main__":
    typer.run(main)
