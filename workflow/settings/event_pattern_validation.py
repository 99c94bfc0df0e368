"""The form of an event pattern, as far as EventBridge refuses one that breaks it.

What a condition such as `prefix` takes is left to EventBridge, which says it at deployment
and learns new ones. Source: EventBridge user guide, "Event patterns", "Comparison operators".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Characters that EventBridge takes of a pattern by default ("Quotas"); that it counts the
#: JSON without spaces is unverified.
LONGEST = 2048
#: What `$or` needs at least.
ALTERNATIVES = 2
#: Fields of an event that are texts, and to which Callout adds what opens them to replays.
TEXTS = ("source", "detail-type")


def flaw(pattern: dict[str, Any]) -> str:
    """Say what EventBridge would refuse; nothing where the form is right.

    Args:
        pattern: any JSON object.
    """
    return next(_in_fields("", pattern), "")


def _in_fields(where: str, wanted: dict[str, Any]) -> Iterator[str]:
    """Find what is wrong with what is asked of the fields at a path from the event."""
    if not wanted:
        yield f"`{where}` is empty: leave it out" if where else "must not be empty"
    for key, inner in wanted.items():
        path = f"{where}.{key}" if where else key
        if key == "$or":
            yield from _in_alternatives(where, path, inner)
        elif isinstance(inner, dict) and path not in TEXTS:
            yield from _in_fields(path, inner)
        elif isinstance(inner, list):
            yield from _in_list(path, inner)
        else:
            yield f"`{path}` must be a list of what to match, not {inner!r}"


def _in_alternatives(where: str, path: str, alternatives: object) -> Iterator[str]:
    if not isinstance(alternatives, list) or len(alternatives) < ALTERNATIVES:
        yield f"`{path}` must be a list of {ALTERNATIVES} or more patterns"
        return
    for one in alternatives:
        if isinstance(one, dict):
            yield from _in_fields(where, one)
        else:
            yield f"`{path}` must be a list of patterns, and {one!r} is none"


def _in_list(path: str, conditions: list[Any]) -> Iterator[str]:
    if not conditions:
        yield f"`{path}` is an empty list, which matches nothing: leave it out"
    for one in conditions:
        match one:
            case list():
                yield f"`{path}` has a list within its list"
            case dict() if len(one) != 1:
                yield f"`{path}` has a condition with {len(one)} keys: each takes one"
