"""`make coverage-asl`: what the stories walk of the definition, as a table and a picture."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from local.asl.coverage import walked
from local.asl.diagram import svg
from local.asl.transitions import load, retriers, ways
from local.environment import ROOT
from local.simulation.all_scenarios import run_all_scenarios

if TYPE_CHECKING:
    from local.asl.coverage import Walked

#: Not kept: it changes with every story.
PATH = ROOT / "cdk.out" / "state-machine-coverage.svg"


def table(walk: Walked) -> Table:
    """Say how often each part was walked; what never was stands out."""
    found = Table("state", "goes to", "by", "times", title="The definition, as the stories walk it")
    for name in walk.machine["States"]:
        found.add_section()
        found.add_row(name, "", "", _times(walk.states[name]), style="bold")
        for one in retriers(walk.machine):
            if one.state == name:
                again = _times(walk.retriers[one])
                found.add_row("", "itself", f"Retry of {', '.join(one.errors)}", again)
        for way in ways(walk.machine):
            if way.origin == name:
                found.add_row("", way.target, way.kind, _times(walk.ways[way]))
    return found


def _times(count: int) -> str:
    return str(count) if count else "[bold white on red] NEVER [/]"


def main() -> int:
    """Tell every story in virtual time; fail where something was not walked."""
    console = Console(highlight=False, soft_wrap=True)
    told = run_all_scenarios()
    walk = walked(load(), told.all_histories())
    console.print(table(walk))
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(svg(walk.machine, walk), encoding="utf-8")
    executions = walk.states[walk.machine["StartAt"]]
    console.print(
        f"{len(told.results)} stories, {executions} executions; {len(walk.states)} of"
        f" {len(walk.machine['States'])} states, {len(walk.ways)} of {len(ways(walk.machine))}"
        f" transitions, {len(walk.retriers)} of {len(retriers(walk.machine))} retriers walked"
    )
    for one in walk.unwalked:
        console.print(f"  never walked: {one}", style="bold red")
    for one in walk.strange:
        console.print(f"  not in the definition: {one}", style="bold red")
    console.print(f"drawn with these counts: {PATH.relative_to(ROOT)}")
    return 1 if walk.unwalked or walk.strange else 0


if __name__ == "__main__":
    sys.exit(main())
