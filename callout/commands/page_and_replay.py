"""Create the events that `callout page` and `callout replay` send."""

import json
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import typer
from botocore.utils import parse_timestamp

from adapters.aws_clients import AWS_ERRORS
from callout.aws_session import AwsSession
from callout.errors import CommandError, describe_error
from local.scenarios.file_kinds import EVENT, find_misfit
from oncall.events.callout_page import RESOLVED, put_events_entry
from oncall.events.replay_entry import EventError, replay_entry
from oncall.incident import SEVERITIES, is_token

#: Prefix of a test page's title in the call, the email and the console.
TEST_PREFIX = "Test: "


def page_entry(
    team: str, title: str, *, details: str = "", severity: str = "", real: bool = False
) -> dict[str, Any]:
    """Return the PutEvents entry of a page; raise CommandError for a wrong team, title or severity.

    Unless the page is real, its title is marked as a test, and its dedup key is unique, so that
    each test calls. Without a severity, the trigger's default applies.
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
    """Return the PutEvents entry that resolves an incident; raise CommandError for a wrong key."""
    if not key.strip():
        raise CommandError("--resolve is empty: give the incident's dedup_key, or its title")
    return _entry({"team": team, "dedup_key": key, "status": RESOLVED})


def _entry(detail: dict[str, Any]) -> dict[str, Any]:
    team = detail["team"]
    if not is_token(team):
        raise CommandError(f"{team!r} is not a valid team name: use letters, digits, - and _")
    return put_events_entry(detail)


def require_roster(aws: AwsSession, team: str) -> None:
    """Raise CommandError for a team without a roster, which is probably mistyped: no phone rings.

    If the roster cannot be checked, print a warning and let the page go out.
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


#: The file name that stands for standard input.
STDIN = "-"


def read_event_file(name: str) -> dict[str, Any]:
    """Return the PutEvents entry that replays the event in a file; `-` is standard input.

    Raise EventError if the file cannot be read or is not an event; one line that names it.
    """
    try:
        content = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
    except OSError as error:
        raise EventError(f"{name}: {error.strerror}") from None
    text = content.decode("utf-8", "surrogateescape")
    if misfit := find_misfit(text, EVENT):
        raise EventError(f"{name}: {misfit[2]}")
    try:
        entry = replay_entry(json.loads(text))
    except EventError as error:
        raise EventError(f"{name}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise EventError(f"{name}: not JSON: {error}") from None
    try:
        parse_timestamp(entry.get("Time", "1970-01-01"))
    except (ValueError, OverflowError):  # botocore would refuse to send PutEvents
        raise EventError(
            f"{name}: time: not a timestamp; write it like 2026-01-05T09:00:00Z"
        ) from None
    return entry
