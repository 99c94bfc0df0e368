"""Print the results of commands on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from callout.doctor.check_result import CheckResult
    from callout.send_events import SendResult, SentEvent

#: Lines are not wrapped, so that grep finds each in one piece.
console = Console(highlight=False, markup=False, soft_wrap=True)
STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red", "unknown": "magenta"}
STATE_WIDTH = max(map(len, STYLES))


def print_check_result(result: CheckResult) -> None:
    """Print a check's result and its fix in one line."""
    line = Text.assemble(
        (f"{result.state:<{STATE_WIDTH}}", STYLES[result.state]),
        f"  {result.check}: {result.message}",
    )
    if result.fix:
        line.append(" → ", "dim").append(result.fix, "bold")
    console.print(line)


def print_check_summary(results: Sequence[CheckResult]) -> None:
    """Print the totals of all checks in one line."""
    states = [str(result.state) for result in results]
    failed, unclear = states.count("fail"), states.count("warn") + states.count("unknown")
    if failed:
        line = Text(f"{failed} to fix", "bold red")
    else:
        line = Text("no problems that prevent calls", "bold green")
    if unclear:
        line.append(f"; {unclear} to check manually", "default not bold")
    console.print(line)


def print_sent_events(result: SendResult, wait: float, *, routes: bool = False) -> None:
    """Print which execution each event started; list the triggers if one started none."""
    for event in result.events:
        console.print(_sent_event(event, wait))
        if routes and event.execution:
            team = event.team or "the fallback team"
            console.print(f"  team: {team}, severity: {event.severity}")
            console.print(f"  account: {event.account}, region: {event.region}")
    if result.triggers:
        console.print("Deployed triggers:")
        for trigger in result.triggers:
            console.print(f"  {trigger}")


def _sent_event(event: SentEvent, wait: float) -> Text:
    line = Text(f"{event.file}: ")
    if event.execution:
        return line.append("started ", "green").append(event.execution)
    if event.matching == ():
        return line.append("no rule matched it, so nobody is called", "bold red")
    missing = f"no execution started within {wait:g} s"
    if event.matching is None:
        return line.append(f"{missing}; could not check whether a rule matches it", "yellow")
    matching = ", ".join(event.matching)
    return line.append(f"{matching} matches it, but {missing}: see the dead-letter queue", "yellow")
