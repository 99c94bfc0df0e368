"""Create the events that `callout page` sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import typer

from adapters.aws_clients import AWS_ERRORS
from callout.errors import CommandError, describe_error
from oncall.events.callout_page import RESOLVED, put_events_entry
from oncall.incident import SEVERITIES, is_token

if TYPE_CHECKING:
    from callout.aws_session import AwsSession

#: Prefix of a test page's title in the call, the email and the console.
TEST_PREFIX = "Test: "


def page_entry(
    team: str, title: str, *, details: str = "", severity: str = "", real: bool = False
) -> dict[str, Any]:
    """Return the PutEvents entry of a page.

    Unless the page is real, its title is marked as a test, and its dedup key is unique, so that
    each test calls. Without a severity, the trigger's default applies.

    Raises:
        CommandError: the team, title or severity is not valid.
    """
    if not title.strip():
        raise CommandError("--title is empty: write what the call should announce")
    if severity and severity not in SEVERITIES:
        raise CommandError(f"--severity {severity!r}: use one of {', '.join(SEVERITIES)}")
    detail = {"team": team, "title": title if real else f"{TEST_PREFIX}{title}"}
    detail |= {"details": details} if details else {}
    detail |= {"severity": severity} if severity else {}
    detail |= {} if real else {"dedup_key": f"test:{uuid4()}"}
    return _entry(detail)


def resolve_entry(team: str, key: str) -> dict[str, Any]:
    """Return the PutEvents entry that resolves the incident of a team and a dedup key.

    Raises:
        CommandError: the team or key is not valid.
    """
    if not key.strip():
        raise CommandError("--resolve is empty: give the incident's dedup_key, or its title")
    return _entry({"team": team, "dedup_key": key, "status": RESOLVED})


def _entry(detail: dict[str, Any]) -> dict[str, Any]:
    team = detail["team"]
    if not is_token(team):
        raise CommandError(f"{team!r} is not a valid team name: use letters, digits, - and _")
    return put_events_entry(detail)


def require_roster(aws: AwsSession, team: str) -> None:
    """Refuse to page a team without a roster, which is probably mistyped: no phone would ring.

    If the roster cannot be checked, print a warning and let the page go out.

    Raises:
        CommandError: there is no such roster; suggests a team, and how to send it anyway.
    """
    from callout.roster.parameter_store import RosterStore

    store = RosterStore(aws, team)
    try:
        number = store.latest_number()
    except AWS_ERRORS as error:
        reason = describe_error(error)
        message = f"could not check whether the team {team} has a roster ({reason})"
        typer.echo(f"callout: {message}; paging it anyway", err=True)
        return
    if not number:
        raise CommandError(f"nobody was paged: {store.missing_message} (use --anyway to send it)")
