"""Event patterns: what each trigger's rule matches.

Plain dictionaries, as EventBridge takes them, so that they can be read and tested without
the CDK.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workflow.settings.triggers import (
        Alarms,
        GuardDuty,
        Health,
        Instances,
        Outcome,
        Pattern,
        RootSignIn,
        Triggers,
        UserSignIn,
    )

#: An event as AWS sent it, sent again by a person. PutEvents refuses sources that begin
#: with `aws.`, so this is the only way to try a trigger.
REPLAY = "callout.replay"
#: AWS writes the first; one of its pages spells the second.
CONSOLE_SIGN_IN = ["AWS Console Sign In via CloudTrail", "AWS Console Signin via CloudTrail"]

#: How the names of Callout's own alarms begin (workflow/monitoring/alarms.py).
OWN_ALARMS = "Callout - "

EventPattern = dict[str, Any]


def patterns(triggers: Triggers) -> dict[str, EventPattern]:
    """Give the pattern of every trigger that is switched on, by the trigger's key."""
    made = {
        "root_sign_in": root_sign_in(triggers.root_sign_in),
        "user_sign_in": user_sign_in(triggers.user_sign_in),
        "alarms": alarms(triggers.alarms),
        "instances": instances(triggers.instances),
        "guardduty": guardduty(triggers.guardduty),
        "health": health(triggers.health),
        "page": {"source": ["callout", REPLAY], "detail-type": ["Page"]},
    }
    made |= {f"patterns.{n}": raw(one) for n, one in enumerate(triggers.patterns)}
    return {key: made[key] for key, trigger in triggers.by_key().items() if trigger.enabled}


def root_sign_in(trigger: RootSignIn) -> EventPattern:
    """Whatever the root user does at the console's door, a reset of the password too."""
    return _sign_in({"userIdentity": {"type": ["Root"]}}, trigger.outcome)


def user_sign_in(trigger: UserSignIn) -> EventPattern:
    """IAM users by name; people in roles by the role that issued their session.

    CloudTrail writes a federated console sign-in as an AssumedRole whose session issuer is
    the role (CloudTrail, "AWS Management Console sign-in events").
    """
    users = {"type": ["IAMUser"], "userName": trigger.users}
    roles = {
        "type": ["AssumedRole"],
        "sessionContext": {"sessionIssuer": {"userName": trigger.roles}},
    }
    wanted = [one for one, names in ((users, trigger.users), (roles, trigger.roles)) if names]
    identity = wanted[0] if len(wanted) == 1 else {"$or": wanted}
    return _sign_in({"userIdentity": identity}, trigger.outcome)


def alarms(trigger: Alarms) -> EventPattern:
    """Alarms that go off, of either kind, and that are OK again, which closes what they opened.

    Of all alarms, all but those that watch Callout: they tell SNS that the pager is ill, which
    the pager should not be asked to do.
    """
    named = [*trigger.names, *({"prefix": prefix} for prefix in trigger.prefixes)]
    names = named or [{"anything-but": {"prefix": OWN_ALARMS}}]
    detail: EventPattern = {"state": {"value": ["ALARM", "OK"]}, "alarmName": names}
    return _aws("cloudwatch", ["CloudWatch Alarm State Change"], detail)


def instances(trigger: Instances) -> EventPattern:
    """Instances that enter one of the states."""
    detail: EventPattern = {"state": trigger.states}
    if trigger.ids:
        detail["instance-id"] = trigger.ids
    return _aws("ec2", ["EC2 Instance State-change Notification"], detail)


def guardduty(trigger: GuardDuty) -> EventPattern:
    """Findings from a severity on."""
    detail = {"severity": [{"numeric": [">=", trigger.minimum_severity]}]}
    return _aws("guardduty", ["GuardDuty Finding"], detail)


def health(trigger: Health) -> EventPattern:
    """Health events of the categories that want a person."""
    detail: EventPattern = {"eventTypeCategory": trigger.categories}
    return _aws("health", ["AWS Health Event"], detail | _if(service=trigger.services))


def raw(trigger: Pattern) -> EventPattern:
    """Open a pattern of the user's to replays."""
    return _opened(trigger.pattern)


def as_aws_sends_it(pattern: EventPattern) -> EventPattern:
    """Close a pattern to replays: what is forwarded from another region is AWS's own."""
    return pattern | {"source": [one for one in pattern["source"] if one != REPLAY]}


def _opened(pattern: EventPattern) -> EventPattern:
    """Open each condition on the source, in the alternatives of `$or` too.

    The order of the keys stays: where `$or` and what stands beside it ask for the same field,
    the later counts (Event Ruler, as the local emulator has it).
    """
    opened = dict(pattern)
    if "source" in pattern:
        opened["source"] = [*pattern["source"], REPLAY]
    if "$or" in pattern:
        opened["$or"] = [_opened(one) for one in pattern["$or"]]
    return opened


def _aws(service: str, detail_types: list[str], detail: EventPattern) -> EventPattern:
    return {"source": [f"aws.{service}", REPLAY], "detail-type": detail_types, "detail": detail}


def _sign_in(detail: EventPattern, outcome: Outcome) -> EventPattern:
    """Match a sign-in once.

    Who has MFA leaves two records: that a device was asked for (`CheckMfa`), then how the
    sign-in ended, also where it failed at the device (CloudTrail, "AWS Management Console
    sign-in events").
    """
    detail |= {"eventName": [{"anything-but": ["CheckMfa"]}]}
    if outcome != "any":
        detail |= {"responseElements": {"ConsoleLogin": [outcome.title()]}}
    return _aws("signin", CONSOLE_SIGN_IN, detail)


def _if(**conditions: list[Any]) -> EventPattern:
    """Give the conditions that say something: an empty list in a pattern matches nothing."""
    return {field: values for field, values in conditions.items() if values}
