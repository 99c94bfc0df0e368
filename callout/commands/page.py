"""Sends a page of Callout's own, to try it or in earnest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import typer
from botocore.exceptions import BotoCoreError, ClientError

from callout.errors import CommandError, reason
from oncall.events.callout_page import DETAIL_TYPE, SOURCE
from oncall.incident import SEVERITIES, is_token

if TYPE_CHECKING:
    from callout.aws_session import Aws

#: What the title of a page that is a test begins with: in the call, the mail, the console.
TEST = "Test: "


def page_entry(
    team: str, title: str, *, details: str = "", severity: str = "", real: bool = False
) -> dict[str, Any]:
    """Make the PutEvents entry of a page.

    Args:
        team: whose people are called.
        title: what is said first.
        details: what else is said; "" for nothing.
        severity: one of `SEVERITIES`; "" for the trigger's own.
        real: whether somebody is needed; else the title says that it is a test, and it
            is never taken for an incident seen before, so that each one rings.

    Raises:
        CommandError: the team, title or severity cannot be.
    """
    if not is_token(team):
        raise CommandError(f"{team!r} is no name of a team: write letters, digits, - and _")
    if not title.strip():
        raise CommandError("--title is empty: write what is to be said")
    if severity and severity not in SEVERITIES:
        raise CommandError(f"--severity {severity!r}: write one of {', '.join(SEVERITIES)}")
    detail = {"team": team, "title": title if real else f"{TEST}{title}"}
    detail |= {"details": details} if details else {}
    detail |= {"severity": severity} if severity else {}
    detail |= {} if real else {"dedup_key": f"test:{uuid4()}"}
    return {
        "Source": SOURCE,
        "DetailType": DETAIL_TYPE,
        "Detail": json.dumps(detail, ensure_ascii=False),
        "Resources": [],
    }


def refuse_if_nobody(aws: Aws, team: str) -> None:
    """Refuse to page a team that has no roster, mistyped most likely: no phone would ring.

    Where that cannot be asked, the page goes out, and it is said.

    Raises:
        CommandError: there is no such roster; guesses the team, and says how to send it anyway.
    """
    from callout.roster.parameter_store import Store  # noqa: PLC0415 - reads the roster's parser, too

    store = Store(aws, team)
    try:
        number = store.latest_number()
    except (BotoCoreError, ClientError) as error:
        said = f"whether the team {team} has a roster could not be asked ({reason(error)})"
        typer.echo(f"callout: {said}; paging it all the same", err=True)
        return
    if not number:
        raise CommandError(f"nobody was paged, for {store.missing} (--anyway sends it)")
