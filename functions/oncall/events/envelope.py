"""Read events that may have any shape: no access raises."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from oncall.incident import DEFAULT_TEAM, instant
from oncall.text import NAME_LIMIT, clean, shorten

REPLAY_SOURCE = "callout.replay"
"""The source of a replayed event."""

_ACCOUNT_DIGITS = 12
_REGION_LIMIT = 30  # today's longest have 14
_LARGEST_NUMBER = 10**15  # larger ones are not measurements, and Python refuses to print some


@dataclass(frozen=True)
class ParsedEvent:
    """The result of a parser; kinds and severities are those of oncall/incident.py.

    Facts are cleaned texts; empty ones are dropped later. `account` and `region` are the affected
    ones, if they differ from the event's.
    """

    kind: str
    severity: str
    dedup_key: str
    facts: Mapping[str, str] = field(default_factory=dict)
    team: str = DEFAULT_TEAM
    account: str = ""
    region: str = ""


class EventEnvelope:
    """The fields that EventBridge puts around every event.

    Format: https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html

    Args:
        event: Any JSON value; missing fields are empty.
    """

    def __init__(self, event: object) -> None:
        self.id = at(event, "id")
        self.source = text(at(event, "source"))
        self.detail_type = text(at(event, "detail-type"))
        self.detail = at(event, "detail")
        self.resources = tuple(
            item for item in items(at(event, "resources")) if isinstance(item, str) and item
        )
        # CloudTrail's fields come first: they record where and when something happened. The
        # envelope records the event bus, and for a replay only when it was replayed.
        self.account = (
            account(at(self.detail, "recipientAccountId"))
            or account(at(self.detail, "userIdentity", "accountId"))
            or account(at(event, "account"))
        )
        self.region = region(at(self.detail, "awsRegion")) or region(at(event, "region"))
        self.time = utc(at(self.detail, "eventTime")) or utc(at(event, "time"))
        self.test = self.source == REPLAY_SOURCE

    def comes_from(self, source: str) -> bool:
        """Return whether the event is from this source, or a replay."""
        return self.source in (source, REPLAY_SOURCE)


def at(value: object, *path: str | int) -> object:
    """Return the value at `path` inside `value`; None if there is none."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, Mapping) else None
        else:
            value = value[step] if isinstance(value, list) and step < len(value) else None
    return value


def items(value: object) -> Iterator[object]:
    """Return the items of a list; nothing for any other value."""
    return iter(value if isinstance(value, list) else ())


def text(value: object, limit: int = NAME_LIMIT) -> str:
    """Return a text or number as cleaned text of at most `limit` characters; "" for others."""
    if isinstance(value, str):
        return clean(value, limit)
    number = numeric(value)
    return "" if number is None else f"{number:g}"


def numeric(value: object) -> float | None:
    """Return a number of ordinary size; None for anything else, true and false included."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -_LARGEST_NUMBER < value < _LARGEST_NUMBER else None


def utc(value: object) -> str:
    """Return a time as ISO 8601 in UTC, to the second, ending in Z; "" if it is not a time."""
    moment = instant(value) if isinstance(value, str) else None
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z" if moment else ""


def account(value: object) -> str:
    """Return an account ID of 12 digits; "" for anything else."""
    if not isinstance(value, str) or len(value) != _ACCOUNT_DIGITS:
        return ""
    return value if value.isascii() and value.isdigit() else ""


def region(value: object) -> str:
    """Return a region code, such as us-east-1; "" for anything else."""
    if not isinstance(value, str) or len(value) > _REGION_LIMIT:
        return ""
    return value if value.isascii() and value.replace("-", "").isalnum() else ""


def dedup_key(*parts: object) -> str:
    """Return one short, printable key that differs for different parts.

    If cleaning or cutting changes the key, it ends with a digest of the original, so that names
    that only look the same stay distinct.
    """
    raw = ":".join(part if isinstance(part, str) else text(part) for part in parts)
    key = clean(raw, 2 * NAME_LIMIT)
    if key == raw:
        return key
    digest = hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{shorten(key, NAME_LIMIT)}#{digest}"
