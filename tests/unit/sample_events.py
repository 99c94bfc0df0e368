"""The sample events in tests/fixtures/events, and events like them."""

import json
from pathlib import Path
from typing import Any

from oncall.events.parse_event import incident_from_event
from oncall.incident import Incident

_FOLDER = Path(__file__).parents[1] / "fixtures/events"

NAMES = tuple(sorted(file.stem for file in _FOLDER.glob("*.json")))
ORDINARY = tuple(name for name in NAMES if not name.startswith("hostile"))

FALLBACK_ID = "execution-4711"


def event(name: str) -> dict[str, Any]:
    """Return a sample event that a test may change."""
    document: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return document


def incident(name: str, **detail: object) -> Incident:
    """Return the incident of a sample event, with some fields of its detail replaced."""
    sample = event(name)
    sample["detail"] |= detail
    return incident_from(sample)


def incident_from(event: Any) -> Incident:  # noqa: ANN401 - any JSON value may arrive
    """Return the incident of an event."""
    return incident_from_event(event, fallback_id=FALLBACK_ID)


def page(**detail: object) -> Incident:
    """Return the incident of Callout's own event with this detail."""
    return incident_from({"source": "callout", "detail-type": "Page", "id": "e1", "detail": detail})
