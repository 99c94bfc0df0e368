"""EventBridge's matching, as far as the deployed patterns use it.

Source: EventBridge user guide, "Event patterns": every field of the pattern must be in the
event, and one of its values must be the event's; fields that the pattern does not name are
not looked at. A kind of condition that is not known here is an error, so that nothing is
taken for matched that nobody has thought about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Say whether a rule with this pattern is started by this event."""
    return all(_field_matches(key, wanted, event) for key, wanted in pattern.items())


def _field_matches(key: str, wanted: object, event: Mapping[str, Any]) -> bool:
    if key.startswith("$"):
        raise NotImplementedError(f"a pattern with {key}")
    found = event.get(key)
    if isinstance(wanted, dict):
        return isinstance(found, dict) and matches(wanted, found)
    if not isinstance(wanted, list):
        raise TypeError(f"{key}: {wanted!r}, but a pattern's values are lists")
    values = found if isinstance(found, list) else [found]
    return any(_value_matches(key, one, value) for one in wanted for value in values)


def _value_matches(key: str, wanted: object, value: object) -> bool:
    match wanted:
        case str():
            return value == wanted
        case {"prefix": str(prefix), **rest} if not rest:
            return isinstance(value, str) and value.startswith(prefix)
        case _:
            raise NotImplementedError(f"{key}: a condition that is not known here: {wanted}")
