"""Check an event pattern in the settings for the mistakes that EventBridge rejects.

The arguments of an operator such as `prefix` are not checked: EventBridge checks them at
deployment, and adds new operators. Source: EventBridge user guide, "Event patterns",
"Comparison operators".
"""

from collections.abc import Iterator
from typing import Any

#: EventBridge's default limit of a pattern ("Quotas"). It is unverified that EventBridge counts
#: the JSON without spaces.
MAX_CHARACTERS = 2048
#: EventBridge's minimum of patterns in `$or`.
MIN_ALTERNATIVES = 2
#: Fields of an event that hold a string. Callout adds replays to their conditions.
STRING_FIELDS = ("source", "detail-type")


def validation_error(pattern: dict[str, Any]) -> str:
    """Return the first mistake in a pattern; "" if there is none."""
    return next(_check_fields("", pattern), "")


def _check_fields(parent: str, conditions: dict[str, Any]) -> Iterator[str]:
    """Yield the mistakes in the conditions on the fields below a path of the event."""
    if not conditions:
        yield f"`{parent}` is empty: remove it" if parent else "must not be empty"
    for key, condition in conditions.items():
        path = f"{parent}.{key}" if parent else key
        if key == "$or":
            yield from _check_alternatives(parent, path, condition)
        elif isinstance(condition, dict) and path not in STRING_FIELDS:
            yield from _check_fields(path, condition)
        elif isinstance(condition, list):
            yield from _check_list(path, condition)
        else:
            yield f"`{path}` must be a list of values to match, not {condition!r}"


def _check_alternatives(parent: str, path: str, alternatives: object) -> Iterator[str]:
    if not isinstance(alternatives, list) or len(alternatives) < MIN_ALTERNATIVES:
        yield f"`{path}` must be a list of {MIN_ALTERNATIVES} or more patterns"
        return
    for alternative in alternatives:
        if isinstance(alternative, dict):
            yield from _check_fields(parent, alternative)
        else:
            yield f"`{path}` must be a list of patterns; {alternative!r} is not a pattern"


def _check_list(path: str, values: list[Any]) -> Iterator[str]:
    if not values:
        yield f"`{path}` is an empty list, which matches nothing: remove it"
    for value in values:
        match value:
            case list():
                yield f"`{path}` has a list within its list: remove the inner brackets"
            case dict() if len(value) != 1:
                yield f"`{path}` has a condition with {len(value)} keys: write one key in each"
