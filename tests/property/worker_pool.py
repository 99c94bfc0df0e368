"""Runs of seeds, in several processes: each has a virtual system for as long as it lives."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from typing import TYPE_CHECKING

from local.simulation.system import VirtualSystem
from tests.property.format_run import format_run, format_storm
from tests.property.random_scenarios import random_scenario
from tests.property.random_storms import is_storm, random_storm
from tests.property.run_scenario import run_and_compare
from tests.property.run_storm import run_storm
from tests.property.storm_invariants import find_storm_violations
from tests.property.summary import STORM, RunResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Runs that a process does before it takes more: few, for some take much longer than others.
AT_A_TIME = 5


def run_seed(system: VirtualSystem, seed: int) -> RunResult:
    """Run the scenario of a seed: a single page, or a storm."""
    if is_storm(seed):
        storm = run_storm(system, random_storm(seed))
        violations = find_storm_violations(storm)
        return RunResult(
            seed=seed,
            outcome=STORM,
            calls=len(storm.result.calls),
            injected=storm.injected,
            deterministic=False,
            differences=(),
            violations=violations,
            text=format_storm(storm, violations, system.connect.timeline),
            executions=len(storm.pages),
        )
    page = run_and_compare(system, random_scenario(seed))
    calls = len(page.observed.calls or ())
    return RunResult(
        seed=seed,
        outcome=page.observed.outcome,
        calls=calls,
        injected=page.injected,
        deterministic=not page.expected.may_page_twice
        and all(len(attempt.outcomes) == 1 for attempt in page.expected.attempts[:calls]),
        differences=tuple(page.differences),
        violations=page.violations,
        text=format_run(page, system.connect.timeline),
    )


def run_seeds(seeds: Iterable[int]) -> Iterator[RunResult]:
    """Run the scenario of each seed, in as many processes as there are processors."""
    # Spawned, not forked: a system is made of servers and threads.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        yield from pool.map(_run_seed, seeds, chunksize=AT_A_TIME)


def _run_seed(seed: int) -> RunResult:
    try:
        return run_seed(_system(), seed)
    except Exception as error:
        raise RuntimeError(f"make chaos SEED={seed}: {error!r}") from error


@cache
def _system() -> VirtualSystem:
    return VirtualSystem().__enter__()
