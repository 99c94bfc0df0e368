"""Find the problems of roster files, one line each."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from rich.text import Text

from callout import options
from callout.output import console
from callout.roster.calendar import utc_now
from callout.roster.lint import find_warnings
from callout.roster.roster_file import parse_roster_file, validate
from local.environment import ROOT
from local.scenarios.files import ScenarioError
from local.settings_file import local_settings, read_context
from oncall.events.envelope import at


@dataclass(frozen=True)
class FileProblem:
    """An error or a warning about a file."""

    file: str  # its name, as given
    line: int  # line, column: from 1
    column: int
    field: str  # such as `contacts[1].phone`; `roster` for the whole file
    message: str  # what is wrong, and what to write
    warning: bool = False  # whether the roster is still valid

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.field}: {self.message}"


def find_problems(file: str, text: str, limit_bytes: int) -> list[FileProblem]:
    """Return all errors of a file; its warnings if there are none."""
    result = validate(text, limit_bytes)
    numbered, found = parse_roster_file(text).numbered, result.problems
    if result.roster:
        found = (*find_warnings(numbered, result.roster, utc_now(), texts=_sends_texts()),)
    return [FileProblem(file, **asdict(problem), warning=not result.problems) for problem in found]


def _sends_texts() -> bool:
    """Return whether the settings in cdk.json send text messages; True if it is not readable."""
    try:
        settings = local_settings(read_context(ROOT / "cdk.json"))
    except (ScenarioError, ValueError):
        return True
    return at(settings, "notifications", "texts") is True


def print_problems(problems: Iterable[FileProblem], *, in_json: bool) -> None:
    """Print one line for each problem, or JSON."""
    if in_json:
        options.print_json(map(asdict, problems))
        return
    for problem in problems:
        console.print(Text(str(problem), "yellow" if problem.warning else "red"))
