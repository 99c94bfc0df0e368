"""Print what happened in a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from callout.output import console
from callout.time_format import pluralize

if TYPE_CHECKING:
    from callout.simulate.transcript import Transcript, TranscriptLine

_MIN_WIDTH = 10


def print_title(file: str, title: str) -> None:
    """Print which scenario runs."""
    console.print(Text.assemble((f"{file}: " if file else "", "dim"), (title, "bold")))


def print_transcript(transcript: Transcript, *, has_expectation: bool) -> None:
    """Print what happened, each notification in full, and whether it was expected."""
    width = max([_MIN_WIDTH, *(len(line.who) for line in transcript.lines)])
    for line in transcript.lines:
        console.print(_format_line(line, width))
    for notification in transcript.result.notifications:
        subject = notification.subject or "(no subject)"
        console.print(Text(f"  SNS notification: {subject}", "bold"))
        for row in notification.message.splitlines():
            console.print(Text(f"  | {row}".rstrip()))
    for outcome in transcript.result.other_outcomes:
        console.print(f"  the same event, delivered again: {outcome}", markup=False)
    ended = transcript.result.output.get("outcome")
    color = "green" if ended in ("acknowledged", "drilled", "duplicate") else "red"
    console.print(Text(f"  {transcript.summary}", f"bold {color}"))
    if has_expectation and not transcript.differences:
        console.print(Text("  as expected", "green"))
    for difference in transcript.differences if has_expectation else ():
        console.print(Text(f"  NOT as expected: {difference}", "bold red"))


def print_summary(ran: int, unexpected: int, not_run: int) -> None:
    """Print the totals in one line."""
    line = f"{pluralize(ran, 'scenario')}: {ran - unexpected} as expected"
    if unexpected:
        line += f", {unexpected} not"
    if not_run:
        line += f"; {not_run} could not run"
    console.print(Text(line, "bold red" if unexpected or not_run else "bold green"))


def _format_line(line: TranscriptLine, width: int) -> Text:
    minutes, seconds = divmod(max(0, int(line.at)), 60)
    clock = (f"  {minutes:>2}:{seconds:02}  ", "dim")
    return Text.assemble(clock, (f"{line.who:<{width}}  ", "blue"), line.what)
