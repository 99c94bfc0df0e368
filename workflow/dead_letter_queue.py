"""Where what could not be delivered is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs

from workflow.nag_suppressions import accept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct


class DeadLetters(sqs.Queue):
    """A queue that keeps it for 14 days, SQS's limit."""

    def __init__(self, scope: Construct, construct_id: str, *, of: str) -> None:
        super().__init__(
            scope,
            construct_id,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        accept(self, "SQS3", f"It is a dead-letter queue: of {of}, not of another queue")

    def let_in(self, rules: Sequence[str]) -> None:
        """Let rules, by ARN, keep what they cannot deliver.

        In one statement for all, since a queue's policy has room for ten conditions and twenty
        statements (SQS, "Quotas related to policies"): the CDK's one for each rule would be
        refused where many triggers are switched on.
        """
        if not rules:
            return  # a list of no ARNs is refused, too
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid="RulesKeepWhatTheyCannotDeliver",
                actions=["sqs:SendMessage"],
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                resources=[self.queue_arn],
                conditions={"ArnEquals": {"aws:SourceArn": list(rules)}},
            )
        )
