"""Sample events that the web page can send: the files in tests/fixtures/events that page."""

from __future__ import annotations

from functools import cache
from typing import Any

from local.environment import ACCOUNT, REGION
from local.scenarios.files import EVENTS, event_names, read_event
from local.scenarios.sent_event import elsewhere
from oncall.events.parse_event import incident_from_event

#: Starts the roster validation, not a page.
_NO_PAGE = ("roster-parameter-changed",)
#: The events that the web page lists first.
FEATURED = ("root-sign-in", "alarm-alb-latency", "guardduty-finding", "callout-page")
_MAX_TITLE_LENGTH = 90
_HOME = f"arn:aws:states:{REGION}:{ACCOUNT}"


@cache
def sample_events() -> list[dict[str, str]]:
    """List name and title of each event, the featured ones first.

    The titles name an account and a region other than Callout's own.
    """
    names = [name for name in event_names() if name not in _NO_PAGE]
    names.sort(key=lambda name: FEATURED.index(name) if name in FEATURED else len(FEATURED))
    return [{"name": name, "title": _title(name)} for name in names]


def read_sample_event(name: str) -> dict[str, Any]:
    """Return a sample event; raise KeyError for an unknown name."""
    if name not in {event["name"] for event in sample_events()}:
        raise KeyError(name)
    return read_event(EVENTS / f"{name}.json")


def storm_event(number: int) -> dict[str, Any]:
    """Return the event of one alarm of an alert storm; each number is a separate incident."""
    return {
        "source": "callout",
        "detail-type": "Page",
        "detail": {
            "title": f"Alarm {number}: host {number} does not answer",
            "severity": ("critical", "high", "medium", "low")[number % 4],
            "dedup_key": f"storm-{number}",
        },
    }


def _title(name: str) -> str:
    event = read_event(EVENTS / f"{name}.json")
    title = incident_from_event(event, fallback_id="-").title
    shown = title if len(title) <= _MAX_TITLE_LENGTH else f"{title[:_MAX_TITLE_LENGTH]}…"
    return shown + elsewhere(event, _HOME)
