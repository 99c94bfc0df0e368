"""Callout's own events: a program or a person requests a page.

Source `callout`, detail-type `Page`, detail {title, details, severity, team, dedup_key}, each of
them optional.
"""

from oncall.events.envelope import EventEnvelope, ParsedEvent, at, dedup_key, text
from oncall.incident import DEFAULT_TEAM, SEVERITIES, is_token
from oncall.text import PROSE_LIMIT

SOURCE = "callout"
DETAIL_TYPE = "Page"


def parse(event: EventEnvelope) -> ParsedEvent | None:
    """Return the requested page; every field is optional."""
    title = text(at(event.detail, "title"))
    severity = text(at(event.detail, "severity")).lower()
    requested = at(event.detail, "team")
    team = requested if isinstance(requested, str) and is_token(requested) else DEFAULT_TEAM
    # Without dedup key and title, only the event's ID distinguishes two pages.
    identity = at(event.detail, "dedup_key") or title or event.id
    return ParsedEvent(
        "page",
        severity if severity in SEVERITIES else "high",
        # The prefix prevents a page from imitating an alarm; the team, one team's page from
        # suppressing another's.
        dedup_key("page", team, identity),
        {"title": title, "details": text(at(event.detail, "details"), PROSE_LIMIT)},
        team,
    )
