"""Callout's own events: a program or a person requests a page.

Source `callout`, detail-type `Page`, detail {title, details, severity, team, dedup_key, status,
since}, each of them optional. The status `resolved` resolves the open incident of the team and
dedup key; any other one pages. `since` (ISO 8601) is when the status began, for events that arrive
out of order.
"""

import json
from collections.abc import Mapping
from typing import Any

from oncall.events.envelope import (
    EventEnvelope,
    ParsedEvent,
    at,
    dedup_key,
    identifier,
    text,
    utc_milliseconds,
)
from oncall.incident import DEFAULT_TEAM, SEVERITIES, is_token
from oncall.text import PROSE_LIMIT

SOURCE = "callout"
DETAIL_TYPE = "Page"
#: The `status` that resolves an incident instead of paging.
RESOLVED = "resolved"


def put_events_entry(detail: Mapping[str, object], *, source: str = SOURCE) -> dict[str, Any]:
    """Return the PutEvents entry of a page; a test page has the source of replays."""
    return {
        "Source": source,
        "DetailType": DETAIL_TYPE,
        "Detail": json.dumps(detail, ensure_ascii=False),
        "Resources": [],
    }


def parse(event: EventEnvelope) -> ParsedEvent | None:
    """Return the requested page; every field is optional."""
    title = text(at(event.detail, "title"))
    severity = text(at(event.detail, "severity")).lower()
    status = text(at(event.detail, "status")).lower()
    requested = at(event.detail, "team")
    requested = requested.strip() if isinstance(requested, str) else ""
    team = requested if is_token(requested) else DEFAULT_TEAM
    since = utc_milliseconds(at(event.detail, "since"))
    if status == RESOLVED and since > utc_milliseconds(event.time):
        since = ""  # a wrong clock must not suppress later pages
    # Without dedup key and title, only the event's ID distinguishes two pages.
    named = (identifier(at(event.detail, name)) for name in ("dedup_key", "title"))
    identity = next(filter(None, named), event.id)
    return ParsedEvent(
        "page",
        severity if severity in SEVERITIES else "high",
        # The prefix prevents a page from imitating an alarm; the team, one team's page from
        # suppressing another's, in upper or lower case (trigger_metadata.py, assign_team).
        dedup_key("page", team.casefold(), identity),
        {"title": title, "details": text(at(event.detail, "details"), PROSE_LIMIT)},
        team,
        text(requested) if team != requested else "",
        resolved_by="a Page event" if status == RESOLVED else "",
        state_time=since,
    )
