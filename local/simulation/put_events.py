"""Forwards events that functions put on moto's bus to the simulated bus."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from moto.events.models import EventsBackend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.simulation.event_rules import Event


@contextmanager
def forward_events(send: Callable[[Event], None]) -> Iterator[None]:
    """Call `send` with every event that moto accepts, because moto starts no state machines.

    It is called in a thread of moto's, while the function waits for the response.
    """
    backends: Any = EventsBackend
    original = backends.put_events

    def put_events(backend: EventsBackend, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = original(backend, events)
        for entry, result in zip(events, results, strict=True):
            if "EventId" in result:
                send(_event(entry))
        return results

    backends.put_events = put_events
    try:
        yield
    finally:
        backends.put_events = original


def _event(entry: dict[str, Any]) -> Event:
    """Return an entry of PutEvents in the form of a scenario's event."""
    return {
        "source": entry["Source"],
        "detail-type": entry["DetailType"],
        "detail": json.loads(entry["Detail"]),
    }
