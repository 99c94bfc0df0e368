"""Where console sign-ins arrive: forwarded to the home region, from there only.

AWS delivers the sign-in of root in us-east-1; that of IAM users in the region of the global
endpoint that served them, or of the regional endpoint they used. A rule sees only its own
region's events, so each such region but the home region gets a stack of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns

from workflow.dead_letter_queue import DeadLetters
from workflow.event_patterns import as_aws_sends_it, patterns
from workflow.monitoring.alarms import Alarms
from workflow.monitoring.failure_notifications import let_alarms_publish
from workflow.notifications import subscribe
from workflow.settings.triggers import rule_name
from workflow.settings.types import partition_of

if TYPE_CHECKING:
    from constructs import Construct

    from workflow.event_patterns import EventPattern
    from workflow.settings.notifications import Notifications
    from workflow.settings.settings import Settings
    from workflow.settings.triggers import Triggers

#: Regions by trigger (CloudTrail user guide, "Console sign-in events": root in us-east-1,
#: IAM users through the global endpoint in one of four).
ROOT_SIGN_IN_REGION = "us-east-1"
ARRIVALS = {
    "root_sign_in": (ROOT_SIGN_IN_REGION,),
    "user_sign_in": ("us-east-1", "us-east-2", "eu-north-1", "ap-southeast-2"),
}


def forwarded(triggers: Triggers, home_region: str) -> dict[str, list[str]]:
    """Say which triggers each region has to forward; the home region has none.

    Nothing crosses from one partition to another, so away from the commercial regions only what
    arrives at home pages: where sign-ins arrive there is unverified.
    """
    found: dict[str, list[str]] = {}
    if partition_of(home_region) != "aws":
        return found
    for key, trigger in triggers.by_key().items():
        for region in ARRIVALS.get(key, ()) if trigger.enabled else ():
            if region != home_region:
                found.setdefault(region, []).append(key)
    return found


class SignInStack(Stack):
    """Forwards the sign-ins of one region to the home region's default bus.

    It cannot loop: only events of AWS's own sign-in service are forwarded, to a region that
    forwards none.
    """

    def __init__(  # noqa: PLR0913 - all of them keywords
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
        self._role = self._forwarding()
        self._undelivered = DeadLetters(self, "Undelivered", of="rules")
        chosen, by_key = patterns(settings.triggers), settings.triggers.by_key()
        rules = {
            name: self._rule(name, as_aws_sends_it(chosen[key]))
            for key in keys
            for name in [rule_name(key, by_key[key])]
        }
        self._undelivered.let_in([rule.attr_arn for rule in rules.values()])
        self._watch(rules, settings.notifications)

    def _forwarding(self) -> iam.Role:
        """Give the role that may put events on the home region's bus, and do nothing else."""
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
            description=f"Callout: {name} to the home region",
            event_pattern=pattern,
            targets=[
                events.CfnRule.TargetProperty(
                    id="HomeBus",
                    arn=self._home_bus,
                    role_arn=self._role.role_arn,
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(
                        arn=self._undelivered.queue_arn
                    ),
                    retry_policy=events.CfnRule.RetryPolicyProperty(
                        maximum_event_age_in_seconds=86400, maximum_retry_attempts=185
                    ),
                )
            ],
        )

    def _watch(self, rules: dict[str, events.CfnRule], notifications: Notifications) -> None:
        """Tell the same people when a sign-in could not be forwarded.

        An alarm acts in its own region only, so this region has a topic too. What it says
        (a queue is not empty) is no secret, so the topic needs no key of its own.
        """
        topic = sns.Topic(self, "Notifications", enforce_ssl=True)
        subscribe(topic, notifications)
        let_alarms_publish(topic)
        alarms = Alarms(self, "Alarms", topic=topic)
        alarms.watch_queue("undelivered sign-ins", self._undelivered)
        for name, rule in rules.items():
            alarms.watch_rule(f"rule {name} fails", rule.ref)
