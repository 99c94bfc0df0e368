"""Forward console sign-ins from the regions where AWS delivers them to the home region.

AWS delivers root sign-ins in us-east-1, and sign-ins of IAM users in the region of the global
or regional endpoint that they used. A rule sees only events of its own region, so each of these
regions, except the home region, gets its own stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam

from workflow.dead_letter_queue import MAX_EVENT_AGE, MAX_RETRIES, DeadLetterQueue
from workflow.event_patterns import patterns, without_replays
from workflow.monitoring.alarms import Alarms
from workflow.notifications import Notifications
from workflow.settings.regions import partition_of
from workflow.settings.triggers import EVENT_DLQ_ID, rule_name

if TYPE_CHECKING:
    from constructs import Construct

    from workflow.event_patterns import EventPattern
    from workflow.settings.notifications import Notifications as NotificationSettings
    from workflow.settings.settings import Settings
    from workflow.settings.triggers import Triggers

#: Regions in which AWS delivers sign-ins, by trigger (CloudTrail user guide, "Console sign-in
#: events": root in us-east-1, IAM users of the global endpoint in one of four).
ROOT_SIGN_IN_REGION = "us-east-1"
SIGN_IN_REGIONS = {
    "root_sign_in": (ROOT_SIGN_IN_REGION,),
    "user_sign_in": ("us-east-1", "us-east-2", "eu-north-1", "ap-southeast-2"),
}


def forwarded_triggers(triggers: Triggers, home_region: str) -> dict[str, list[str]]:
    """Return the keys of the triggers that each region forwards; the home region is left out.

    Events cannot cross partitions. Outside the commercial regions nothing is forwarded, and only
    sign-ins that arrive in the home region page: where AWS delivers them there is unverified.
    """
    by_region: dict[str, list[str]] = {}
    if partition_of(home_region) != "aws":
        return by_region
    for key in triggers.enabled():
        for region in SIGN_IN_REGIONS.get(key, ()):
            if region != home_region:
                by_region.setdefault(region, []).append(key)
    return by_region


class SignInForwardingStack(Stack):
    """Forwards the sign-ins of one region to the home region's default bus.

    It cannot loop: it forwards only events of the AWS sign-in service, to a region that
    forwards nothing.
    """

    def __init__(  # noqa: PLR0913 - keyword-only
        self,
        scope: Construct,
        construct_id: str,
        *,
        region: str,
        home_region: str,
        settings: Settings,
        keys: list[str],
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env={"region": region},
            description=f"Callout: forwards console sign-ins from {region} to {home_region}",
        )
        self._home_bus = self.format_arn(
            service="events",
            region=home_region,
            resource="event-bus",
            resource_name="default",
        )
        self._role = self._forwarding_role()
        self._event_dlq = DeadLetterQueue(self, EVENT_DLQ_ID, source="rules")
        pattern_by_key, routes = patterns(settings.triggers), settings.triggers.enabled()
        rules = {
            name: self._rule(name, without_replays(pattern_by_key[key]))
            for key in keys
            for name in [rule_name(key, routes[key][0])]
        }
        self._event_dlq.allow_rules([rule.attr_arn for rule in rules.values()])
        self._alarms(rules, settings.notifications)

    def _forwarding_role(self) -> iam.Role:
        """Create a role that may only put events on the home region's bus."""
        put = iam.PolicyStatement(actions=["events:PutEvents"], resources=[self._home_bus])
        return iam.Role(
            self,
            "Forward",
            assumed_by=iam.ServicePrincipal("events.amazonaws.com"),
            inline_policies={"PutEvents": iam.PolicyDocument(statements=[put])},
        )

    def _rule(self, name: str, pattern: EventPattern) -> events.CfnRule:
        return events.CfnRule(
            self,
            name,
            description=f"Callout: forwards {name} to the home region",
            event_pattern=pattern,
            targets=[
                events.CfnRule.TargetProperty(
                    id="HomeBus",
                    arn=self._home_bus,
                    role_arn=self._role.role_arn,
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(
                        arn=self._event_dlq.queue_arn
                    ),
                    retry_policy=events.CfnRule.RetryPolicyProperty(
                        maximum_event_age_in_seconds=MAX_EVENT_AGE.to_seconds(),
                        maximum_retry_attempts=MAX_RETRIES,
                    ),
                )
            ],
        )

    def _alarms(
        self, rules: dict[str, events.CfnRule], notifications: NotificationSettings
    ) -> None:
        """Notify the same subscribers if a sign-in cannot be forwarded.

        An alarm needs a topic in its own region.
        """
        topic = Notifications(self, "Notifications", notifications).topic
        alarms = Alarms(self, "Alarms", topic=topic)
        alarms.watch_queue("undelivered sign-ins", self._event_dlq)
        for name, rule in rules.items():
            alarms.watch_rule(f"rule {name}", rule.ref)
