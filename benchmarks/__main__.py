"""Run the benchmarks: `make bench`. docs/performance.md explains them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from benchmarks.alert_storm import alert_storms
from benchmarks.cold_start import cold_starts
from benchmarks.cost import page_costs
from benchmarks.deployment_size import deployment_size
from benchmarks.report import Table, host_info, markdown_table, results, save
from benchmarks.systems import Systems
from benchmarks.time_to_first_call import time_to_first_call
from benchmarks.time_to_next_call import time_to_next_call

if TYPE_CHECKING:
    from collections.abc import Callable

#: In this order each system starts only once: first the simulation, then the emulator.
PARTS: dict[str, Callable[[Systems], list[Table]]] = {
    "size": deployment_size,
    "cold-start": cold_starts,
    "cost": page_costs,
    "storm": alert_storms,
    "next-call": time_to_next_call,
    "first-call": time_to_first_call,
}


def main(
    part: Annotated[str, typer.Option(help=f"Run only one of {', '.join(PARTS)}.")] = "",
    storm: Annotated[int, typer.Option(min=1, help="Events in the largest storm.")] = 100,
    *,
    quick: Annotated[bool, typer.Option(help="Few repetitions, to check that it runs.")] = False,
) -> None:
    """Run the benchmarks; a full run updates benchmarks/results.json and docs/performance.md."""
    if part and part not in PARTS:
        raise typer.BadParameter(f"unknown part {part!r}: use one of {', '.join(PARTS)}")
    host = host_info()
    started = time.monotonic()
    tables = {}
    with Systems(quick=quick, storm=storm) as systems:
        for name in [part] if part else PARTS:
            tables[name] = PARTS[name](systems)
            for table in tables[name]:
                typer.echo(markdown_table(table))
    typer.echo(f"{time.monotonic() - started:.0f} s; load before: {host['load before']}")
    if not (part or quick):
        save(results(host, tables))
        typer.echo("Updated benchmarks/results.json and docs/performance.md.")


if __name__ == "__main__":
    typer.run(main)
