"""`make bench`: what Callout takes, measured part by part; docs/performance.md says how."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench import report
from bench.cold import cold
from bench.cost import cost
from bench.dial import dial
from bench.gains import gains
from bench.loss import loss
from bench.machine import surroundings
from bench.sheet import Sheet, shown
from bench.size import sizes
from bench.storm import storms
from bench.systems import Options, Systems
from bench.work import work

if TYPE_CHECKING:
    from collections.abc import Callable

#: In this order each system is started once: first the virtual one, then the emulator.
PARTS: dict[str, Callable[[Systems], list[Sheet]]] = {
    "size": sizes,
    "cold": cold,
    "gains": gains,
    "cost": cost,
    "work": work,
    "storm": storms,
    "loss": loss,
    "dial": dial,
}
console = Console(highlight=False)
if not console.is_terminal:
    console.width = 200  # a file is as wide as it needs to be


def main(
    part: Annotated[str, typer.Option(help=f"Only one of {', '.join(PARTS)}.")] = "",
    storm: Annotated[int, typer.Option(min=1, help="Events of the largest storm.")] = 100,
    *,
    quick: Annotated[bool, typer.Option(help="Few repetitions: to see that it runs.")] = False,
    instructions: Annotated[bool, typer.Option(help="Count those too, by valgrind.")] = False,
) -> None:
    """Measure; a whole run that is not quick is kept, and written into docs/performance.md."""
    if part and part not in PARTS:
        raise typer.BadParameter(f"there is no part {part!r}: write one of {', '.join(PARTS)}")
    machine = surroundings()
    began = time.monotonic()
    sheets = {}
    with Systems(Options(quick=quick, storm=storm, instructions=instructions)) as systems:
        for name in [part] if part else PARTS:
            console.rule(name)
            sheets[name] = PARTS[name](systems)
            for sheet in sheets[name]:
                show(sheet)
    console.print(f"{time.monotonic() - began:.0f} s; load before: {machine['load before']}")
    if not (part or quick):
        report.keep(report.results(machine, sheets))
        console.print("kept in bench/results.json, and written into docs/performance.md")


def show(sheet: Sheet) -> None:
    """Show a sheet."""
    table = Table(title=sheet.title, caption=sheet.note, title_justify="left", expand=False)
    for name in sheet.columns:
        words = any(isinstance(row[name], str) for row in sheet.rows)
        table.add_column(name, justify="left" if words else "right")
    for row in sheet.rows:
        table.add_row(*(shown(row[name]) for name in sheet.columns))
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
