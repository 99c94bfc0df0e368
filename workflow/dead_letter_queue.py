"""The dead-letter queue, and how long EventBridge retries before an event goes there."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from workflow.nag_suppressions import suppress

#: EventBridge's limits for the delivery of an event to a target.
MAX_EVENT_AGE = Duration.hours(24)
#: For an event that pages: then workflow/undelivered_events.py tries, and notifies SNS.
MAX_PAGE_AGE = Duration.minutes(15)
MAX_RETRIES = 185


class DeadLetterQueue(sqs.Queue):
    """A queue that keeps messages for 14 days, SQS's limit.

    `retry_after` is the time after which a function that failed receives a message again.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        source: str,
        retry_after: Duration | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
            visibility_timeout=retry_after,
        )
        suppress(self, "SQS3", f"It is itself a dead-letter queue, for {source}")

    def allow_rules(self, rule_arns: Sequence[str]) -> None:
        """Allow rules to send the events that they cannot deliver.

        One statement covers all rules: a queue policy is limited to ten conditions and twenty
        statements (SQS, "Quotas related to policies"), and the CDK would add a statement for
        each rule.
        """
        if not rule_arns:
            return  # SQS also refuses an empty list of ARNs
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid="RulesSendUndeliveredEvents",
                actions=["sqs:SendMessage"],
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                resources=[self.queue_arn],
                conditions={"ArnEquals": {"aws:SourceArn": list(rule_arns)}},
            )
        )
