"""`make chaos`: random scenarios with random faults, each checked against the model and invariants.

Read `model/expected_outcome.py` first: what a correct escalation does. A seed makes a scenario
(`random_scenarios`); one seed in four makes an alert storm instead (`random_storms`), which has no
model and is checked against `storm_invariants` and `team_lock_invariants` only.
"""

from __future__ import annotations

import sys
import time
from typing import Annotated

import typer

from local.simulation.system import VirtualSystem
from tests.property.run_seeds import run_seed, run_seeds, summarize


def main(
    runs: Annotated[int, typer.Option(min=1, help="Number of scenarios.")] = 500,
    first: Annotated[int, typer.Option(min=0, help="Seed of the first.")] = 0,
    seed: Annotated[int | None, typer.Option(min=0, help="Run and print only this one.")] = None,
) -> None:
    """Run random scenarios and report the outcomes."""
    if seed is not None:
        with VirtualSystem() as system:
            result = run_seed(system, seed)
        typer.echo(result.text)
        sys.exit(1 if result.failed else 0)
    began = time.monotonic()
    results = []
    for result in run_seeds(range(first, first + runs)):
        results.append(result)
        if result.failed:
            typer.echo(f"{result.text}\n  rerun: make chaos SEED={result.seed}\n")
    typer.echo(summarize(results, time.monotonic() - began))
    sys.exit(1 if any(result.failed for result in results) else 0)


if __name__ == "__main__":
    typer.run(main)
