"""Print rosters, their versions and the results of saving them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.text import Text

from callout.output import console
from callout.roster import active_version
from callout.roster.calendar import CalendarEntry, format_entry
from callout.roster.mutes import ACTIVE, current_holds, describe_hold
from callout.roster.on_call import PlannedCall, duty_notes, format_local_and_utc
from callout.roster.parameter_store import Version
from callout.roster.push import PushResult
from oncall.pin import hide_pins
from oncall.roster.model import EscalationEntry, Roster, Rotation

_DIFF_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def version_json(version: Version, active: int) -> dict[str, Any]:
    """Return a version without its text; `active` is the number of the version in use."""
    problems = active_version.problems(version)
    return {
        "version": version.number,
        "labels": list(version.labels),
        "saved_by": version.user,
        "saved_at": version.saved_at,
        "type": version.type,
        "tier": version.tier,
        "valid": not problems,
        "in_use": version.number == active,
        "problems": [str(problem) for problem in problems],
    }


def print_saved_roster(version: Version, active: int, holds: Iterable[str]) -> None:
    """Print a version with hidden PINs; the details are comments, so that the rest is a roster."""
    problems = active_version.problems(version)
    state = "not valid" if problems else "valid"
    console.print(Text(f"# {version.description}: {state}", "bold red" if problems else "bold"))
    for problem in problems:
        console.print(Text(f"# {problem}", "red"))
    if version.number != active:
        used = f"pages use version {active}" if active else "pages call nobody: no valid version"
        console.print(Text(f"# {used}", "bold yellow"))
    for hold in holds:
        console.print(Text(f"# {hold}", "yellow"))
    console.print(hide_pins(version.text), end="" if version.text.endswith("\n") else "\n")


def print_history(versions: Iterable[Version], active: int) -> None:
    """Print one line for each version, latest first."""
    for version in versions:
        problems = active_version.problems(version)
        state = f"not valid: {problems[0]}" if problems else "valid"
        line = Text(f"{version.description}: ").append(state, "red" if problems else "green")
        if version.number == active:
            line.append(", in use", "bold")
        console.print(line)


def print_diff(diff: str) -> None:
    """Print a unified diff."""
    for line in diff.splitlines():
        console.print(Text(line, _DIFF_STYLES.get(line[:1], "default")))


def print_push_result(name: str, result: PushResult) -> None:
    """Print the result of saving a roster."""
    console.print(Text(f"{name}: saved version {result.version}", "bold green"))
    if result.label_error:
        console.print(Text(f"the label was not set: {result.label_error}", "yellow"))
    if result.conflict:
        fix = "see callout roster history and show"
        console.print(Text(f"concurrent change: {result.conflict}; {fix}", "bold red"))


def print_planned_calls(
    roster: Roster, at: datetime, now: datetime, calls: Sequence[PlannedCall]
) -> None:
    """Print who would be called, in order."""
    console.print(Text(f"at {format_local_and_utc(at, roster.timezone)}", "bold"))
    if at != now:
        console.print(f"now {format_local_and_utc(now, roster.timezone)}")
    for note in duty_notes(roster, at):
        console.print(Text(note, "yellow"))
    for hold in current_holds(roster, at):
        console.print(Text(describe_hold(hold, roster.timezone), "yellow"))
    width = max(len(call.contact) for call in calls)
    for call in calls:
        console.print(
            f"{call.attempt:>3}. round {call.round}  {call.contact:<{width}}  {call.phone}"
            f"  {call.language}{'  text message' if call.text else ''}"
        )


def print_mutes(mutes: Sequence[Mapping[str, Any]], timezone: str) -> None:
    """Print one line for each mute, with times in the roster's time zone."""
    for mute in mutes:
        start = f"from {mute['from'][:16]} " if mute["from"] else ""
        times = f"{start}until {mute['until'][:16]} {timezone}"
        style = "yellow" if mute["state"] == ACTIVE else "default"
        line = f"{mute['number']:>3}. {mute['match']}  {mute['state']} {times}: {mute['reason']}"
        console.print(Text(line, style))
    if not mutes:
        console.print("no mutes")


def print_calendar(roster: Roster, entries: Sequence[CalendarEntry]) -> None:
    """Print the shifts of each rotation."""
    console.print(f"times in {roster.timezone}")
    if not roster.rotations:
        people = ", ".join(map(_format_escalation_entry, roster.escalation))
        console.print(f"no rotations: always called in this order: {people}")
    groups = {rotation.name: describe_rotation(rotation) for rotation in roster.rotations}
    for name, heading in (groups | {"": "overrides of contacts"}).items():
        listed = [entry for entry in entries if entry.rotation == name]
        if not name and not listed:
            continue
        console.print(Text(heading, "bold"))
        for entry in listed:
            style = "yellow" if entry.instead_of else "default"
            console.print(Text(f"  {format_entry(entry)}", style))
        if not listed:
            console.print("  off duty")


def print_changed_shifts(roster: Roster, entries: Sequence[CalendarEntry]) -> None:
    """Print the shifts that an override changes."""
    for entry in entries:
        rotation = f"{entry.rotation}: " if entry.rotation else ""
        console.print(f"{rotation}{format_entry(entry)}")
    if entries:
        console.print(f"times in {roster.timezone}")
    else:
        console.print(Text("this changes no shift: check names and times", "yellow"))


def describe_rotation(rotation: Rotation) -> str:
    """Return the name of a rotation, with its hours."""
    if not rotation.hours:
        return rotation.name
    hours = ", ".join(map(str, rotation.hours))
    return f"{rotation.name}, off duty except {hours} {rotation.timezone}"


def _format_escalation_entry(entry: EscalationEntry) -> str:
    later = f" (from round {entry.from_round})" if entry.from_round > 1 else ""
    return f"{entry.name}{later}"
