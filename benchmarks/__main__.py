"""Run the benchmarks: `make bench`. docs/performance.md explains them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table as RichTable

from benchmarks.alert_storm import alert_storms
from benchmarks.cold_start import cold_starts
from benchmarks.cost import page_costs
from benchmarks.deployment_size import deployment_size
from benchmarks.report import Table, format_value, host_info, results, save
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
console = Console(highlight=False)
if not console.is_terminal:
    console.width = 200  # do not wrap tables in a file


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
            console.rule(name)
            tables[name] = PARTS[name](systems)
            for table in tables[name]:
                print_table(table)
    console.print(f"{time.monotonic() - started:.0f} s; load before: {host['load before']}")
    if not (part or quick):
        save(results(host, tables))
        console.print("Updated benchmarks/results.json and docs/performance.md.")


def print_table(table: Table) -> None:
    """Print a table."""
    printed = RichTable(title=table.title, caption=table.note, title_justify="left", expand=False)
    for name in table.columns:
        is_text = any(isinstance(row[name], str) for row in table.rows)
        printed.add_column(name, justify="left" if is_text else "right")
    for row in table.rows:
        printed.add_row(*(format_value(row[name]) for name in table.columns))
    console.print(printed)


if __name__ == "__main__":
    typer.run(main)
