"""A roster's text outside AWS: read from a file, marked with the version it was pulled as."""

from __future__ import annotations

import difflib
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from callout.errors import CommandError
from oncall.roster.defaults_and_limits import MAX_BYTES_READ
from oncall.roster.parsing.errors import Problem, RosterError
from oncall.roster.parsing.parser import parse, size_of, too_large

if TYPE_CHECKING:
    from oncall.roster.model import Roster

#: The name of the file that is the standard input.
STDIN = "-"
#: The comment that `pull` puts first and `push` takes off.
_MARK = re.compile(
    r"\ufeff?# callout roster (?P<team>[A-Za-z0-9_-]+) version (?P<version>[0-9]{1,9})"
    r"[ \t]*\r?(?:\n|\Z)"
)


@dataclass(frozen=True)
class Draft:
    """A roster as it lies in a file.

    Attributes:
        body: what is to be saved: the file without the mark.
        team: whose roster it was pulled as; "" where nothing says so.
        version: the version it was pulled as; None where nothing says so.
    """

    body: str
    team: str = ""
    version: int | None = None

    @property
    def marked(self) -> bool:
        """Whether it says what it was pulled as."""
        return self.version is not None

    @property
    def numbered(self) -> str:
        """The body with an empty line for the mark: every line has its number in the file."""
        return f"\n{self.body}" if self.marked else self.body


@dataclass(frozen=True)
class Judgement:
    """What a text is worth.

    Attributes:
        roster: what it describes; None where it has problems.
        problems: in the order of the lines.
    """

    roster: Roster | None
    problems: tuple[Problem, ...] = ()


def read_text(name: str) -> str:
    """Read a file; what is no UTF-8 is left to the judgement, which says where it is.

    Args:
        name: its path; `-` for the standard input.

    Raises:
        CommandError: there is no such file, or it cannot be read.
    """
    try:
        given = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from None
    return given.decode("utf-8", "surrogateescape")


def write_text(name: str, text: str) -> None:
    """Write a file, line endings as they are; raises CommandError where that cannot be."""
    try:
        Path(name).write_bytes(text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from None


def draft(text: str) -> Draft:
    """Take the mark off a text."""
    mark = _MARK.match(text)
    if mark is None:
        return Draft(text)
    return Draft(text[mark.end() :], mark["team"], int(mark["version"]))


def draft_for(team: str, file: str, text: str) -> Draft:
    """Take the mark off a text; raises CommandError where it is another team's."""
    given = draft(text)
    if given.team not in ("", team):
        raise CommandError(
            f"{file}: was pulled from the team {given.team}: to save it for {team} as well,"
            " remove its first line"
        )
    return given


def marked(body: str, team: str, version: int) -> str:
    """Put the mark before a text, in place of one that is there."""
    return f"# callout roster {team} version {version}\n{draft(body).body}"


def judge(text: str, limit_bytes: int) -> Judgement:
    """Judge a text as it lies in a file; a mark counts as a line, but not as size.

    Args:
        text: the whole file.
        limit_bytes: what the parameter holds.
    """
    given = draft(text)
    heavy = too_large(given.body, limit_bytes)
    found = [heavy] if heavy else []
    if size_of(given.body) > MAX_BYTES_READ:
        return Judgement(None, tuple(found))
    try:
        roster = parse(given.numbered, limit_bytes=MAX_BYTES_READ + 1)
    except RosterError as error:
        found += error.problems
    if not found:
        return Judgement(roster)
    return Judgement(None, tuple(found))


def difference(old: str, new: str, old_name: str, new_name: str) -> str:
    """Give the unified difference of two texts; "" where they are the same."""
    lines = difflib.unified_diff(_lines(old), _lines(new), old_name, new_name)
    return "".join(lines)


def _lines(text: str) -> list[str]:
    # The last line of a file that does not end its line would run into the next of the diff.
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n\\ No newline at end of file\n"
    return lines
