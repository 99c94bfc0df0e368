"""Says on the terminal what became of a roster."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.text import Text

from callout.output import console
from callout.roster import active_version
from callout.roster.calendar import line
from callout.roster.on_call import times

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from callout.roster.calendar import Entry
    from callout.roster.on_call import WouldBeCalled
    from callout.roster.parameter_store import Version
    from callout.roster.push import Outcome
    from oncall.roster.model import Roster

_DIFF = {"+": "green", "-": "red", "@": "cyan"}


def version_json(version: Version, in_use: int) -> dict[str, Any]:
    """Give a version without its text."""
    found = active_version.problems(version)
    return {
        "version": version.number,
        "labels": list(version.labels),
        "saved_by": version.user,
        "saved_at": version.saved_at,
        "type": version.type,
        "tier": version.tier,
        "valid": not found,
        "in_use": version.number == in_use,
        "problems": [str(problem) for problem in found],
    }


def tell_text(version: Version, in_use: int) -> None:
    """Say what is saved; the lines about it are comments, so that it stays a roster."""
    found = active_version.problems(version)
    state = "not valid" if found else "valid"
    console.print(Text(f"# {version.described}: {state}", "bold red" if found else "bold"))
    for problem in found:
        console.print(Text(f"# {problem}", "red"))
    if version.number != in_use:
        other = f"version {in_use}" if in_use else "nobody: no version can be used"
        console.print(Text(f"# pages call by {other}", "bold yellow"))
    console.print(version.text, markup=False, end="" if version.text.endswith("\n") else "\n")


def tell_history(versions: Iterable[Version], in_use: int) -> None:
    """Say a line a version, the latest first."""
    for version in versions:
        found = active_version.problems(version)
        state = f"not valid: {found[0]}" if found else "valid"
        told = Text(f"{version.described}: ").append(state, "red" if found else "green")
        if version.number == in_use:
            told.append(", in use", "bold")
        console.print(told)


def tell_difference(difference: str) -> None:
    """Show a unified difference."""
    for row in difference.splitlines():
        console.print(Text(row, _DIFF.get(row[:1], "default")))


def tell_outcome(name: str, outcome: Outcome) -> None:
    """Say what became of saving."""
    console.print(Text(f"{name}: version {outcome.version} is saved", "bold green"))
    if outcome.not_labelled:
        console.print(Text(f"it was not labelled: {outcome.not_labelled}", "yellow"))
    if outcome.overtaken:
        told = f"{outcome.overtaken}: callout roster history, and show"
        console.print(Text(f"somebody else saved at the same time: {told}", "bold red"))


def tell_who(roster: Roster, at: datetime, now: datetime, calls: Sequence[WouldBeCalled]) -> None:
    """Say who would be called, in order."""
    console.print(Text(f"at {times(at, roster.timezone)}", "bold"))
    if at != now:
        console.print(f"now {times(now, roster.timezone)}", markup=False)
    width = max(len(call.contact) for call in calls)
    for call in calls:
        console.print(
            f"{call.attempt:>3}. round {call.round}  {call.contact:<{width}}  {call.phone}"
            f"  {call.language}",
            markup=False,
        )


def tell_calendar(roster: Roster, entries: Sequence[Entry]) -> None:
    """Say who holds each rotation when."""
    console.print(f"times of {roster.timezone}", markup=False)
    if not roster.rotations:
        people = ", ".join(roster.escalation)
        console.print(f"no rotations: called in this order at any time: {people}", markup=False)
    for rotation, theirs in groupby(entries, key=lambda entry: entry.rotation):
        console.print(Text(rotation or "standing in", "bold"))
        for entry in theirs:
            console.print(Text(f"  {line(entry)}", "yellow" if entry.instead_of else "default"))
