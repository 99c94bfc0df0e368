"""What is wrong with roster files, as a line each."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from callout import options
from callout.output import console
from callout.roster.lint import warnings
from callout.roster.roster_file import draft, judge

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Finding:
    """Something to mend in a file, or to know about it.

    Attributes:
        file: as it was named.
        line, column: from 1.
        field: such as `contacts[1].phone`; `roster` for the whole.
        message: what is wrong and what to write.
        warning: the roster can be used all the same.
    """

    file: str
    line: int
    column: int
    field: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.field}: {self.message}"


def findings(file: str, text: str, limit_bytes: int) -> list[Finding]:
    """Give everything that is wrong with a file; warnings where nothing is.

    Args:
        file: its name.
        text: all of it.
        limit_bytes: what the parameter holds.
    """
    judged = judge(text, limit_bytes)
    wrong = [Finding(file, one.line, one.column, one.field, one.message) for one in judged.problems]
    if wrong:
        return wrong
    return [
        Finding(file, one.line, one.column, one.field, one.message, warning=True)
        for one in warnings(draft(text).numbered)
    ]


def tell(found: Iterable[Finding], *, in_json: bool) -> None:
    """Say each in a line."""
    if in_json:
        options.print_json(map(asdict, found))
        return
    for one in found:
        console.print(Text(str(one), "yellow" if one.warning else "red"))
