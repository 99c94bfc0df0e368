"""Match events against the patterns of routes, as EventBridge does.

Supports the operators that Callout's triggers use (workflow/event_patterns.py); any other operator
matches nothing. Format: https://docs.aws.amazon.com/eventbridge/latest/userguide/
eb-create-pattern-operators.html
"""

from collections.abc import Mapping

from oncall.events.envelope import REPLAY_SOURCE, at, items, numeric

_ARN_PARTS = 6


def matches(pattern: object, event: object) -> bool:
    """Return whether an event matches every field of a pattern.

    `None` in place of a pattern matches every event.
    """
    if pattern is None:
        return True
    if not isinstance(pattern, Mapping):
        return False
    return all(_field(name, condition, event) for name, condition in pattern.items())


def with_origin(event: object) -> object:
    """Return an event with the account and region where it happened.

    EventBridge sets those of a replay to where it was sent; the detail or resource has the original
    ones.
    """
    if not isinstance(event, Mapping) or at(event, "source") != REPLAY_SOURCE:
        return event
    detail, resource = at(event, "detail"), at(event, "resources", 0)
    arn = resource.split(":") if isinstance(resource, str) else []
    _, _, _, region, account, *_ = arn if len(arn) >= _ARN_PARTS else [""] * _ARN_PARTS
    accounts = (at(detail, "recipientAccountId"), at(detail, "accountId"), account)
    regions = (at(detail, "awsRegion"), at(detail, "region"), region)
    origin = {
        "account": next(filter(None, accounts), ""),
        "region": next(filter(None, regions), ""),
    }
    return {**event, **{name: value for name, value in origin.items() if value}}


def _field(name: str, condition: object, event: object) -> bool:
    if name == "$or":
        return any(matches(alternative, event) for alternative in items(condition))
    value = at(event, name)
    if isinstance(condition, Mapping):
        return matches(condition, value)
    values = value if isinstance(value, list) else [value]
    return any(_value(allowed, each) for allowed in items(condition) for each in values)


def _value(allowed: object, value: object) -> bool:
    match allowed:
        case {"exists": exists}:
            return exists is (value is not None)
        case {"prefix": str(prefix)}:
            return isinstance(value, str) and value.startswith(prefix)
        case {"anything-but": Mapping() as excluded}:
            return value is not None and not _value(excluded, value)
        case {"anything-but": excluded}:
            return value is not None and value not in items(excluded)
        case {"numeric": [">=", lowest]}:
            number, bound = numeric(value), numeric(lowest)
            return number is not None and bound is not None and number >= bound
    return allowed == value
