"""Run seeds in several processes, each with its own virtual system, and count the results."""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from typing import TYPE_CHECKING

from local.simulation.system import VirtualSystem
from tests.property.format_run import format_run, format_storm
from tests.property.invariants import InvariantViolations
from tests.property.random_scenarios import random_scenario
from tests.property.random_storms import is_storm, random_storm
from tests.property.run_scenario import run_and_compare
from tests.property.run_storm import run_storm
from tests.property.storm_invariants import find_storm_violations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

STORM = "storm"
#: Seeds that a process takes at a time: few, because some runs take much longer than others.
CHUNK_SIZE = 5


@dataclass(frozen=True)
class RunResult:
    """The result of a seed; processes exchange it."""

    seed: int
    outcome: str  # of the page, or STORM
    calls: int
    injected: Counter[tuple[str, str]]  # faults, by place and kind
    deterministic: bool  # whether the model allows only this outcome of each call
    differences: tuple[str, ...]  # between the model and the result
    violations: InvariantViolations
    text: str  # the run, for a person
    executions: int = 1

    @property
    def failed(self) -> bool:
        """Whether the run differs from the model or breaks an invariant."""
        return bool(self.differences or self.violations.all)


def summarize(results: Sequence[RunResult], seconds: float) -> str:
    """Return the summary of runs that took this many real seconds."""
    injected = sum((result.injected for result in results), Counter[tuple[str, str]]())
    kinds: Counter[str] = Counter()
    for (_, kind), count in injected.items():
        kinds[kind] += count
    outcomes = Counter(result.outcome for result in results)
    violations = zip(*(result.violations for result in results), strict=True)

    rows: list[tuple[str, object]] = [
        ("runs", len(results)),
        *((f"  {outcome}", count) for outcome, count in outcomes.most_common()),
        ("executions", sum(result.executions for result in results)),
        ("calls", sum(result.calls for result in results)),
        ("one outcome allowed by the model", sum(result.deterministic for result in results)),
        ("runs with faults", sum(bool(result.injected) for result in results)),
        ("faults", injected.total()),
        *((f"  {kind}", count) for kind, count in sorted(kinds.items())),
        ("different from the model", sum(bool(result.differences) for result in results)),
        *(
            (f"violations: {invariant.replace('_', ' ')}", sum(map(len, found)))
            for invariant, found in zip(InvariantViolations._fields, violations, strict=True)
        ),
        ("seconds", f"{seconds:.0f}"),
    ]
    return "\n".join(f"{name:36}{value}" for name, value in rows)


def run_seed(system: VirtualSystem, seed: int) -> RunResult:
    """Run the page or the storm of a seed."""
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
            text=format_storm(storm, violations),
            executions=len(storm.pages),
        )
    page = run_and_compare(system, random_scenario(seed))
    calls = len(page.result.call_outcomes)
    return RunResult(
        seed=seed,
        outcome=page.result.page.outcome,
        calls=calls,
        injected=page.injected,
        deterministic=not page.expected.may_page_twice
        and all(len(attempt.outcomes) == 1 for attempt in page.expected.attempts[:calls]),
        differences=tuple(page.differences),
        violations=page.violations,
        text=format_run(page),
    )


def run_seeds(seeds: Iterable[int]) -> Iterator[RunResult]:
    """Run seeds in as many processes as there are processors."""
    # Spawn instead of fork, because a virtual system has servers and threads.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        yield from pool.map(_run_seed, seeds, chunksize=CHUNK_SIZE)


def _run_seed(seed: int) -> RunResult:
    try:
        return run_seed(_system(), seed)
    except Exception as error:
        raise RuntimeError(f"make chaos SEED={seed}: {error!r}") from error


@cache
def _system() -> VirtualSystem:
    return VirtualSystem().__enter__()
