"""Read events that may have any shape: no access raises."""

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from oncall.incident import DEFAULT_TEAM, instant, is_token
from oncall.text import NAME_LIMIT, clean, shorten

#: The source of a replayed event.
REPLAY_SOURCE = "callout.replay"

_ACCOUNT = re.compile("[0-9]{12}")
_REGION = re.compile("(?=.*[A-Za-z0-9])[A-Za-z0-9-]{1,30}")  # today's longest have 14
_LARGEST_SCORE = 10**15
_PRINTABLE_BITS = 10_000  # Python refuses to print integers of more than 4,300 digits in decimal
_PLAIN_FLOATS = (1e-7, 1e21)  # the sizes that JavaScript writes without exponent
_DIGEST_LENGTH = 32


@dataclass(frozen=True)
class ParsedEvent:
    """The result of a parser; kinds, severities and states are those of oncall/incident.py.

    Facts are cleaned texts; empty ones are dropped later. `account` and `region` are the affected
    ones, if they differ from the event's. `requested_team` is one that cannot be a team's name.
    """

    kind: str
    severity: str
    dedup_key: str
    facts: Mapping[str, str] = field(default_factory=dict)
    team: str = DEFAULT_TEAM
    requested_team: str = ""
    account: str = ""
    region: str = ""
    resolved_by: str = ""
    state_time: str = ""


class EventEnvelope:
    """The fields that EventBridge puts around every event.

    Format: https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html

    Args:
        event: Any JSON value; missing fields are empty.
        fallback_id: The ID if the event has no usable one.
    """

    def __init__(self, event: object, fallback_id: str) -> None:
        event_id = at(event, "id")
        self.id = event_id if isinstance(event_id, str) and is_token(event_id) else fallback_id
        self.kind = [at(event, "source"), at(event, "detail-type")]
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
    number = _number(value)
    return number if len(number) <= limit else ""


def numeric(value: object) -> float | None:
    """Return a number of ordinary size; None for anything else, true and false included."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -_LARGEST_SCORE < value < _LARGEST_SCORE else None


def utc(value: object) -> str:
    """Return a time as ISO 8601 in UTC, to the second, ending in Z; "" if it is not a time."""
    moment = instant(value)
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z" if moment else ""


def utc_milliseconds(value: object) -> str:
    """Return a time as ISO 8601 in UTC, to the millisecond, so that times sort as text; or ""."""
    moment = instant(value)
    return moment.isoformat(timespec="milliseconds") if moment else ""


def account(value: object) -> str:
    """Return an account ID of 12 digits; "" for anything else."""
    return value if isinstance(value, str) and _ACCOUNT.fullmatch(value) else ""


def region(value: object) -> str:
    """Return a region code, such as us-east-1; "" for anything else."""
    return value if isinstance(value, str) and _REGION.fullmatch(value) else ""


def identifier(value: object) -> str:
    """Return a text as it is, and any other JSON value as canonical JSON.

    Equal values have equal JSON: keys are sorted, and 7.0 is 7. Return "" for what identifies
    nothing: null, NaN, and texts, lists and objects without content.
    """
    if isinstance(value, str):
        return value if clean(value) else ""
    if value in (None, [], {}) or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    try:
        return _canonical(value)
    except RecursionError:  # nested more deeply than any real event
        return ""


def dedup_key(*parts: str, content: str = "") -> str:
    """Return one short, printable key that differs for different parts and content.

    It begins with the parts, for people to read and match. If these do not say everything, it ends
    with a digest: if there is content, or a part is long, not printable, or could be taken for two.
    """
    raw = ":".join(parts)
    key = clean(raw, 2 * NAME_LIMIT)
    if key == raw and not content and not any(":" in part for part in parts[:-1]):
        return key
    exact = json.dumps([*parts, content]).encode()
    return f"{shorten(key, NAME_LIMIT)}#{hashlib.sha256(exact).hexdigest()[:_DIGEST_LENGTH]}"


def _canonical(value: object) -> str:
    """Return the JSON of a value, the same for equal values; RecursionError if it is too deep."""
    if isinstance(value, Mapping):
        fields = [f"{json.dumps(name)}:{_canonical(value[name])}" for name in sorted(value)]
        return "{" + ",".join(fields) + "}"
    if isinstance(value, list):
        return "[" + ",".join([_canonical(item) for item in value]) + "]"
    return _number(value) or json.dumps(value, ensure_ascii=False)


def _number(value: object) -> str:
    """Return a number exactly, without exponent if it is of ordinary size; "" for others."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if value.bit_length() < _PRINTABLE_BITS else hex(value)
    if not isinstance(value, float) or not math.isfinite(value):
        return ""
    smallest, largest = _PLAIN_FLOATS
    if value and not smallest <= abs(value) < largest:
        return repr(value)
    return f"{Decimal(repr(value or 0.0)):f}".removesuffix(".0")
