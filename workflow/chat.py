"""Chat: a topic of its own, the function that writes to it, and the channels that show it.

The service subscribes to the topic itself. A message for it cannot be one text of several on the
notification topic: SNS sends no message attributes with those, on which subscriptions filter
(Amazon SNS developer guide, "Amazon SNS message attributes").
"""

from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_chatbot as chatbot
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from workflow.lambda_function import LambdaFunction
from workflow.settings.notifications import Notifications as NotificationSettings
from workflow.settings.settings import Settings

#: The least policy that exists (AWS managed policy reference, "AWSDenyAll"). Without guardrail
#: policies the service applies AdministratorAccess (CloudFormation, "GuardrailPolicies").
GUARDRAIL = "AWSDenyAll"


class ChatTopic(Construct):
    """The topic, and the function that publishes each notification to it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        notification_topic: sns.ITopic,
        key: kms.IKey,
        code: lambda_.Code,
    ) -> None:
        super().__init__(scope, construct_id)
        # Publishers use the key, subscribers do not: SNS decrypts for them.
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        function = LambdaFunction(
            self, "post_to_chat", code=code, environment={"CHAT_TOPIC": self.topic.topic_arn}
        )
        function.allow_publish(self.topic)
        notification_topic.add_subscription(subscriptions.LambdaSubscription(function))
        CfnOutput(
            Stack.of(self),
            "ChatTopicArn",
            value=self.topic.topic_arn,
            description="Notifications for Amazon Q Developer in chat applications",
        )


class ChatStack(Stack):
    """The channels; the emulator has no such service. They have no permissions in AWS."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, topic: sns.ITopic
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env={"region": settings.home_region} if settings.home_region else None,
            description="Callout: shows notifications in Slack and Microsoft Teams",
        )
        role = iam.Role(
            self,
            "ChannelRole",
            assumed_by=iam.ServicePrincipal("chatbot.amazonaws.com"),
            description="Has no permissions: Callout's chat channels only show notifications",
        )
        shared: dict[str, Any] = {
            "iam_role_arn": role.role_arn,
            "sns_topic_arns": [topic.topic_arn],
            "guardrail_policies": [
                iam.ManagedPolicy.from_aws_managed_policy_name(GUARDRAIL).managed_policy_arn
            ],
            "logging_level": "ERROR",
        }
        self._channels(settings.notifications, shared)

    def _channels(self, settings: NotificationSettings, shared: dict[str, Any]) -> None:
        # Names are unique in an account, in all regions.
        if slack := settings.slack:
            chatbot.CfnSlackChannelConfiguration(
                self,
                "Slack",
                configuration_name=f"{self.stack_name}-slack",
                slack_workspace_id=slack.workspace_id,
                slack_channel_id=slack.channel_id,
                **shared,
            )
        if teams := settings.teams:
            chatbot.CfnMicrosoftTeamsChannelConfiguration(
                self,
                "Teams",
                configuration_name=f"{self.stack_name}-teams",
                teams_tenant_id=teams.tenant_id,
                team_id=teams.team_id,
                teams_channel_id=teams.channel_id,
                **shared,
            )
