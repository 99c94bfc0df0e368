"""`make chaos`: some hundred stories at random, each against the model and the laws."""

from __future__ import annotations

import sys
import time
from typing import Annotated

import typer
from rich.console import Console

from local.virtual.system import VirtualSystem
from tests.chaos.burst import burst_of, measures
from tests.chaos.random_storms import is_storm, storm_of
from tests.chaos.run import run
from tests.chaos.shown import show
from tests.chaos.stories import story_of
from tests.chaos.storm_laws import storm_breaches
from tests.chaos.storm_run import play
from tests.chaos.storm_shown import storm_shown
from tests.chaos.tally import Tally
from tests.chaos.workers import results

console = Console(highlight=False, soft_wrap=True)


def main(
    runs: Annotated[int, typer.Option(min=1, help="How many stories.")] = 500,
    first: Annotated[int, typer.Option(min=0, help="The first one's seed.")] = 0,
    seed: Annotated[int | None, typer.Option(min=0, help="Only this one, told in full.")] = None,
    storm: Annotated[int | None, typer.Option(min=1, help="So many pages at once.")] = None,
) -> None:
    """Tell stories at random, and say what came of them."""
    if storm is not None:
        sys.exit(burst(storm))
    if seed is not None:
        sys.exit(replay(seed))
    began = time.monotonic()
    tally = Tally()
    for result in results(range(first, first + runs)):
        tally.add(result)
        if result.failed:
            console.print(result.told, markup=False)
            console.print(f"  again: make chaos SEED={result.seed}\n")
    console.print(tally.table(time.monotonic() - began))
    sys.exit(1 if tally.failed else 0)


def replay(seed: int) -> int:
    """Tell one story in full; 1 where something is wrong with it."""
    with VirtualSystem() as system:
        if is_storm(seed):
            storm = play(system, storm_of(seed))
            found = storm_breaches(storm)
            console.print(storm_shown(storm, found, system.connect.timeline), markup=False)
            return 1 if found.all else 0
        told = run(system, story_of(seed))
        show(console, told, system.connect.timeline)
    return 1 if told.failed else 0


def burst(pages: int) -> int:
    """Have so many different things happen within a second; 1 where something is wrong."""
    with VirtualSystem() as system:
        told = play(system, burst_of(pages))
    found = storm_breaches(told)
    console.print(measures(told))
    for line in found.all:
        console.print(f"  {line}", markup=False)
    return 1 if found.all else 0


if __name__ == "__main__":
    typer.run(main)
