"""Forward events of other regions and accounts to the home region's default bus.

A rule sees only events of its own account and region. AWS delivers root sign-ins in us-east-1, and
sign-ins of IAM users in the region of the global or regional endpoint that they used. So these
regions and those of the setting `sources` get a stack (docs/decisions/033).
"""

from collections.abc import Iterable
from typing import Any

from aws_cdk import BootstraplessSynthesizer, CfnCondition, CfnParameter, Fn, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from constructs import Construct

from workflow.dead_letter_queue import MAX_EVENT_AGE, MAX_RETRIES
from workflow.event_patterns import (
    SIGN_IN_REGIONS,
    EventPattern,
    forwarded,
    listed_values,
    patterns,
)
from workflow.monitoring.alarms import Alarms
from workflow.notifications import Notifications
from workflow.settings.regions import partition_of
from workflow.settings.settings import Settings
from workflow.settings.triggers import Triggers, rule_name
from workflow.trigger_rules import RULES_ID, TriggerRules

BUS = "arn:{}:events:{}:{}:event-bus/default"
RETRIES = {
    "MaximumEventAgeInSeconds": MAX_EVENT_AGE.to_seconds(),
    "MaximumRetryAttempts": MAX_RETRIES,
}


def forwarded_triggers(settings: Settings, home_region: str) -> dict[str, list[str]]:
    """Return the keys of the triggers that each region forwards; the home region is left out.

    Events cannot cross partitions. Where AWS delivers sign-ins outside the commercial regions is
    unverified, so there only `sources.regions` are forwarded.
    """
    enabled, regions = settings.triggers.enabled(), settings.sources.regions
    by_region = {region: list(enabled) for region in regions}
    if partition_of(home_region) == "aws":
        for key, [route, *_] in enabled.items():
            for region in SIGN_IN_REGIONS.get(rule_name(key, route), ()):
                if region not in (home_region, *regions):
                    by_region.setdefault(region, []).append(key)
    return by_region


def forwarded_patterns(triggers: Triggers, keys: Iterable[str] = ()) -> dict[str, EventPattern]:
    """Return the patterns that forward the events of some triggers, or of all, by their keys."""
    found = patterns(triggers)
    return {key: forwarded(key, found[key]) for key in keys or found}


class ForwardingStack(Stack):
    """Forwards the events of a region, or of another account, to the home region's default bus.

    Without a region, it is a template for a StackSet: it has no assets and needs no bootstrapping.

    It cannot loop: nothing forwards from the home bus, and EventBridge does not forward an event
    that arrived from another bus (EventBridge user guide, "Sending and receiving events between
    accounts", "... between event buses").
    """

    def __init__(  # noqa: PLR0913 - keyword-only
        self,
        scope: Construct,
        construct_id: str,
        *,
        home_region: str,
        settings: Settings,
        region: str | None = None,
        keys: Iterable[str] = (),
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env={"region": region} if region else None,
            synthesizer=None if region else BootstraplessSynthesizer(),
            description=f"Callout: forwards events to {home_region}",
        )
        # An alarm needs a topic in its own region.
        topic = (
            Notifications(self, "Notifications", settings.notifications).topic if region else None
        )
        home_account = None if region else self._home_account()
        home_bus = BUS.format(self.partition, home_region, home_account or self.account)
        put = iam.PolicyStatement(actions=["events:PutEvents"], resources=[home_bus])
        role = iam.Role(
            self,
            "Forward",
            assumed_by=iam.ServicePrincipal("events.amazonaws.com"),
            inline_policies={"PutEvents": iam.PolicyDocument(statements=[put])},
        )
        bus = events.EventBus.from_event_bus_arn(self, "HomeBus", home_bus)
        rules = TriggerRules(
            self,
            RULES_ID,
            settings=settings.triggers,
            patterns=forwarded_patterns(settings.triggers, keys),
            target=targets.EventBus(bus, role=role),
        )
        alarms = Alarms(self, "Alarms", topic=topic)
        alarms.watch_queue("undelivered events", rules.event_dlq)
        for rule in rules.rules:
            rule.resource.add_property_override("Targets.0.RetryPolicy", RETRIES)
            if home_account:
                # A StackSet for an organization may also reach the home account, where the rules
                # of the home region would match what they forward.
                in_home = Fn.condition_if("InHomeAccount", "DISABLED", "ENABLED")
                rule.resource.state = in_home.to_string()
            alarms.watch_rule(f"rule {rule.node.id}", rule.rule_name)

    def _home_account(self) -> str:
        home = CfnParameter(
            self,
            "HomeAccount",
            allowed_pattern="[0-9]{12}",
            description="ID of the account that Callout is deployed to",
        ).value_as_string
        CfnCondition(self, "InHomeAccount", expression=Fn.condition_equals(self.account, home))
        return home


class SourcesStack(Stack):
    """Allows other accounts to put the events of the triggers on the home region's default bus."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(
            scope,
            construct_id,
            env={"region": settings.home_region} if settings.home_region else None,
            description="Callout: allows other accounts to forward events",
        )
        sources, found = settings.sources, list(forwarded_patterns(settings.triggers).values())
        limits = {
            f"events:{field}": values
            for field in ("source", "detail-type")
            if (values := listed_values(found, field))
        }
        # EventBridge user guide, "Example policy: Send events to a custom bus in a different
        # account", has this set operator.
        conditions: dict[str, Any] = {"ForAllValues:StringEquals": limits} if limits else {}
        if sources.organization:
            conditions["StringEquals"] = {"aws:PrincipalOrgID": sources.organization}
        roots = [f"arn:{self.partition}:iam::{account}:root" for account in sources.accounts]
        events.CfnEventBusPolicy(
            self,
            "Policy",
            event_bus_name="default",
            statement_id="CalloutSources",
            statement={
                "Sid": "CalloutSources",
                "Effect": "Allow",
                "Principal": {"AWS": roots} if roots else "*",
                "Action": "events:PutEvents",
                "Resource": BUS.format(self.partition, self.region, self.account),
                "Condition": conditions,
            },
        )
