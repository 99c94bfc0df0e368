"""Explains why no rule matches an event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Json = dict[str, Any]
#: Fields that say what an event is, in the order in which they are compared.
_FIRST = ("source", "detail-type")
#: Characters of a value that are shown.
_MAX_CHARACTERS = 100


def explain_mismatch(
    patterns: Mapping[str, Json], event: Json, matches: Callable[[Json, Json], bool]
) -> str:
    """Return which rule comes closest, and the first field that differs.

    Args:
        patterns: the event pattern of each trigger that is deployed.
        event: as EventBridge delivers it.
        matches: whether a pattern matches an event.
    """
    matched, closest, difference = 0, "", ""
    alternatives = ((trigger, each) for trigger in patterns for each in _routes(patterns[trigger]))
    for trigger, pattern in alternatives:
        for number, (path, condition) in enumerate(_conditions(pattern)):
            if not matches(_nested(path, condition), event):
                if number > matched:
                    matched, closest = number, trigger
                    difference = _describe(path, condition, event)
                break
    if not matched:
        return (
            f"no trigger is for the source {event['source']} and the detail-type"
            f" {event['detail-type']}; there are {', '.join(patterns)}"
        )
    return f"the closest rule is {closest}: {difference}"


def _routes(pattern: Json) -> list[Json]:
    """Return the patterns of which an event needs to match one."""
    common = {key: condition for key, condition in pattern.items() if key != "$or"}
    return [common | route for route in pattern.get("$or", [{}])]


def _conditions(pattern: Json, *parents: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the path of each field in a pattern, and what it must be."""
    for key in sorted(pattern, key=lambda key: _FIRST.index(key) if key in _FIRST else len(_FIRST)):
        value = pattern[key]
        if isinstance(value, dict):
            yield from _conditions(value, *parents, key)
        else:
            yield (*parents, key), value


def _nested(path: tuple[str, ...], condition: Any) -> Json:  # noqa: ANN401 - whatever JSON holds
    """Return the pattern that has one condition only."""
    for key in reversed(path):
        condition = {key: condition}
    nested: Json = condition
    return nested


def _describe(path: tuple[str, ...], condition: Any, event: Any) -> str:  # noqa: ANN401 - JSON
    """Return what a field is, and what it must be."""
    place = path[:-1] if path[-1] == "$or" else path
    for key in place:
        event = event.get(key) if isinstance(event, dict) else None
    actual = "missing" if event is None else _short(event)
    return f"{'.'.join(place)} is {actual}; the rule has {_short(condition)}"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MAX_CHARACTERS else f"{text[:_MAX_CHARACTERS]}…"
