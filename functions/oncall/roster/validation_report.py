"""What an operator is told of a roster that was saved and cannot be used, or was deleted.

Read on a phone at night by somebody who has just saved it: what is wrong, where, what to write,
and whom a page would call meanwhile. In English, as all that is said about rosters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from oncall.roster.fallback import LAST_GOOD, first_lines, read
from oncall.roster.parsing.errors import RosterError
from oncall.text import clean

#: How the subject of every such message begins, and of none about a page.
SUBJECT = "Callout: roster"
#: Problems that are listed: a mistyped indentation makes hundreds of them.
_MOST_PROBLEMS = 25
_LONGEST_TEAM = 24  # in the subject
_GONE = (
    "If the team is gone, take its name out of the settings (teams). CloudTrail knows who deleted"
    " the parameter (DeleteParameter)."
)


@dataclass(frozen=True, slots=True)
class Report:
    """A message to SNS.

    Attributes:
        subject: ASCII, one line, fewer than 100 characters, as SNS asks (Publish).
        text: the message.
    """

    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A version of a roster that cannot be used.

    Attributes:
        parameter: its name.
        team: whose roster it is.
        version: which one.
        problems: what is wrong, a line each.
        saved_at: when, as text; "" where nobody knows.
        saved_by: ARN of who saved it; "" where nobody knows.
    """

    parameter: str
    team: str
    version: int
    problems: tuple[str, ...]
    saved_at: str = ""
    saved_by: str = ""


def problems_of(text: str) -> tuple[str, ...]:
    """Say what is wrong with a roster's text, a line each; nothing where it can be used."""
    try:
        read(text)
    except RosterError as error:
        return tuple(map(str, error.problems))
    return ()


def undecrypted(code: str) -> str:
    """Say what to do about a SecureString that SSM does not decrypt for us."""
    return (
        f"it cannot be decrypted ({code}); save it with the key alias/aws/ssm, or let the roles of"
        " plan_calls and validate_roster decrypt with its own key"
    )


def written(moment: datetime) -> str:
    """Write a moment (it has a time zone) for people."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def refused(what: Refused, *, last_good: int, copy: int, again: bool) -> Report:
    """Tell of a version that cannot be used.

    Args:
        what: the version.
        last_good: the version that stays in use; 0 for none.
        copy: the version that an earlier page kept a copy of; 0 for none.
        again: it was told before, and nothing has changed.
    """
    used = f"{last_good} stays in use" if last_good else _copy_used(copy, "NONE IS GOOD")
    saved = " ".join(
        [f"Saved on {what.saved_at}" if what.saved_at else "", _by(what.saved_by)]
    ).strip()
    reminder = " (repeated once a day until it is fixed)" if again else ""
    parts = [
        f"The roster {what.parameter}, version {what.version}, cannot be used{reminder}:",
        first_lines(what.problems, _MOST_PROBLEMS),
        _in_use(what, last_good, copy),
        f"{saved}." if saved else "",
        "Fix and save it; the next page uses the new version.",
        _show(what.parameter) if last_good else "",
    ]
    return Report(
        f"{SUBJECT} of {what.team[:_LONGEST_TEAM]}: version {what.version} refused, {used}",
        "\n\n".join(part for part in parts if part),
    )


def deleted(parameter: str, team: str, *, copy: int, table: str, again: bool) -> Report:
    """Tell of a roster that is not there.

    Args:
        parameter: its name.
        team: whose it was.
        copy: the version that an earlier page kept a copy of; 0 for none.
        table: name of the table that has the copy.
        again: it was told before, and nothing has changed.
    """
    then = (
        f"Pages go by a copy of version {copy}, which the last page kept. Edits are no longer"
        " possible, and the copy is forgotten in time."
        if copy
        else "A page of this team rings nobody: it tells SNS at once."
    )
    save = f"aws ssm put-parameter --type String --name {parameter} --value file://roster.yaml"
    parts = [
        f"The roster {parameter} is {'still not there' if again else 'not there any more'}.",
        then,
        f"Save it again, from your own file:\n{save}",
        _fetch(team, table) if copy else "",
        _GONE,
    ]
    subject = f"{SUBJECT} of {team[:_LONGEST_TEAM]} deleted, {_copy_used(copy, 'THERE IS NONE')}"
    return Report(subject, "\n\n".join(part for part in parts if part))


def _in_use(what: Refused, last_good: int, copy: int) -> str:
    if last_good:
        return f"Version {last_good}, the last good one, stays in use: pages call the people on it."
    if copy:
        return (
            "No earlier version is good. Pages go by a copy of what was version"
            f" {copy} when the last page kept it."
        )
    return (
        "There is no good version. Until there is, a page of team"
        f" {what.team} rings nobody: it tells SNS at once."
    )


def _copy_used(copy: int, nothing: str) -> str:
    return "a copy is used" if copy else nothing


def _by(arn: str) -> str:
    return f"by {clean(arn)}" if arn else ""


def _fetch(team: str, table: str) -> str:
    key = f'{{"pk": {{"S": "roster#{team}"}}, "sk": {{"S": "copy"}}}}'
    return (
        "Where there is no such file, the copy is one:\n"
        f"aws dynamodb get-item --table-name {table} --key '{key}'"
        " --query Item.text.S --output text > roster.yaml"
    )


def _show(parameter: str) -> str:
    return (
        "To see the version in use:\n"
        f"aws ssm get-parameter --with-decryption --name {parameter}:{LAST_GOOD}"
        " --query Parameter.Value --output text"
    )
