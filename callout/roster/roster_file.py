"""Roster files: reading, writing, validation, and the header with the pulled version."""

import difflib
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from callout.errors import CommandError
from local.scenarios.file_kinds import ROSTER, find_misfit
from oncall.roster.defaults_and_limits import MAX_BYTES_READ
from oncall.roster.model import Problem, Roster, RosterError
from oncall.roster.parsing.parser import parse, size_of, too_large

#: The file name that stands for standard input or output.
STDIN = "-"
#: The version header: a comment that `pull` adds as the first line and `push` removes.
_VERSION_HEADER = re.compile(
    r"\ufeff?# callout roster (?P<team>[A-Za-z0-9_-]+) version (?P<version>[0-9]{1,9})"
    r"[ \t]*\r?(?:\n|\Z)"
)


@dataclass(frozen=True)
class RosterFile:
    """The content of a roster file."""

    body: str  # the roster without the version header
    team: str = ""  # the team in the header; "" without a header
    version: int | None = None  # the version in the header; None without a header

    @property
    def has_version_header(self) -> bool:
        """Whether the file has a version header."""
        return self.version is not None

    @property
    def numbered(self) -> str:
        """The body with an empty line in place of the header, so that line numbers match."""
        return f"\n{self.body}" if self.has_version_header else self.body


@dataclass(frozen=True)
class ValidationResult:
    """The result of validating a roster."""

    roster: Roster | None
    problems: tuple[Problem, ...] = ()  # in the order of the lines


def read_text(name: str) -> str:
    """Read a file, `-` for standard input; raise CommandError if it cannot be read.

    Bytes that are not UTF-8 are kept for `validate`, which reports their place.
    """
    try:
        content = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from None
    return content.decode("utf-8", "surrogateescape")


def write_text(name: str, text: str) -> None:
    """Write a file with unchanged line endings; raise CommandError if that fails."""
    try:
        Path(name).write_bytes(text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from None


def parse_roster_file(text: str) -> RosterFile:
    """Separate the version header from the roster."""
    header = _VERSION_HEADER.match(text)
    if header is None:
        return RosterFile(text)
    return RosterFile(text[header.end() :], header["team"], int(header["version"]))


def parse_roster_file_for(team: str, file: str, text: str) -> RosterFile:
    """Parse a roster file; raise CommandError if its header names another team."""
    roster_file = parse_roster_file(text)
    if roster_file.team not in ("", team):
        raise CommandError(
            f"{file}: pulled from the team {roster_file.team}: to save it for {team} as well,"
            " remove its first line"
        )
    return roster_file


def with_version_header(body: str, team: str, version: int) -> str:
    """Return a roster with a version header, which replaces an existing one."""
    return f"# callout roster {team} version {version}\n{parse_roster_file(body).body}"


def validate(text: str, limit_bytes: int) -> ValidationResult:
    """Validate the content of a file; a header counts as a line, but not towards the size."""
    roster_file = parse_roster_file(text)
    size_problem = too_large(roster_file.body, limit_bytes)
    problems = [size_problem] if size_problem else []
    if size_of(roster_file.body) > MAX_BYTES_READ:
        return ValidationResult(None, tuple(problems))
    if misfit := find_misfit(text, ROSTER):
        line, column, message = misfit
        return ValidationResult(None, (Problem(line, column, "roster", message),))
    try:
        roster = parse(roster_file.numbered, limit_bytes=MAX_BYTES_READ + 1, now=datetime.now(UTC))
    except RosterError as error:
        problems += error.problems
    if not problems:
        return ValidationResult(roster)
    return ValidationResult(None, tuple(problems))


def unified_diff(old: str, new: str, old_name: str, new_name: str) -> str:
    """Return the unified diff of two texts; "" if they are the same."""
    lines = difflib.unified_diff(_lines(old), _lines(new), old_name, new_name)
    return "".join(lines)


def _lines(text: str) -> list[str]:
    # Without this, a last line without a line break would run into the next line of the diff.
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n\\ No newline at end of file\n"
    return lines
