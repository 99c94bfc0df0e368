"""Says on the terminal what a command found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from callout.doctor.finding import Finding
    from callout.send_events import Outcome, Replay

#: Lines are as long as they are: whoever pipes them to grep wants each in one piece.
console = Console(highlight=False, soft_wrap=True)
STYLES = {"ok": "green", "check": "yellow", "bad": "bold red", "unknown": "magenta"}
STATE_WIDTH = max(map(len, STYLES))


def tell_finding(finding: Finding) -> None:
    """Say what was found, in one line, and what to do about it in the same."""
    line = Text.assemble(
        (f"{finding.state:<{STATE_WIDTH}}", STYLES[finding.state]),
        f"  {finding.check}: {finding.message}",
    )
    if finding.fix:
        line.append(" → ", "dim").append(finding.fix, "bold")
    console.print(line)


def tell_sum(findings: Sequence[Finding]) -> None:
    """Say in a line what it comes to."""
    states = [str(finding.state) for finding in findings]
    bad, open_ends = states.count("bad"), states.count("check") + states.count("unknown")
    if bad:
        told = Text(f"{bad} to mend", "bold red")
    else:
        told = Text("nothing stands in the way of a call", "bold green")
    if open_ends:
        told.append(f"; {open_ends} to look at, since they cannot be read", "default not bold")
    console.print(told)


def tell_replays(outcome: Outcome, wait: float) -> None:
    """Say of each event what it started, and what is deployed where one started nothing."""
    for one in outcome.replays:
        console.print(_of(one, wait))
    if outcome.triggers:
        console.print("Triggers that are deployed:")
        for trigger in outcome.triggers:
            console.print(f"  {trigger}", markup=False)


def _of(replay: Replay, wait: float) -> Text:
    line = Text(f"{replay.file}: ")
    if replay.execution:
        return line.append("started ", "green").append(replay.execution)
    if replay.matching == ():
        return line.append("no rule matched it, so nobody is called", "bold red")
    seen = f"no execution was seen within {wait:g} s"
    if replay.matching is None:
        return line.append(f"{seen}; whether a rule matches it could not be asked", "yellow")
    matching = ", ".join(replay.matching)
    return line.append(f"{matching} matches it, but {seen}: see the dead-letter queue", "yellow")
