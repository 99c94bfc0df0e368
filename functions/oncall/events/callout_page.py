"""Callout's own events: a program or a person asks for a page.

Source `callout`, detail-type `Page`, detail {title, details, severity, team, dedup_key}, each of
them optional.
"""

from oncall.events.envelope import EventEnvelope, ParsedEvent, at, dedup_key, text
from oncall.incident import DEFAULT_TEAM, SEVERITIES, is_token
from oncall.text import PROSE_LIMIT

SOURCE = "callout"
DETAIL_TYPE = "Page"


def parse(event: EventEnvelope) -> ParsedEvent | None:
    """Return what is asked for; whatever is missing, somebody wants a page."""
    title = text(at(event.detail, "title"))
    severity = text(at(event.detail, "severity")).lower()
    said = at(event.detail, "team")
    team = said if isinstance(said, str) and is_token(said) else DEFAULT_TEAM
    # With neither key nor title there is nothing by which to tell two pages apart but the event.
    identity = at(event.detail, "dedup_key") or title or event.id
    return ParsedEvent(
        "page",
        severity if severity in SEVERITIES else "high",
        # The prefix keeps a page from passing itself off as an alarm; the team, one team's page
        # from silencing another's.
        dedup_key("page", team, identity),
        {"title": title, "details": text(at(event.detail, "details"), PROSE_LIMIT)},
        team,
    )
