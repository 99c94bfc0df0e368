"""Print what happened in a scenario."""

from rich.text import Text

from callout.output import console
from callout.simulate.transcript import Transcript, TranscriptLine
from callout.time_format import pluralize

_MIN_WIDTH = 10


def print_title(file: str, title: str) -> None:
    """Print which scenario runs."""
    console.print(Text.assemble((f"{file}: " if file else "", "dim"), (title, "bold")))


def print_transcript(transcript: Transcript) -> None:
    """Print what happened, and each notification in full."""
    width = max([_MIN_WIDTH, *(len(line.who) for line in transcript.lines)])
    for line in transcript.lines:
        console.print(_format_line(line, width))
    for notification in transcript.result.notifications:
        subject = notification.subject or "(no subject)"
        console.print(Text(f"  SNS notification: {subject}", "bold"))
        for row in notification.message.splitlines():
            console.print(Text(f"  | {row}".rstrip()))
    for text in transcript.texts:
        console.print(Text(f"  Text message to {text['contact']}", "bold"))
        for row in text["message"].splitlines():
            console.print(Text(f"  | {row}"))
    for further in transcript.further:
        what = f"{further.what} at {_clock(further.at)} ({further.title})"
        console.print(Text(f"  {what}: {further.outcome}"))
    ended = transcript.result.output.get("outcome")
    color = "green" if ended in ("acknowledged", "drilled", "duplicate") else "red"
    console.print(Text(f"  {transcript.summary}", f"bold {color}"))


def print_verdict(transcript: Transcript) -> None:
    """Print whether a scenario ended as its file expects."""
    if not transcript.checked:
        console.print(Text("  nothing was checked: the scenario has no `expect`", "yellow"))
    elif not transcript.differences:
        console.print(Text("  as expected", "green"))
    for difference in transcript.differences:
        console.print(Text(f"  NOT as expected: {difference}", "bold red"))


def print_summary(ran: int, unchecked: int, unexpected: int, not_run: int) -> None:
    """Print the totals in one line."""
    line = f"{pluralize(ran, 'scenario')}: {ran - unchecked - unexpected} as expected"
    if unexpected:
        line += f", {unexpected} not"
    if unchecked:
        line += f", {unchecked} not checked"
    if not_run:
        line += f"; {not_run} could not run"
    console.print(Text(line, "bold red" if unexpected or not_run else "bold green"))


def _format_line(line: TranscriptLine, width: int) -> Text:
    clock = (f"  {_clock(line.at):>5}  ", "dim")
    return Text.assemble(clock, (f"{line.who:<{width}}  ", "blue"), line.what)


def _clock(at: float) -> str:
    """Return scenario seconds as minutes and seconds."""
    minutes, seconds = divmod(max(0, int(at)), 60)
    return f"{minutes}:{seconds:02}"
