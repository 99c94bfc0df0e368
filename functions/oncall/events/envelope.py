"""Reading an event that may not be what it should: every access has an answer, none raises."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from oncall.incident import DEFAULT_TEAM, instant
from oncall.text import NAME_LIMIT, clean, shorten

REPLAY_SOURCE = "callout.replay"
"""The source of an event that a person sent again, to try things out."""

_ACCOUNT_DIGITS = 12
_REGION_LIMIT = 30  # the longest of today have 14
_LARGEST_NUMBER = 10**15  # longer ones are no measurement, and Python refuses to print some


@dataclass(frozen=True)
class ParsedEvent:
    """What a reader understood of an event.

    Attributes:
        kind: One of `oncall.incident.KINDS`.
        severity: One of `oncall.incident.SEVERITIES`.
        dedup_key: From `dedup_key()`.
        facts: Cleaned texts; empty ones are dropped later.
        team: Whose page it is.
        account: The account it happened in, where that is another than the event came from.
        region: The region it happened in, likewise.
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
        event: Any JSON value; what is not there reads as empty.
    """

    def __init__(self, event: object) -> None:
        self.id = at(event, "id")
        self.source = text(at(event, "source"))
        self.detail_type = text(at(event, "detail-type"))
        self.detail = at(event, "detail")
        self.resources = tuple(
            item for item in items(at(event, "resources")) if isinstance(item, str) and item
        )
        # What CloudTrail recorded comes first: it says where and when something happened. The
        # envelope says which bus it came over, and of a replay only when it was sent again.
        self.account = (
            account(at(self.detail, "recipientAccountId"))
            or account(at(self.detail, "userIdentity", "accountId"))
            or account(at(event, "account"))
        )
        self.region = region(at(self.detail, "awsRegion")) or region(at(event, "region"))
        self.time = utc(at(self.detail, "eventTime")) or utc(at(event, "time"))
        self.test = self.source == REPLAY_SOURCE

    def comes_from(self, source: str) -> bool:
        """Say whether the event is of this source, or a replay of one that was."""
        return self.source in (source, REPLAY_SOURCE)


def at(value: object, *path: str | int) -> object:
    """Return what is at `path` inside `value`; None where there is no such place."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, Mapping) else None
        else:
            value = value[step] if isinstance(value, list) and step < len(value) else None
    return value


def items(value: object) -> Iterator[object]:
    """Return the members of a list; none of anything else."""
    return iter(value if isinstance(value, list) else ())


def text(value: object, limit: int = NAME_LIMIT) -> str:
    """Return a text or number as cleaned text of at most `limit` characters, others as ""."""
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
    """Return a time as ISO 8601 in UTC, to the second, ending in Z; "" if it is none."""
    moment = instant(value) if isinstance(value, str) else None
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z" if moment else ""


def account(value: object) -> str:
    """Return an account's 12 digits; "" for what is no account."""
    if not isinstance(value, str) or len(value) != _ACCOUNT_DIGITS:
        return ""
    return value if value.isascii() and value.isdigit() else ""


def region(value: object) -> str:
    """Return a region's code, like us-east-1; "" for what cannot be one."""
    if not isinstance(value, str) or len(value) > _REGION_LIMIT:
        return ""
    return value if value.isascii() and value.replace("-", "").isalnum() else ""


def dedup_key(*parts: object) -> str:
    """Return one short, printable key of parts, different for different parts.

    What cleaning or cutting would change gets a digest of the original, so that two incidents
    whose names merely look alike are not taken for one.
    """
    raw = ":".join(part if isinstance(part, str) else text(part) for part in parts)
    key = clean(raw, 2 * NAME_LIMIT)
    if key == raw:
        return key
    digest = hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{shorten(key, NAME_LIMIT)}#{digest}"
