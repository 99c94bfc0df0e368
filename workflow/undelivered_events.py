"""Pages about events that EventBridge cannot deliver, or that are too large for an execution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda_destinations as destinations
from constructs import Construct

from workflow.dead_letter_queue import MAX_EVENT_AGE, MAX_RETRIES
from workflow.lambda_function import LambdaFunction
from workflow.notifications import grant_publish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_sns as sns
    from aws_cdk import aws_sqs as sqs
    from aws_cdk import aws_stepfunctions as sfn

EXECUTIONS_REASON = "Execution names are unknown before; only executions of this state machine"


class UndeliveredEvents(Construct):
    """A function that starts a page about an undelivered event, or notifies SNS.

    It reads the dead-letter queue of the rules, and receives the status event of each failed
    execution: with an event just below the limit of an input, the input of the first task exceeds
    it (docs/decisions/025).
    """

    def __init__(  # noqa: PLR0913 - keyword-only
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: lambda_.Code,
        state_machine: sfn.StateMachine,
        topic: sns.ITopic,
        rules: Sequence[events.Rule],
        event_dlq: sqs.Queue,
        notification_dlq: sqs.Queue,
    ) -> None:
        super().__init__(scope, construct_id)
        machine = state_machine.state_machine_arn
        environment = {"STATE_MACHINE": machine, "NOTIFICATION_TOPIC": topic.topic_arn}
        self.function = LambdaFunction(self, "page_undelivered", code=code, environment=environment)
        # For the status events; messages of the queue stay there.
        self.function.configure_async_invoke(
            on_failure=destinations.SqsDestination(notification_dlq), retry_attempts=2
        )
        self.function.allow(["states:StartExecution"], machine)
        executions = Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{state_machine.state_machine_name}:*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        self.function.allow(["states:DescribeExecution"], executions, EXECUTIONS_REASON)
        for rule in rules:
            self.function.allow(["events:ListTargetsByRule"], rule.rule_arn)
        if self.function.role:
            grant_publish(topic, self.function.role)
        event_dlq.grant_consume_messages(self.function)
        self.function.add_event_source_mapping(
            "EventDlq", event_source_arn=event_dlq.queue_arn, batch_size=1
        )
        events.Rule(
            self,
            "FailedExecutions",
            description="Callout: pages again about an event that was too large",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={"stateMachineArn": [machine], "status": ["FAILED"]},
            ),
            targets=[
                targets.LambdaFunction(
                    self.function,
                    dead_letter_queue=notification_dlq,
                    max_event_age=MAX_EVENT_AGE,
                    retry_attempts=MAX_RETRIES,
                )
            ],
        )
