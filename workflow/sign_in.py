"""Where console sign-ins arrive: forwarded to the home region, from there only.

AWS delivers the sign-in of root in us-east-1; that of IAM users in the region of the global
endpoint that served them, or of the regional endpoint they used. A rule sees only its own
region's events, so each such region but the home region gets a stack of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_cloudwatch_actions import SnsAction

from workflow.exceptions import accept
from workflow.notifications import subscribe
from workflow.patterns import as_aws_sends_it, patterns

if TYPE_CHECKING:
    from constructs import Construct

    from workflow.settings import Settings
    from workflow.trigger_settings import Triggers

#: Regions by trigger (CloudTrail user guide, "Console sign-in events": root in us-east-1,
#: IAM users through the global endpoint in one of four).
ROOT_SIGN_IN_REGION = "us-east-1"
ARRIVALS = {
    "root_sign_in": (ROOT_SIGN_IN_REGION,),
    "user_sign_in": ("us-east-1", "us-east-2", "eu-north-1", "ap-southeast-2"),
}


def forwarded(triggers: Triggers, home_region: str) -> dict[str, list[str]]:
    """Say which triggers each region has to forward; the home region has none."""
    found: dict[str, list[str]] = {}
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
        home_bus = self.format_arn(
            service="events",
            region=home_region,
            resource="event-bus",
            resource_name="default",
        )
        role = iam.Role(
            self,
            "Forward",
            assumed_by=iam.ServicePrincipal("events.amazonaws.com"),
            inline_policies={
                "PutEvents": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(actions=["events:PutEvents"], resources=[home_bus])
                    ]
                )
            },
        )
        undelivered = sqs.Queue(
            self,
            "Undelivered",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        accept(undelivered, "SQS3", "It is a dead-letter queue: of rules, not of another queue")
        chosen = patterns(settings.triggers)
        rules = [
            events.CfnRule(
                self,
                "".join(word.title() for word in key.split("_")),
                description=f"Callout: {key} to {home_region}",
                event_pattern=as_aws_sends_it(chosen[key]),
                targets=[
                    events.CfnRule.TargetProperty(
                        id="HomeBus",
                        arn=home_bus,
                        role_arn=role.role_arn,
                        dead_letter_config=events.CfnRule.DeadLetterConfigProperty(
                            arn=undelivered.queue_arn
                        ),
                        retry_policy=events.CfnRule.RetryPolicyProperty(
                            maximum_event_age_in_seconds=86400, maximum_retry_attempts=185
                        ),
                    )
                ],
            )
            for key in keys
        ]
        undelivered.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sqs:SendMessage"],
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                resources=[undelivered.queue_arn],
                conditions={"ArnEquals": {"aws:SourceArn": [rule.attr_arn for rule in rules]}},
            )
        )
        self._watch(undelivered, settings)

    def _watch(self, undelivered: sqs.Queue, settings: Settings) -> None:
        """Tell the same people when a sign-in could not be forwarded.

        An alarm acts in its own region only, so this region has a topic too. What it says
        (a queue is not empty) is no secret, so the topic needs no key of its own.
        """
        topic = sns.Topic(self, "Notifications", enforce_ssl=True)
        subscribe(topic, settings.notifications)
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sns:Publish"],
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        alarm = undelivered.metric_approximate_number_of_messages_visible().create_alarm(
            self,
            "SignInNotForwarded",
            alarm_description=(
                f"A console sign-in in {self.region} could not be forwarded to Callout, so nobody"
                " was called about it. The dead-letter queue of this stack holds the event; its"
                " attribute ERROR_MESSAGE says why."
            ),
            threshold=1,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(SnsAction(topic))
