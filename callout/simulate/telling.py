"""Shows on the terminal what happened in a story."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from callout.output import console

if TYPE_CHECKING:
    from callout.simulate.transcript import Happening, Tale

_WHO = 10


def tell_title(file: str, title: str) -> None:
    """Say which story is told."""
    console.print(Text.assemble((f"{file}: " if file else "", "dim"), (title, "bold")))


def tell_tale(tale: Tale, *, judged: bool) -> None:
    """Say what happened, what SNS was told in full, and whether it was expected."""
    width = max([_WHO, *(len(one.who) for one in tale.happenings)])
    for one in tale.happenings:
        console.print(_line(one, width))
    for told in tale.ending.notifications:
        console.print(Text(f"  SNS was told: {told.subject or '(no subject)'}", "bold"))
        for row in told.message.splitlines():
            console.print(Text(f"  | {row}".rstrip()))
    for further in tale.ending.further:
        console.print(f"  the same event, delivered again: {further}", markup=False)
    outcome = tale.ending.output.get("outcome")
    colour = "green" if outcome in ("acknowledged", "drilled", "duplicate") else "red"
    console.print(Text(f"  {tale.summary}", f"bold {colour}"))
    if judged:
        tell_judgement(tale.differences)


def tell_judgement(differences: tuple[str, ...]) -> None:
    """Say whether a story ended as it expects."""
    if not differences:
        console.print(Text("  as expected", "green"))
    for one in differences:
        console.print(Text(f"  NOT as expected: {one}", "bold red"))


def tell_sum(told: int, otherwise: int, unread: int) -> None:
    """Say in a line what it comes to.

    Args:
        told: how many stories were told.
        otherwise: how many of them did not end as expected.
        unread: how many files could not be told.
    """
    said = f"{told} {'story' if told == 1 else 'stories'}: {told - otherwise} as expected"
    if otherwise:
        said += f", {otherwise} not"
    if unread:
        said += f"; {unread} could not be told"
    console.print(Text(said, "bold red" if otherwise or unread else "bold green"))


def _line(one: Happening, width: int) -> Text:
    minutes, seconds = divmod(max(0, int(one.at)), 60)
    clock = (f"  {minutes:>2}:{seconds:02}  ", "dim")
    return Text.assemble(clock, (f"{one.who:<{width}}  ", "blue"), one.what)
