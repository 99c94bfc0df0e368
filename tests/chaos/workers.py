"""Runs in several processes: each has a virtual system of its own, for as long as it lives."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from typing import TYPE_CHECKING

from local.virtual.system import VirtualSystem
from tests.chaos.random_storms import is_storm, storm_of
from tests.chaos.run import run
from tests.chaos.stories import story_of
from tests.chaos.storm_laws import storm_breaches
from tests.chaos.storm_run import play
from tests.chaos.storm_shown import storm_shown
from tests.chaos.tally import Result, result_of, result_of_storm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Runs that a process does before it takes more: few, for some take much longer than others.
AT_A_TIME = 5


def results(seeds: Iterable[int]) -> Iterator[Result]:
    """Run the story of each seed, in as many processes as there are processors."""
    # Spawned, not forked: a system is made of servers and threads.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        yield from pool.map(_one, seeds, chunksize=AT_A_TIME)


def _one(seed: int) -> Result:
    system = _system()
    try:
        if is_storm(seed):
            told = play(system, storm_of(seed))
            found = storm_breaches(told)
            timeline = system.connect.timeline
            return result_of_storm(told, found, storm_shown(told, found, timeline))
        return result_of(run(system, story_of(seed)), system.connect.timeline)
    except Exception as error:
        raise RuntimeError(f"make chaos SEED={seed}: {error!r}") from error


@cache
def _system() -> VirtualSystem:
    return VirtualSystem().__enter__()
