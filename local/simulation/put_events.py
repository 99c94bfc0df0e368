"""What a function puts on the bus, handed to the scenario's own: moto knows no state machines."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from moto.events.models import EventsBackend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.simulation.event_rules import Event


@contextmanager
def handed_on(send: Callable[[Event], None]) -> Iterator[None]:
    """Give every event that moto takes to somebody besides.

    Called in a thread of moto's, while the function that asked waits for its answer.
    """
    backends: Any = EventsBackend
    before = backends.put_events

    def put_events(backend: EventsBackend, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = before(backend, events)
        for entry, answer in zip(events, answers, strict=True):
            if "EventId" in answer:
                send(_event(entry))
        return answers

    backends.put_events = put_events
    try:
        yield
    finally:
        backends.put_events = before


def _event(entry: dict[str, Any]) -> Event:
    """Give an entry of PutEvents as a scenario has events."""
    return {
        "source": entry["Source"],
        "detail-type": entry["DetailType"],
        "detail": json.loads(entry["Detail"]),
    }
