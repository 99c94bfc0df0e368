"""The events that the page offers: those of tests/fixtures/events that happen to somebody."""

from __future__ import annotations

from functools import cache
from typing import Any

from local.scenarios.files import EVENTS, event_names, read_event
from oncall.events.parse_event import incident_from_event

#: No page: it is how a roster that was saved is heard of.
_NO_PAGE = ("roster-parameter-changed",)
#: What the page offers first.
FIRST = ("root-sign-in", "alarm-alb-latency", "guardduty-finding", "callout-page")
_LONGEST_TITLE = 90


@cache
def samples() -> list[dict[str, str]]:
    """Give name and title of each event, those first that are most telling."""
    names = [name for name in event_names() if name not in _NO_PAGE]
    names.sort(key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    return [{"name": name, "title": _title(name)} for name in names]


def sample(name: str) -> dict[str, Any]:
    """Read an event that is offered; raises KeyError."""
    if name not in {one["name"] for one in samples()}:
        raise KeyError(name)
    return read_event(EVENTS / f"{name}.json")


def alarm(number: int) -> dict[str, Any]:
    """Give the event of one of many alarms that go off at once; each is an incident of its own."""
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
    title = incident_from_event(read_event(EVENTS / f"{name}.json"), fallback_id="-").title
    return title if len(title) <= _LONGEST_TITLE else f"{title[:_LONGEST_TITLE]}…"
