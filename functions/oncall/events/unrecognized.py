"""Events that Callout does not recognize: they still page.

Their dedup key contains what distinguishes them, so that order A-1002 does not repeat order A-1001.
In doubt two events differ, because calling twice is better than not calling. The `dedup_fields` of
a pattern (docs/settings.md) define it exactly.
"""

import re
from collections.abc import Iterator, Mapping

from oncall.events.cloudtrail_identity import CloudTrailIdentity
from oncall.events.envelope import EventEnvelope, ParsedEvent, at, dedup_key, identifier, text
from oncall.text import shorten

_MAX_FIELDS = 4
_ABOUT_LIMIT = 200

# Names are compared in lower case, without `_` and `-`.
_IMPORTANT = (
    *("eventname", "user", "username", "actor", "principal", "state", "status", "laststatus"),
    *("reason", "statusreason", "stoppedreason", "message", "statusmessage", "title", "summary"),
    *("name", "error", "errorcode", "errormessage", "cause", "description"),
)
"""Fields to announce first, in this order."""
_UNIMPORTANT = frozenset(
    (
        *("eventversion", "schemaversion", "version", "eventid", "eventsource", "eventtype"),
        *("eventcategory", "requestid", "account", "accountid", "region", "awsregion"),
    )
)
"""Fields that are not announced."""
_DELIVERY_IDS = frozenset(
    (
        *("eventid", "sharedeventid", "requestid", "messageid", "deliveryid", "traceid", "spanid"),
        *("correlationid", "clienttoken", "clientrequesttoken", "idempotencytoken"),
    )
)
"""Fields that differ each time that the same thing is reported."""
_TIME_NAME = re.compile(r".*(?:[a-z0-9](?:Time|At)|[_-](?:time|at))|(?i:.*timestamp|time|ts)")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*", re.DOTALL)


def parse(event: EventEnvelope) -> ParsedEvent:
    """Return the details that any event has: type, source, resource and first fields.

    Records of CloudTrail are identified by the action, who did it, and what it acts on; other
    events by their detail, without times and IDs of the delivery. Format: https://docs.aws.
    amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
    """
    resource = text(event.resources[0]) if event.resources else ""
    names = [event.source, event.detail_type, event.account, event.region, resource]
    if _is_cloudtrail(event.detail):
        identity = CloudTrailIdentity(event.detail)
        names += [text(at(event.detail, "eventName")), identity.label]
        # Why the action failed, and its first plain parameters.
        parameters = _fields(at(event.detail, "requestParameters"))
        fields = [*names[-2:], text(at(event.detail, "errorCode")), *parameters]
    else:
        fields = _fields(event.detail)
    facts = {
        "type": event.detail_type,
        "source": event.source,
        "resource": resource,
        "about": shorten(", ".join(filter(None, fields)), _ABOUT_LIMIT),
    }
    key = dedup_key("other", *names, content=_distinct(event) or event.id)
    return ParsedEvent("other", "high", key, facts)


def _distinct(event: EventEnvelope) -> str:
    """Return what distinguishes the event from others; "" if nothing does."""
    detail = event.detail
    if _is_cloudtrail(detail):
        detail = [at(detail, "eventName"), *CloudTrailIdentity(detail).key, *_acts_on(detail)]
    try:
        values = [*event.kind, sorted(set(event.resources)), _without_delivery(detail)]
    except RecursionError:  # nested more deeply than any real event
        return ""
    return identifier(values) if any(values) else ""


def _is_cloudtrail(detail: object) -> bool:
    return all(text(at(detail, name)) for name in ("eventName", "eventSource", "eventVersion"))


def _acts_on(detail: object) -> Iterator[object]:
    """Yield the fields of a CloudTrail record that say what the action concerned, and how."""
    for name in ("eventSource", "errorCode", "requestParameters", "resources"):
        yield at(detail, name)
    yield at(detail, "serviceEventDetails")
    if at(detail, "eventType") == "AwsConsoleSignIn":  # without parameters; says who succeeded
        yield at(detail, "responseElements")


def _without_delivery(value: object) -> object:
    """Return a value without the times and IDs that differ each time that it is reported."""
    if isinstance(value, list):
        return [_without_delivery(item) for item in value]
    if isinstance(value, Mapping):
        return {
            name: _without_delivery(item)
            for name, item in value.items()
            if not _TIME_NAME.fullmatch(name) and _simplified(name) not in _DELIVERY_IDS
        }
    return None if isinstance(value, str) and _TIME.fullmatch(value) else value


def _fields(detail: object) -> list[str]:
    """Return the most important plain fields of the detail, as `name: value`."""
    if isinstance(detail, str):
        return [text(detail)]
    if not isinstance(detail, Mapping):
        return []
    fields = {name: text(value) for name, value in detail.items()}
    named = [
        name
        for name in sorted(fields, key=lambda name: _order(name, fields[name]))
        if fields[name] and _simplified(name) not in _UNIMPORTANT and not _TIME_NAME.fullmatch(name)
    ]
    return [f"{text(name)}: {fields[name].rstrip('.')}" for name in named[:_MAX_FIELDS]]


def _order(name: str, value: str) -> tuple[bool, int, bool]:
    """Return the sort key of a field: long IDs are last, and ARNs say less than other values."""
    simplified = _simplified(name)
    rank = _IMPORTANT.index(simplified) if simplified in _IMPORTANT else len(_IMPORTANT)
    opaque = re.fullmatch(r"(?=.*\d)[0-9A-Fa-f-]{12,}", value)
    return bool(opaque), rank, value.startswith("arn:")


def _simplified(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
