"""`make bench-check`: whether anything has grown that is the same on every machine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bench import baseline
from bench.counts import counts
from bench.patience import virtual_system

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

console = Console(highlight=False, soft_wrap=True)
HOW = (
    "If that is what it takes: make bench-check ACCEPT=1 rewrites bench/baseline.json; say in the"
    " commit why."
)


def main(
    accept: Annotated[bool, typer.Option(help="Take what is counted now as the baseline.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Count, and compare with bench/baseline.json."""
    with virtual_system() as system:
        counted = counts(system)
    sys.exit(verdict(counted, baseline.PATH, accept=accept))


def verdict(counted: Mapping[str, int], path: Path, *, accept: bool) -> int:
    """Say what differs from the baseline in a file; 1 where something has grown.

    Args:
        counted: the counts of now.
        path: of the baseline.
        accept: whether these are the baseline from now on, whatever they are.
    """
    found = baseline.compare(baseline.read(path), counted)
    for line in found.shrunk:
        console.print(f"less: {line}", markup=False)
    for line in found.grown:
        console.print(f"more: {line}", markup=False)
    if accept:
        baseline.write(counted, path)
        console.print(f"accepted: {len(counted)} counts")
    elif found.grown:
        console.print(HOW)
        return 1
    else:
        console.print(f"{len(counted)} counts, none of them more than accepted")
        if found.shrunk:
            console.print("make bench-check ACCEPT=1 keeps what has become less")
    return 0


if __name__ == "__main__":
    typer.run(main)
