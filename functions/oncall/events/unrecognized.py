"""Events that Callout does not recognize: they still page."""

from collections.abc import Mapping

from oncall.events.envelope import EventEnvelope, ParsedEvent, dedup_key, text
from oncall.text import shorten

_MAX_FIELDS = 4
_ABOUT_LIMIT = 200


def parse(event: EventEnvelope) -> ParsedEvent:
    """Return the details that any event has: type, source, resource and first fields."""
    facts = {
        "type": event.detail_type,
        "source": event.source,
        "resource": text(event.resources[0]) if event.resources else "",
        "about": shorten(", ".join(_fields(event.detail)), _ABOUT_LIMIT),
    }
    identity = (event.source, event.detail_type, *event.resources)
    # An event without these fields is not a duplicate of any other.
    key = dedup_key("other", *(identity if any(identity) else (event.id,)))
    return ParsedEvent("other", "high", key, facts)


def _fields(detail: object) -> list[str]:
    """Return the first few plain fields of the detail, as `name: value`."""
    if isinstance(detail, str):
        return [text(detail)] if text(detail) else []
    if not isinstance(detail, Mapping):
        return []
    fields = (f"{text(name)}: {text(value)}" for name, value in detail.items() if text(value))
    return [field for field, _ in zip(fields, range(_MAX_FIELDS), strict=False)]
