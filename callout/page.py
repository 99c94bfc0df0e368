"""Sends a page of Callout's own, to try it or in earnest."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from callout.errors import CommandError
from oncall.events.page import SOURCE
from oncall.incident import SEVERITIES, is_token

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
        "DetailType": "Page",
        "Detail": json.dumps(detail, ensure_ascii=False),
        "Resources": [],
    }
