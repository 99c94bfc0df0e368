"""Events that nobody taught Callout to understand: they page all the same."""

from collections.abc import Mapping

from oncall.events.envelope import EventEnvelope, ParsedEvent, dedup_key, text
from oncall.text import shorten

_FIELDS_TOLD = 4
_ABOUT_LIMIT = 200


def parse(event: EventEnvelope) -> ParsedEvent:
    """Return what can be said of any event: its type, its source, what it names."""
    facts = {
        "type": event.detail_type,
        "source": event.source,
        "resource": text(event.resources[0]) if event.resources else "",
        "about": shorten(", ".join(_fields(event.detail)), _ABOUT_LIMIT),
    }
    identity = (event.source, event.detail_type, *event.resources)
    # What says nothing of itself is like no other event.
    key = dedup_key("other", *(identity if any(identity) else (event.id,)))
    return ParsedEvent("other", "high", key, facts)


def _fields(detail: object) -> list[str]:
    """Return the first few plain fields of the detail, as `name: value`."""
    if isinstance(detail, str):
        return [text(detail)] if text(detail) else []
    if not isinstance(detail, Mapping):
        return []
    told = (f"{text(name)}: {text(value)}" for name, value in detail.items() if text(value))
    return [field for field, _ in zip(told, range(_FIELDS_TOLD), strict=False)]
