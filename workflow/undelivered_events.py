"""Pages about events that EventBridge cannot deliver, or that are too large for an execution."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from workflow.escalation import Escalation
from workflow.lambda_function import LambdaFunction
from workflow.trigger_rules import TriggerRules

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
        escalation: Escalation,
        triggers: TriggerRules,
        topic: sns.ITopic,
        notification_dlq: sqs.Queue,
    ) -> None:
        super().__init__(scope, construct_id)
        state_machine, event_dlq = escalation.state_machine, triggers.event_dlq
        machine = state_machine.state_machine_arn
        environment = {"STATE_MACHINE": machine, "NOTIFICATION_TOPIC": topic.topic_arn}
        # `failures` is for the status events; messages of the queue stay there.
        self.function = LambdaFunction(
            self,
            "page_undelivered",
            code=escalation.code,
            environment=environment,
            failures=notification_dlq,
        )
        self.function.allow(["states:StartExecution"], machine)
        executions = Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{state_machine.state_machine_name}:*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        self.function.allow(["states:DescribeExecution"], executions, EXECUTIONS_REASON)
        for rule in triggers.rules:
            self.function.allow(["events:ListTargetsByRule"], rule.rule_arn)
        self.function.allow_publish(topic)
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
            targets=[self.function.as_target(notification_dlq)],
        )
