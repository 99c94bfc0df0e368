"""Ask the operator on the terminal, or read answers from a pipe, one per line."""

import sys

import typer


def read_answer(question: str) -> str:
    """Return the operator's line without surrounding space; "" at the end of the input."""
    typer.echo(question, nl=False, err=True)
    return sys.stdin.readline().strip().lower()


def confirm(question: str) -> bool:
    """Return whether the operator answers y or yes; the end of the input counts as no."""
    return read_answer(f"{question} [y/N] ") in ("y", "yes")


def ask(question: str) -> bool | None:
    """Return yes or no; None if the operator cannot tell."""
    answer = read_answer(f"  {question} [y/n, Enter if unsure] ")
    return {"y": True, "yes": True, "n": False, "no": False}.get(answer)
