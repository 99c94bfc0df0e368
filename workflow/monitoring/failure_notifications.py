"""Notify SNS of an execution that failed before it could notify anyone itself."""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from oncall.messages.email import execution_url
from workflow.dead_letter_queue import MAX_EVENT_AGE, MAX_RETRIES, DeadLetterQueue

#: Statuses of an execution that ended without a notification.
FAILED_STATUSES = ["FAILED", "TIMED_OUT", "ABORTED"]


class FailureNotifications(Construct):
    """A rule that notifies SNS of failed executions, without a function: it may be what fails."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        topic: sns.Topic,
        state_machine: sfn.StateMachine,
        partition: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.notification_dlq = DeadLetterQueue(
            self, "NotificationDlq", source="rules, schedules and the roster validation"
        )
        self.rule = events.Rule(
            self,
            "FailedExecutions",
            description="Callout: notifies SNS of a page that failed without a notification",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={
                    "stateMachineArn": [state_machine.state_machine_arn],
                    "status": FAILED_STATUSES,
                },
            ),
        )
        # Publishing is allowed by the topic's policy, not by a role: with a role, delivery to an
        # encrypted topic may fail (EventBridge, "Using resource-based policies"; a newer edition
        # of that guide allows both). The CDK adds that statement without a condition. Several
        # public policies quote AWS as saying that EventBridge supplies no condition keys to a
        # topic; a condition would then drop the notifications. Unverified, and safe either way.
        self.rule.add_target(
            targets.SnsTopic(
                topic,
                message=events.RuleTargetInput.from_multiline_text(notification_text(partition)),
                dead_letter_queue=self.notification_dlq,
                max_event_age=MAX_EVENT_AGE,
                retry_attempts=MAX_RETRIES,
            )
        )


def notification_text(partition: str) -> str:
    """Return the notification of a failed execution; EventBridge quotes each line.

    It contains only names from the event, because EventBridge does not escape values and the
    cause of a failure may be long. The partition, such as `aws`, selects the console.
    """
    field = events.EventField.from_path
    execution_arn, region = field("$.detail.executionArn"), field("$.region")
    return (
        f"Callout: a page ended {field('$.detail.status')}. The notification may not have been"
        " sent.\n"
        f"Execution: {field('$.detail.name')}\n"
        "The execution's input shows the event, its history shows who was called:\n"
        f"{execution_url(execution_arn, partition, region)}"
    )
