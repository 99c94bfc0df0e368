"""SNS topics that page: a function, and its subscription to each topic of the settings."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from workflow.escalation import Escalation
from workflow.lambda_function import LambdaFunction
from workflow.settings.triggers import SnsTopic, topics_environment


class SnsTopics(Construct):
    """The function `receive_notification`, its permissions and its subscriptions.

    This account subscribes, also to a topic of another account, so that SNS needs no confirmation
    (AWS Lambda developer guide, "Using AWS Lambda with Amazon SNS").
    """

    def __init__(  # noqa: PLR0913 - keyword-only
        self,
        scope: Construct,
        construct_id: str,
        *,
        escalation: Escalation,
        topics: Sequence[SnsTopic],
        notification_topic: sns.ITopic,
        dead_letter_queue: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        machine = escalation.state_machine.state_machine_arn
        self.function = LambdaFunction(
            self,
            "receive_notification",
            code=escalation.code,
            environment={
                "STATE_MACHINE": machine,
                "NOTIFICATION_TOPIC": notification_topic.topic_arn,
                "SNS_TOPICS": topics_environment(topics),
            },
            failures=dead_letter_queue,
        )
        self.function.allow(["states:StartExecution"], machine)
        for topic in topics:
            self._subscribe(topic)

    def _subscribe(self, topic: SnsTopic) -> None:
        permission = f"Permission-{topic.arn}"
        self.function.add_permission(
            permission,
            principal=iam.ServicePrincipal("sns.amazonaws.com"),
            source_arn=topic.arn,
        )
        subscription = sns.CfnSubscription(
            self,
            f"Subscription-{topic.arn}",
            protocol="lambda",
            endpoint=self.function.function_arn,
            topic_arn=topic.arn,
            region=topic.region,
        )
        # The permission first: without it, SNS cannot deliver a message.
        subscription.node.add_dependency(self.function.node.find_child(permission))
