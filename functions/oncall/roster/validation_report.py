"""The notification about a roster that was saved and is invalid or has gaps, or was deleted.

Operators read it on a phone at night, just after saving: what is wrong, where, how to fix it, and
which version pages use in the meantime. In English, like all messages about rosters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from oncall.roster.fallback import LAST_GOOD, first_lines, parse_saved
from oncall.roster.model import RosterError
from oncall.roster.shifts import find_gaps
from oncall.text import clean

#: Start of the subject of these notifications; no subject about a page starts like this.
SUBJECT = "Callout: roster"
#: How many problems are listed: wrong indentation can cause hundreds.
_MAX_PROBLEMS = 25
#: How far ahead gaps are searched, and how many are listed.
GAP_SEARCH = timedelta(days=365)
_MAX_GAPS = 3
#: In a subject.
MAX_TEAM_LENGTH = 24
_COPY_USED = "a copy is used"


@dataclass(frozen=True, slots=True)
class Report:
    """A message to SNS; its subject is one line of ASCII under 100 characters, as SNS requires."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedVersion:
    """A version of a roster that is invalid; each problem is one line.

    `saved_at` (text) and `saved_by` (the author's ARN) are "" if unknown.
    """

    parameter: str
    team: str
    version: int
    problems: tuple[str, ...]
    saved_at: str = ""
    saved_by: str = ""


def list_problems(text: str, now: datetime | None = None) -> tuple[str, ...]:
    """Return the problems of a roster's text, one line each; empty if it is valid.

    `now` is as in `parse`.
    """
    try:
        parse_saved(text, now)
    except RosterError as error:
        return tuple(map(str, error.problems))
    return ()


def decryption_problem(code: str) -> str:
    """Return the problem of a SecureString that SSM does not decrypt, with its fix."""
    return (
        f"it cannot be decrypted ({code}); save it with the key alias/aws/ssm, or allow the roles"
        " of plan_calls and validate_roster to decrypt with its key"
    )


def rejected_report(
    rejected: RejectedVersion, *, last_good: int, copy: int, repeated: bool
) -> Report:
    """Return the report of an invalid version.

    `last_good` is the version that stays in use, `copy` the version that an earlier page stored;
    0 for none. `repeated` means that the same was reported before.
    """
    name, team = rejected.parameter, rejected.team
    if last_good:
        used = f"{last_good} stays in use"
        in_use = (
            f"Version {last_good}, the last good one, stays in use: pages call the people on it."
        )
    elif copy:
        used, in_use = (
            _COPY_USED,
            f"No earlier version is valid. Pages use a copy of version {copy}.",
        )
    else:
        used = "NO VALID VERSION"
        in_use = (
            f"No version is valid. Until one is saved, a page of team {team} calls nobody:"
            " it notifies SNS at once."
        )
    saved = [f"on {rejected.saved_at}"] if rejected.saved_at else []
    saved += [f"by {clean(rejected.saved_by)}"] if rejected.saved_by else []
    reminder = " (repeated once a day until it is fixed)" if repeated else ""
    show = (
        "To see the version in use:\n"
        f"aws ssm get-parameter --with-decryption --name {name}:{LAST_GOOD}"
        " --query Parameter.Value --output text"
    )
    return _report(
        f"of {team[:MAX_TEAM_LENGTH]}: version {rejected.version} rejected, {used}",
        f"The roster {name}, version {rejected.version}, cannot be used{reminder}:",
        first_lines(rejected.problems, _MAX_PROBLEMS),
        in_use,
        f"Saved {' '.join(saved)}." if saved else "",
        "Fix and save it; the next page uses the new version.",
        show if last_good else "",
    )


def gaps_of(text: str, now: datetime) -> tuple[str, ...]:
    """Return the first periods of the coming year in which nobody is on duty, one line each.

    The text is a valid roster; times are in its time zone.
    """
    roster = parse_saved(text, now)
    gaps = find_gaps(roster, now, now + GAP_SEARCH)
    return describe_gaps(gaps, roster.timezone)


def describe_gaps(gaps: Sequence[tuple[datetime, datetime]], timezone: str) -> tuple[str, ...]:
    """Return the first gaps, one line each with local times, and how many more there are."""
    zone = ZoneInfo(timezone)
    lines = [
        " to ".join(f"{at.astimezone(zone):%a %Y-%m-%d %H:%M}" for at in gap)
        for gap in gaps[:_MAX_GAPS]
    ]
    more = len(gaps) - len(lines)
    return (*lines, *([f"and {more} more within a year"] if more else []))


def gaps_report(parameter: str, team: str, version: int, gaps: tuple[str, ...]) -> Report:
    """Return the report of a valid version that leaves nobody on duty at times."""
    return _report(
        f"of {team[:MAX_TEAM_LENGTH]}: version {version} used, with gaps",
        f"The roster {parameter}, version {version}, is used. By its hours, nobody is on duty:",
        "\n".join(gaps),
        "A page at these times ignores the hours and calls those whose turn it is. If you do"
        " not want that, add a rotation or a contact to the escalation.",
    )


def deleted_report(parameter: str, team: str, *, copy: int, table: str, repeated: bool) -> Report:
    """Return the report of a roster that does not exist; `table` has the copy, if any.

    `copy` and `repeated` are as in `rejected_report`.
    """
    effect = "A page of this team calls nobody: it notifies SNS at once."
    fetch = ""
    if copy:
        effect = (
            f"Pages use a copy of version {copy}, stored by the last page. It cannot be edited, and"
            " it expires."
        )
        key = f'{{"pk": {{"S": "roster#{team}"}}, "sk": {{"S": "copy"}}}}'
        fetch = (
            "If you have no such file, download the copy:\n"
            f"aws dynamodb get-item --table-name {table} --key '{key}'"
            " --query Item.text.S --output text > roster.yaml"
        )
    return _report(
        f"of {team[:MAX_TEAM_LENGTH]} deleted, {_COPY_USED if copy else 'NO COPY'}",
        f"The roster {parameter} {'still does not exist' if repeated else 'was deleted'}.",
        effect,
        "Save it again, from your own file:\n"
        f"aws ssm put-parameter --type String --name {parameter} --value file://roster.yaml",
        fetch,
        "If the team no longer exists, remove its name from the settings (teams). CloudTrail"
        " records who deleted the parameter (DeleteParameter).",
    )


def _report(subject: str, *paragraphs: str) -> Report:
    return Report(f"{SUBJECT} {subject}", "\n\n".join(filter(None, paragraphs)))
