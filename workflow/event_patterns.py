"""The event pattern of each trigger.

Patterns are plain dictionaries, as EventBridge expects them, so they can be tested without the
CDK. For every event from AWS they also match its replay: the same event with the source
`callout.replay`. PutEvents rejects sources that begin with `aws.`, so a replay is the only way
to test a trigger.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from oncall.events.callout_page import DETAIL_TYPE, SOURCE
from oncall.events.envelope import REPLAY_SOURCE
from workflow.settings.triggers import (
    Alarms,
    GuardDuty,
    Health,
    Instances,
    Outcome,
    RootSignIn,
    Trigger,
    Triggers,
    UserSignIn,
)

#: CloudTrail's user guide has both spellings; AWS sends the first.
CONSOLE_SIGN_IN = ["AWS Console Sign In via CloudTrail", "AWS Console Signin via CloudTrail"]

#: Prefix of the names of Callout's own alarms (workflow/monitoring/alarms.py).
OWN_ALARM_PREFIX = "Callout - "

#: Regions in which AWS delivers sign-ins, by rule (CloudTrail user guide, "Console sign-in events":
#: root in us-east-1, IAM users of the global endpoint in one of four).
SIGN_IN_REGIONS = {
    "RootSignIn": ("us-east-1",),
    "UserSignIn": ("us-east-1", "us-east-2", "eu-north-1", "ap-southeast-2"),
}

EventPattern = dict[str, Any]

#: Matches a field that the event does not have.
MISSING = {"exists": False}


def patterns(triggers: Triggers) -> dict[str, EventPattern]:
    """Return the pattern of every enabled trigger, by the key of the trigger."""
    return {
        key: _union([pattern for route in routes for pattern in _alternatives(key, route)])
        for key, routes in triggers.enabled().items()
    }


def route_condition(key: str, route: Trigger) -> EventPattern:
    """Return the pattern of the events that a route matches among those of its trigger."""
    return {"detail": _pattern(key, route).get("detail", {})} | _origin(route)


def _pattern(key: str, trigger: Any) -> EventPattern:  # noqa: ANN401 - each function takes one type
    """Return the pattern of a trigger or route, without its accounts and regions."""
    match key.partition(".")[0]:
        case "page":
            return {"source": [SOURCE, REPLAY_SOURCE], "detail-type": [DETAIL_TYPE]}
        case "patterns":
            return _with_replays(trigger.pattern)
    functions: tuple[Callable[[Any], EventPattern], ...]
    functions = (root_sign_in, user_sign_in, alarms, instances, guardduty, health)
    return {function.__name__: function for function in functions}[key](trigger)


def _origin(route: Trigger) -> EventPattern:
    fields = {"account": "accounts", "region": "regions"}
    return {field: names for field, key in fields.items() if (names := getattr(route, key, []))}


def _alternatives(key: str, route: Trigger) -> list[EventPattern]:
    """Return the patterns of which a route needs one.

    A replay has the account and region that it is sent in, so these are not conditions on it.
    """
    pattern, origin = _pattern(key, route), _origin(route)
    if not origin:
        return [pattern]
    return [without_replays(pattern) | origin, pattern | {"source": [REPLAY_SOURCE]}]


def _union(patterns: list[EventPattern]) -> EventPattern:
    """Return a pattern that matches what any of the patterns matches."""
    common = {
        field: condition
        for field, condition in patterns[0].items()
        if all(pattern.get(field) == condition for pattern in patterns)
    }
    rest: list[EventPattern] = []
    for pattern in patterns:
        own = {field: condition for field, condition in pattern.items() if field not in common}
        if own not in rest:
            rest.append(own)
    return common if {} in rest else common | {"$or": rest}


def root_sign_in(trigger: RootSignIn) -> EventPattern:
    """Match every event of a root sign-in, also a password reset."""
    return _sign_in({"userIdentity": {"type": ["Root"]}}, trigger.outcome)


def user_sign_in(trigger: UserSignIn) -> EventPattern:
    """Match IAM users by name, and federated users by the role that issued their session.

    CloudTrail records a federated console sign-in as an AssumedRole whose session issuer is
    the role (CloudTrail, "AWS Management Console sign-in events").
    """
    users = {"type": ["IAMUser"], "userName": trigger.users}
    roles = {
        "type": ["AssumedRole"],
        "sessionContext": {"sessionIssuer": {"userName": trigger.roles}},
    }
    conditions = [
        condition for condition, names in ((users, trigger.users), (roles, trigger.roles)) if names
    ]
    identity = conditions[0] if len(conditions) == 1 else {"$or": conditions}
    return _sign_in({"userIdentity": identity}, trigger.outcome)


def alarms(trigger: Alarms) -> EventPattern:
    """Match alarms, metric and composite, that fire, or that recover, which resolves the incident.

    Without names, all alarms match except Callout's own. Those report a failure of Callout, which
    Callout may be unable to page about; they notify SNS.
    """
    selected = [*trigger.names, *({"prefix": prefix} for prefix in trigger.prefixes)]
    names = selected or [{"anything-but": {"prefix": OWN_ALARM_PREFIX}}]
    detail: EventPattern = {"state": {"value": ["ALARM", "OK"]}, "alarmName": names}
    return _aws("cloudwatch", ["CloudWatch Alarm State Change"], detail)


def instances(trigger: Instances) -> EventPattern:
    """Match instances that enter one of the states."""
    detail: EventPattern = {"state": trigger.states}
    if trigger.ids:
        detail["instance-id"] = trigger.ids
    return _aws("ec2", ["EC2 Instance State-change Notification"], detail)


def guardduty(trigger: GuardDuty) -> EventPattern:
    """Match findings of at least the given severity."""
    detail = {"severity": [{"numeric": [">=", trigger.minimum_severity]}]}
    return _aws("guardduty", ["GuardDuty Finding"], detail)


def health(trigger: Health) -> EventPattern:
    """Match Health events of the given categories, once, and those that do not say what they are.

    Public events are also sent to a backup region, with `backupEvent`, a text, set to true (AWS
    Health user guide, "Creating EventBridge rules for AWS Region coverage").
    """
    detail: EventPattern = {
        "eventTypeCategory": [*trigger.categories, MISSING],
        "backupEvent": ["false", False, MISSING],
    }
    if not trigger.public_events:
        detail["eventScopeCode"] = ["ACCOUNT_SPECIFIC", MISSING]
    if trigger.services:
        detail["service"] = [*trigger.services, MISSING]
    return _aws("health", ["AWS Health Event"], detail)


def from_accounts(pattern: EventPattern, accounts: Sequence[str]) -> EventPattern:
    """Return a pattern that matches only events of this account and of the given ones.

    Without any, and where the pattern has its own condition on the account, it stays as it is.
    """
    if not accounts or "account" in pattern:
        return pattern
    alternatives = pattern.get("$or", [])
    if any("account" in alternative for alternative in alternatives):
        return pattern | {"$or": [from_accounts(each, accounts) for each in alternatives]}
    return pattern | {"account": [{"Ref": "AWS::AccountId"}, *accounts]}


def forwarded(key: str, pattern: EventPattern) -> EventPattern:
    """Return the pattern of the events that another region or account forwards for a trigger.

    Replays, drills and reminders are those of a Callout that is deployed there.
    """
    pattern = without_replays(pattern)
    if key == "page":
        pattern["detail"] = {"drill": [MISSING, False], "reminder_of": [MISSING]}
    return pattern


def listed_values(found: Iterable[EventPattern], field: str) -> list[str]:
    """Return the values of a field that patterns match; none if any pattern matches others."""
    values: dict[str, None] = {}
    for pattern in found:
        for alternative in pattern.get("$or", [{}]):
            listed = (pattern | alternative).get(field)
            if not listed or not all(isinstance(value, str) for value in listed):
                return []
            values |= dict.fromkeys(listed)
    return sorted(values)


def without_replays(pattern: EventPattern) -> EventPattern:
    """Return a pattern that matches only events that are not replayed."""
    result = dict(pattern)
    if "source" in pattern:
        result["source"] = [source for source in pattern["source"] if source != REPLAY_SOURCE]
    if "$or" in pattern:
        found = [without_replays(alternative) for alternative in pattern["$or"]]
        others = [alternative for alternative in found if alternative.get("source") != []]
        del result["$or"]
        result |= others[0] if len(others) == 1 else {"$or": others}
    return result


def _with_replays(pattern: EventPattern) -> EventPattern:
    """Add replays to each condition on the source, also within `$or`.

    Keep the order of the keys: if `$or` and a key beside it constrain the same field, the later
    one wins (Event Ruler, as in the local emulator).
    """
    extended = dict(pattern)
    if "source" in pattern:
        extended["source"] = [*pattern["source"], REPLAY_SOURCE]
    if "$or" in pattern:
        extended["$or"] = [_with_replays(alternative) for alternative in pattern["$or"]]
    return extended


def _aws(service: str, detail_types: list[str], detail: EventPattern) -> EventPattern:
    return {
        "source": [f"aws.{service}", REPLAY_SOURCE],
        "detail-type": detail_types,
        "detail": detail,
    }


def _sign_in(detail: EventPattern, outcome: Outcome) -> EventPattern:
    """Match a sign-in once.

    With MFA, CloudTrail records two events: `CheckMfa` when it asks for the device, and then the
    result of the sign-in, also if the device check failed (CloudTrail, "AWS Management Console
    sign-in events").
    """
    detail |= {"eventName": [{"anything-but": ["CheckMfa"]}]}
    if outcome != "any":
        detail |= {"responseElements": {"ConsoleLogin": [outcome.title()]}}
    return _aws("signin", CONSOLE_SIGN_IN, detail)
