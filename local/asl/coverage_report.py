"""`make coverage-asl`: what the scenarios cover of the definition, as a table and a diagram."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from local.asl.coverage import measure_coverage
from local.asl.diagram import svg
from local.asl.transitions import load_definition, retriers, transitions
from local.environment import ROOT
from local.simulation.all_scenarios import run_all_scenarios

if TYPE_CHECKING:
    from local.asl.coverage import Coverage

#: Not committed: it changes with every scenario.
PATH = ROOT / "cdk.out" / "state-machine-coverage.svg"


def table(coverage: Coverage) -> Table:
    """Return a table of how often each part was used; unused parts are highlighted."""
    rows = Table("state", "goes to", "by", "times", title="Coverage of the definition by scenarios")
    for name in coverage.machine["States"]:
        rows.add_section()
        rows.add_row(name, "", "", _times(coverage.states[name]), style="bold")
        for retrier in retriers(coverage.machine):
            if retrier.state == name:
                errors, times = ", ".join(retrier.errors), coverage.retriers[retrier]
                rows.add_row("", "itself", f"Retry of {errors}", _times(times))
        for transition in transitions(coverage.machine):
            if transition.origin == name:
                times = coverage.transitions[transition]
                rows.add_row("", transition.target, transition.kind, _times(times))
    return rows


def _times(count: int) -> str:
    return str(count) if count else "[bold white on red] NEVER [/]"


def main() -> int:
    """Run every scenario in virtual time; fail if anything is not covered."""
    console = Console(highlight=False, soft_wrap=True)
    scenarios = run_all_scenarios()
    coverage = measure_coverage(load_definition(), scenarios.all_histories())
    machine = coverage.machine
    console.print(table(coverage))
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(svg(machine, coverage), encoding="utf-8")
    executions = coverage.states[machine["StartAt"]]
    console.print(
        f"{len(scenarios.results)} scenarios, {executions} executions; covered:"
        f" {len(coverage.states)} of {len(machine['States'])} states,"
        f" {len(coverage.transitions)} of {len(transitions(machine))} transitions,"
        f" {len(coverage.retriers)} of {len(retriers(machine))} retriers"
    )
    for part in coverage.uncovered:
        console.print(f"  not covered: {part}", style="bold red")
    for step in coverage.unexplained:
        console.print(f"  not in the definition: {step}", style="bold red")
    console.print(f"diagram with these counts: {PATH.relative_to(ROOT)}")
    return 1 if coverage.uncovered or coverage.unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
