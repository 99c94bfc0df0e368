"""The rules that start a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

if TYPE_CHECKING:
    from aws_cdk import aws_stepfunctions as sfn

#: An event as AWS sent it, sent again by a person. PutEvents refuses sources that begin
#: with `aws.`, so this is the only way to try a trigger.
REPLAY = "callout.replay"
#: AWS writes the first; one of its pages spells the second.
CONSOLE_SIGN_IN = ["AWS Console Sign In via CloudTrail", "AWS Console Signin via CloudTrail"]


class Triggers(Construct):
    """Rules, each starting the state machine with the event as it came.

    An event that cannot be delivered is retried for a day, which is EventBridge's limit,
    and then kept in a dead-letter queue: without one it would be dropped.

    Attributes:
        undelivered: the dead-letter queue.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, state_machine: sfn.IStateMachine
    ) -> None:
        super().__init__(scope, construct_id)
        self.undelivered = sqs.Queue(
            self,
            "Undelivered",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        self._target = targets.SfnStateMachine(
            state_machine,
            dead_letter_queue=self.undelivered,
            max_event_age=Duration.hours(24),
            retry_attempts=185,
        )
        self._rule(
            "RootSignIn",
            "The account's root user signed in to the console, or tried to",
            events.EventPattern(
                source=["aws.signin", REPLAY],
                detail_type=CONSOLE_SIGN_IN,
                detail={"userIdentity": {"type": ["Root"]}},
            ),
        )
        self._rule(
            "Page",
            "An event of Callout's own: anybody who may put events can page",
            events.EventPattern(source=["callout", REPLAY], detail_type=["Page"]),
        )

    def _rule(self, construct_id: str, description: str, pattern: events.EventPattern) -> None:
        events.Rule(
            self,
            construct_id,
            description=description,
            event_pattern=pattern,
            targets=[self._target],
        )
