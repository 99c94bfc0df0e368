"""Where the time from an event to the first dial goes, read from an execution's history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Json = dict[str, Any]
BUS, START, DIAL, TRANSITIONS = (
    "bus",
    "execution starts",
    "PlaceCall, to the request",
    "transitions",
)
PLACE_CALL = "PlaceCall"


def split(history: Sequence[Json], sent: float, dialled: float) -> dict[str, float]:
    """Split the time into parts, in order, that add up to it.

    Args:
        history: the execution's events, with datetimes, as boto3 gives them.
        sent: Unix seconds at which PutEvents was called.
        dialled: Unix seconds at which Connect had the request.

    Returns:
        seconds by part: to the start of the execution, from there to its first state, each
        task from being scheduled to its success, the last one to the request, and what is left.
    """
    started = _at(history[0])
    entered = next(_at(one) for one in history if "stateEnteredEventDetails" in one)
    parts = {BUS: started - sent, START: entered - started}
    for name, begins, ends in tasks(history):
        if name == PLACE_CALL:
            parts[DIAL] = dialled - begins
            break
        parts[name] = ends - begins
    parts[TRANSITIONS] = dialled - sent - sum(parts.values())
    return parts


def tasks(history: Sequence[Json]) -> Iterator[tuple[str, float, float]]:
    """Give each task that succeeded: its state, and the Unix seconds of begin and end."""
    name, begins = "", 0.0
    for event in history:
        if details := event.get("stateEnteredEventDetails"):
            name = details["name"]
        elif event["type"] == "TaskScheduled":
            begins = _at(event)
        elif event["type"] == "TaskSucceeded":
            yield name, begins, _at(event)


def _at(event: Json) -> float:
    seconds: float = event["timestamp"].timestamp()
    return seconds
