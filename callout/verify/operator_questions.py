"""Ask the operator on the terminal. Answers may also come from a pipe, one line each."""

from __future__ import annotations

import sys

import typer


def read_answer(question: str) -> str:
    """Return the operator's line without surrounding space; "" at the end of the input."""
    typer.echo(question, nl=False, err=True)
    return sys.stdin.readline().strip().lower()


def confirm(question: str) -> bool:
    """Return whether the operator agrees; anything but y is a no, and so is the end of input."""
    return read_answer(f"{question} [y/N] ") in ("y", "yes")


def ask(question: str) -> bool | None:
    """Return yes or no; None if the operator cannot tell."""
    answer = read_answer(f"  {question} [y/n, Enter if unsure] ")
    return {"y": True, "yes": True, "n": False, "no": False}.get(answer)
