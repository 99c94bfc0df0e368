"""Who SNS tells: the topic and its subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

if TYPE_CHECKING:
    from workflow.settings.notifications import Notifications as NotificationSettings


class Notifications(Construct):
    """The topic that everything is told through when no phone was answered.

    Encrypted with a key of its own: alarms and rules may not use the key that SNS brings
    along (SNS developer guide, "Enable compatibility between event sources and encrypted
    topics"), and a topic that they cannot publish to is a silent pager.

    Attributes:
        topic: the topic.
    """

    def __init__(self, scope: Construct, construct_id: str, settings: NotificationSettings) -> None:
        super().__init__(scope, construct_id)
        key = kms.Key(
            self,
            "Key",
            description="Callout: encrypts the notifications while SNS holds them",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.DESTROY,  # nothing is kept under it
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsPublish",
                # Rules are let in by the CDK, where one has the topic for a target.
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                resources=["*"],  # in a key's policy: this key
                # No condition: whether CloudWatch brings along what one would ask for is
                # unverified, and a key that it cannot use silences the alarms. Who may
                # publish is the topic's policy's to say.
            )
        )
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        subscribe(self.topic, settings)


def subscribe(topic: sns.Topic, settings: NotificationSettings) -> None:
    """Subscribe everybody whom the settings name."""
    for address in settings.emails:
        topic.add_subscription(subscriptions.EmailSubscription(address))
    for number in settings.sms:
        topic.add_subscription(subscriptions.SmsSubscription(number))
