"""Validate each roster when it is saved, and all rosters once a day."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as scheduler_targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from oncall.events.envelope import REPLAY_SOURCE
from workflow.escalation import Escalation
from workflow.lambda_function import LambdaFunction
from workflow.nag_suppressions import suppress_wildcard
from workflow.roster_parameters import ALL_ROSTERS_REASON, PREFIX, all_rosters_arn
from workflow.settings.settings import Settings
from workflow.trigger_rules import RawPatternRule

INTERVAL = Duration.days(1)

#: Changes that are validated. Not LabelParameterVersion, which the function itself causes.
ROSTER_CHANGES = {
    "source": ["aws.ssm", REPLAY_SOURCE],
    "detail-type": ["Parameter Store Change"],
    "detail": {
        "name": [{"prefix": PREFIX}],
        "operation": ["Create", "Update", "Delete"],
    },
}


class RosterValidation(Construct):
    """Labels a valid roster `last-good`, and notifies SNS of an invalid one.

    With `on_call_notices`, it also notifies the people on call.

    Parameter Store delivers events on a best-effort basis (Systems Manager user guide,
    "Monitoring with EventBridge"), so a schedule validates every roster as well. Events that
    cannot be delivered, or for which the function fails three times, go to a dead-letter queue.
    """

    def __init__(  # noqa: PLR0913 - keyword-only
        self,
        scope: Construct,
        construct_id: str,
        *,
        escalation: Escalation,
        settings: Settings,
        topic: sns.ITopic,
        dead_letter_queue: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        table, on_call_notices = escalation.table, settings.notifications.on_call_notices
        environment = {
            "ROSTER_PREFIX": PREFIX,
            "TEAMS": ",".join(settings.teams),
            "INCIDENT_TABLE": table.table_name,
            "NOTIFICATION_TOPIC": topic.topic_arn,
            "ON_CALL_NOTICES": "1" if on_call_notices else "0",
        }
        self.function = function = LambdaFunction(
            self,
            "validate_roster",
            code=escalation.code,
            environment=environment,
            failures=dead_letter_queue,
        )
        function.allow(
            [
                "ssm:GetParameter",
                "ssm:GetParameterHistory",
                "ssm:GetParametersByPath",
                "ssm:LabelParameterVersion",
            ],
            all_rosters_arn(self),
            ALL_ROSTERS_REASON,
        )
        # GetParametersByPath needs permission on the path. It is unverified whether IAM matches
        # `…/rosters` or `…/rosters/`; the statement above covers the latter.
        path = Stack.of(self).format_arn(
            service="ssm", resource="parameter", resource_name=PREFIX.strip("/")
        )
        function.allow(["ssm:GetParametersByPath"], path)
        function.allow(["dynamodb:GetItem", "dynamodb:PutItem"], table.table_arn)
        function.allow_publish(topic)
        RawPatternRule(
            self,
            "RosterChanges",
            description="Callout: validates a roster that was saved or deleted",
            pattern=ROSTER_CHANGES,
            targets=[function.as_target(dead_letter_queue)],
        )
        self._schedule(dead_letter_queue, on_call_notices=on_call_notices)

    def _schedule(self, dead_letter_queue: sqs.IQueue, *, on_call_notices: bool) -> None:
        this_account = {"StringEquals": {"aws:SourceAccount": Stack.of(self).account}}
        role = iam.Role(
            self,
            "DailyRole",
            assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com", conditions=this_account),
            description="Permissions of Callout's daily roster validation",
        )
        any_version = f"{self.function.function_arn}:*"
        suppress_wildcard(role, any_version, "The CDK allows invoking any version of the function")
        request = {"check": "every roster"}
        if on_call_notices:
            # A delayed or repeated run then looks at the same day (EventBridge Scheduler user
            # guide, "Adding context attributes").
            request["scheduled"] = scheduler.ContextAttribute.scheduled_time
        scheduler.Schedule(
            self,
            "Daily",
            description="Callout: validates every roster, in case the event of a change was lost",
            schedule=scheduler.ScheduleExpression.rate(INTERVAL),
            target=scheduler_targets.LambdaInvoke(
                self.function,
                input=scheduler.ScheduleTargetInput.from_object(request),
                role=role,
                dead_letter_queue=dead_letter_queue,
                max_event_age=Duration.hours(1),
                retry_attempts=20,
            ),
        )
