"""Runs of seeds, in several processes: each has a virtual system for as long as it lives."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from typing import TYPE_CHECKING

from local.simulation.system import VirtualSystem
from tests.property.format_run import shown, storm_shown
from tests.property.random_scenarios import scenario_of
from tests.property.random_storms import is_storm, storm_of
from tests.property.run_scenario import run
from tests.property.run_storm import run_storm
from tests.property.storm_invariants import storm_breaches
from tests.property.summary import STORM, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Runs that a process does before it takes more: few, for some take much longer than others.
AT_A_TIME = 5


def result_of(system: VirtualSystem, seed: int) -> Result:
    """Run the scenario of a seed: a single page, or a storm."""
    if is_storm(seed):
        storm = run_storm(system, storm_of(seed))
        found = storm_breaches(storm)
        return Result(
            seed=seed,
            ending=STORM,
            calls=len(storm.result.calls),
            struck=storm.struck,
            one_ending=False,
            wrong=(),
            breaches=found,
            text=storm_shown(storm, found, system.connect.timeline),
            pages=len(storm.pages),
        )
    told = run(system, scenario_of(seed))
    made = len(told.seen.calls or ())
    return Result(
        seed=seed,
        ending=told.seen.ending,
        calls=made,
        struck=told.struck,
        one_ending=not told.expected.paged_twice
        and all(len(attempt.outcomes) == 1 for attempt in told.expected.attempts[:made]),
        wrong=tuple(told.wrong),
        breaches=told.breaches,
        text=shown(told, system.connect.timeline),
    )


def results(seeds: Iterable[int]) -> Iterator[Result]:
    """Run the scenario of each seed, in as many processes as there are processors."""
    # Spawned, not forked: a system is made of servers and threads.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        yield from pool.map(_result, seeds, chunksize=AT_A_TIME)


def _result(seed: int) -> Result:
    try:
        return result_of(_system(), seed)
    except Exception as error:
        raise RuntimeError(f"make chaos SEED={seed}: {error!r}") from error


@cache
def _system() -> VirtualSystem:
    return VirtualSystem().__enter__()
