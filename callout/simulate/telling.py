"""Print what happened in a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from callout.output import console

if TYPE_CHECKING:
    from callout.simulate.transcript import Transcript, TranscriptLine

_WHO = 10


def print_title(file: str, title: str) -> None:
    """Print which scenario runs."""
    console.print(Text.assemble((f"{file}: " if file else "", "dim"), (title, "bold")))


def print_transcript(transcript: Transcript, *, judged: bool) -> None:
    """Print what happened, each notification in full, and whether it was expected."""
    width = max([_WHO, *(len(line.who) for line in transcript.lines)])
    for line in transcript.lines:
        console.print(_text(line, width))
    for sent in transcript.result.notifications:
        console.print(Text(f"  SNS was told: {sent.subject or '(no subject)'}", "bold"))
        for row in sent.message.splitlines():
            console.print(Text(f"  | {row}".rstrip()))
    for other in transcript.result.other_outcomes:
        console.print(f"  the same event, delivered again: {other}", markup=False)
    outcome = transcript.result.output.get("outcome")
    colour = "green" if outcome in ("acknowledged", "drilled", "duplicate") else "red"
    console.print(Text(f"  {transcript.summary}", f"bold {colour}"))
    if judged:
        print_differences(transcript.differences)


def print_differences(differences: tuple[str, ...]) -> None:
    """Print whether a scenario ended as it expects."""
    if not differences:
        console.print(Text("  as expected", "green"))
    for difference in differences:
        console.print(Text(f"  NOT as expected: {difference}", "bold red"))


def print_summary(ran: int, otherwise: int, unread: int) -> None:
    """Print the totals in a line.

    Args:
        ran: how many scenarios ran.
        otherwise: how many of them did not end as expected.
        unread: how many files could not run.
    """
    said = f"{ran} scenario{'' if ran == 1 else 's'}: {ran - otherwise} as expected"
    if otherwise:
        said += f", {otherwise} not"
    if unread:
        said += f"; {unread} could not run"
    console.print(Text(said, "bold red" if otherwise or unread else "bold green"))


def _text(line: TranscriptLine, width: int) -> Text:
    minutes, seconds = divmod(max(0, int(line.at)), 60)
    clock = (f"  {minutes:>2}:{seconds:02}  ", "dim")
    return Text.assemble(clock, (f"{line.who:<{width}}  ", "blue"), line.what)
