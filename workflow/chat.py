"""Chat: its topic, the function that publishes to it, and the channels that show it.

The notification topic cannot carry a second format (`MessageStructure`): SNS then sends no message
attributes, on which subscriptions filter (Amazon SNS developer guide, "Amazon SNS message
attributes").
"""

from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_chatbot as chatbot
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from workflow.lambda_function import LambdaFunction
from workflow.notifications import Notifications
from workflow.settings.settings import Settings

#: The AWS managed policy that allows least (AWS managed policy reference, "AWSDenyAll"). Without
#: guardrails, the service applies AdministratorAccess (CloudFormation, "GuardrailPolicies").
GUARDRAIL = "AWSDenyAll"


class ChatTopic(Construct):
    """The topic, and the function that publishes each notification to it."""

    def __init__(
        self, scope: Construct, construct_id: str, notifications: Notifications, code: lambda_.Code
    ) -> None:
        super().__init__(scope, construct_id)
        # Publishers use the key, subscribers do not: SNS decrypts for them.
        self.topic = sns.Topic(self, "Topic", master_key=notifications.key, enforce_ssl=True)
        topic_arn = self.topic.topic_arn
        function = LambdaFunction(
            self, "post_to_chat", code=code, environment={"CHAT_TOPIC": topic_arn}
        )
        function.allow_publish(self.topic)
        notifications.topic.add_subscription(subscriptions.LambdaSubscription(function))
        description = "Notifications for Amazon Q Developer in chat applications"
        CfnOutput(Stack.of(self), "ChatTopicArn", value=topic_arn, description=description)


class ChatStack(Stack):
    """The channels, without permissions in AWS. The service subscribes them to the topic itself."""

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
        guardrail = iam.ManagedPolicy.from_aws_managed_policy_name(GUARDRAIL)
        shared: dict[str, Any] = {
            "iam_role_arn": role.role_arn,
            "sns_topic_arns": [topic.topic_arn],
            "guardrail_policies": [guardrail.managed_policy_arn],
            "logging_level": "ERROR",
        }
        if slack := settings.notifications.slack:
            chatbot.CfnSlackChannelConfiguration(
                self,
                "Slack",
                configuration_name=f"{self.stack_name}-slack",  # unique in an account
                slack_workspace_id=slack.workspace_id,
                slack_channel_id=slack.channel_id,
                **shared,
            )
        if teams := settings.notifications.teams:
            chatbot.CfnMicrosoftTeamsChannelConfiguration(
                self,
                "Teams",
                configuration_name=f"{self.stack_name}-teams",
                teams_tenant_id=teams.tenant_id,
                team_id=teams.team_id,
                teams_channel_id=teams.channel_id,
                **shared,
            )
