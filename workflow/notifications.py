"""The SNS topic for notifications: its subscriptions, its key, and who may publish."""

from collections.abc import Sequence

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from workflow.nag_suppressions import suppress
from workflow.settings.notifications import Notifications as NotificationSettings

CLOUDWATCH = "cloudwatch.amazonaws.com"


class Notifications(Construct):
    """The topic for unanswered pages, and for failures of Callout itself.

    Encrypted with its own key. Alarms and rules may not use the AWS managed key of SNS (SNS
    developer guide, "Enable compatibility between event sources and encrypted topics"), so
    with that key their notifications would be lost.
    """

    def __init__(self, scope: Construct, construct_id: str, settings: NotificationSettings) -> None:
        super().__init__(scope, construct_id)
        self.key = key = kms.Key(
            self,
            "Key",
            description="Callout: encrypts notifications in SNS",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.DESTROY,  # nothing is stored under it
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsPublish",
                # The CDK adds the same permission for each rule that has the topic as a target.
                principals=[iam.ServicePrincipal(CLOUDWATCH)],
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                resources=["*"],  # in a key policy: this key
                # No condition: it is unverified which condition keys CloudWatch supplies, and
                # without the key alarms cannot notify. The topic's policy limits publishers.
            )
        )
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        subscribe(self.topic, settings)
        allow_alarms_to_publish(self.topic)


def subscribe(topic: sns.Topic, settings: NotificationSettings) -> None:
    """Subscribe the email addresses and phone numbers in the settings."""
    for address, teams in settings.teams_of("emails").items():
        topic.add_subscription(
            subscriptions.EmailSubscription(address, filter_policy=_only_teams(teams))
        )
    for number, teams in settings.teams_of("sms").items():
        topic.add_subscription(
            subscriptions.SmsSubscription(number, filter_policy=_only_teams(teams))
        )


def _only_teams(teams: Sequence[str]) -> dict[str, sns.SubscriptionFilter] | None:
    """Return a filter for the notifications of some teams and of none; None for everything."""
    if not teams:
        return None
    return {"team": sns.SubscriptionFilter(conditions=[*teams, {"exists": False}])}


def allow_alarms_to_publish(topic: sns.Topic) -> None:
    """Allow alarms of this account to publish, as the default policy of a topic does."""
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            sid="AlarmsPublish",
            principals=[iam.ServicePrincipal(CLOUDWATCH)],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": Stack.of(topic).account}},
        )
    )


def grant_publish(topic: sns.ITopic, role: iam.IRole) -> None:
    """Allow a role to publish to the encrypted topic."""
    topic.grant_publish(role)
    suppress(
        role,
        "IAM5[Action::kms:GenerateDataKey*]",
        "Required to publish to an encrypted SNS topic; limited to the topic's key",
    )
