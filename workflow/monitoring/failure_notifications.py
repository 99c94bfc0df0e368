"""What tells when the pager itself is ill: failed executions, alarms, and where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from constructs import Construct

from workflow.dead_letter_queue import DeadLetters
from workflow.monitoring.alarms import Alarms

if TYPE_CHECKING:
    from aws_cdk import aws_sns as sns
    from aws_cdk import aws_stepfunctions as sfn

    from workflow.escalation import Escalation
    from workflow.roster_validation import RosterGuard
    from workflow.trigger_rules import Triggers

#: Where the console is, by partition, away from the commercial regions (unverified).
CONSOLES = {"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}
#: Ways in which an execution ends without having told anybody.
SILENT_ENDS = ["FAILED", "TIMED_OUT", "ABORTED"]


class SafetyNet(Construct):
    """Tells SNS what the state machine cannot tell by itself.

    Attributes:
        untold: the dead-letter queue of what could not be told; the drills' too.
        alarms: the alarms.
    """

    def __init__(  # noqa: PLR0913 - what it watches; keyword-only
        self,
        scope: Construct,
        construct_id: str,
        *,
        topic: sns.Topic,
        escalation: Escalation,
        triggers: Triggers,
        guard: RosterGuard,
        partition: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self._partition = partition
        self.untold = DeadLetters(self, "Untold", of="a rule and of schedules")
        rule = self._failed_executions(escalation.state_machine, topic)
        let_alarms_publish(topic)
        self.alarms = Alarms(self, "Alarms", topic=topic)
        self.alarms.watch_queue("undelivered events", triggers.undelivered)
        self.alarms.watch_queue("untold failures", self.untold)
        self.alarms.watch_rule("failures are not told", rule.rule_name)
        for one in triggers.rules:
            self.alarms.watch_rule(f"rule {one.node.id} fails", one.rule_name)
        for name, function in escalation.functions.items():
            self.alarms.watch_function(name.removesuffix("Function"), function)
        self.alarms.watch_rule("rosters are not guarded", guard.rule.rule_name)
        self.alarms.watch_function("ValidateRoster", guard.function)
        self.alarms.watch_machine(escalation.state_machine)
        self.alarms.watch_topic(topic)

    def _failed_executions(self, machine: sfn.StateMachine, topic: sns.Topic) -> events.Rule:
        """Tell SNS of a failed execution without a function: it may be functions that fail."""
        rule = events.Rule(
            self,
            "FailedExecutions",
            description="Callout: tells SNS of a page that ended without telling anybody",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={"stateMachineArn": [machine.state_machine_arn], "status": SILENT_ENDS},
            ),
        )
        # By the topic's policy and not by a role: with a role, delivery to an encrypted
        # topic may fail (EventBridge, "Using resource-based policies"; a newer edition of
        # the page allows both). The statement that this adds has no condition: several
        # public policies quote AWS as saying that EventBridge meets none at a topic, and
        # then the messages would be dropped. Unverified, and safe either way.
        rule.add_target(
            targets.SnsTopic(
                topic,
                message=events.RuleTargetInput.from_multiline_text(text(self._partition)),
                dead_letter_queue=self.untold,
                max_event_age=Duration.hours(24),
                retry_attempts=185,
            )
        )
        return rule


def text(partition: str) -> str:
    """Give what is told of an execution; EventBridge puts each line into quotes.

    Nothing of the event but names: EventBridge escapes no value, and a cause may be long.

    Args:
        partition: such as `aws`, for the address of the console.
    """

    def said(path: str) -> str:
        return events.EventField.from_path(path)

    arn, region = said("$.detail.executionArn"), said("$.region")
    console = CONSOLES.get(partition, f"{region}.console.aws.amazon.com")
    return (
        f"Callout: a page ended {said('$.detail.status')}. Perhaps nobody was told.\n"
        f"Execution: {said('$.detail.name')}\n"
        "What happened is in the input of the execution, who was called in its history:\n"
        f"https://{console}/states/home?region={region}#/v2/executions/details/{arn}"
    )


def let_alarms_publish(topic: sns.Topic) -> None:
    """Allow what a topic without a policy of its own allows: alarms of this account."""
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            sid="AlarmsPublish",
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": Stack.of(topic).account}},
        )
    )
