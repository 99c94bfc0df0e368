"""What looks at each roster that is saved, and at all of them once a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as events_targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as scheduler_targets
from constructs import Construct

from workflow.lambda_function import Function
from workflow.nag_suppressions import accept, accept_wildcard
from workflow.roster_parameters import ANY_TEAM, PREFIX, all_rosters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_sns as sns
    from aws_cdk import aws_sqs as sqs

EVERY = Duration.days(1)

#: Which changes are looked at. Not LabelParameterVersion: that is what the guard itself does.
CHANGES = {
    "source": ["aws.ssm", "callout.replay"],
    "detail-type": ["Parameter Store Change"],
    "detail": {
        "name": [{"prefix": PREFIX}],
        "operation": ["Create", "Update", "Delete"],
    },
}


class RosterGuard(Construct):
    """Labels a roster that can be used `last-good`, and tells SNS of one that cannot.

    Events of Parameter Store are best-effort (Systems Manager user guide, "Monitoring with
    EventBridge"), so a schedule looks at every roster as well. What cannot be handed to the
    function, and what the function fails at three times, is kept in a dead-letter queue.

    Attributes:
        function, rule: what was created, for alarms.
    """

    def __init__(  # noqa: PLR0913 - what it works with; keyword-only
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: lambda_.Code,
        teams: Sequence[str],
        table: dynamodb.ITable,
        topic: sns.ITopic,
        undelivered: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        self.function = self._function(code, teams, table, topic)
        self.function.configure_async_invoke(
            on_failure=destinations.SqsDestination(undelivered), retry_attempts=2
        )
        self.rule = self._rule(undelivered)
        self._schedule(undelivered)

    def _function(
        self,
        code: lambda_.Code,
        teams: Sequence[str],
        table: dynamodb.ITable,
        topic: sns.ITopic,
    ) -> Function:
        environment = {
            "ROSTER_PREFIX": PREFIX,
            "TEAMS": ",".join(teams),
            "INCIDENT_TABLE": table.table_name,
            "NOTIFICATION_TOPIC": topic.topic_arn,
        }
        function = Function(self, "validate_roster", code=code, environment=environment)
        reads = ["GetParameter", "GetParameterHistory", "GetParametersByPath"]
        actions = [f"ssm:{one}" for one in (*reads, "LabelParameterVersion")]
        function.allow(actions, all_rosters(self), ANY_TEAM)
        # Listing asks for a right on the path; whether IAM sees it as `…/rosters` or as
        # `…/rosters/` is unverified, and the statement above has the latter.
        path = Stack.of(self).format_arn(
            service="ssm", resource="parameter", resource_name=PREFIX.strip("/")
        )
        function.allow(["ssm:GetParametersByPath"], path)
        function.allow(["dynamodb:GetItem", "dynamodb:PutItem"], table.table_arn)
        topic.grant_publish(function)
        if function.role:
            accept(
                function.role,
                "IAM5[Action::kms:GenerateDataKey*]",
                "What SNS asks of a publisher to an encrypted topic; on the topic's key only",
            )
        return function

    def _rule(self, undelivered: sqs.IQueue) -> events.Rule:
        rule = events.Rule(
            self,
            "Changes",
            description="Callout: looks at a roster that was saved or deleted",
            # Replaced below: the CDK's own type would have the pattern in other words.
            event_pattern=events.EventPattern(source=["aws.ssm"]),
            targets=[
                events_targets.LambdaFunction(
                    self.function,
                    dead_letter_queue=undelivered,
                    max_event_age=Duration.hours(24),
                    retry_attempts=185,
                )
            ],
        )
        resource = rule.node.default_child
        if not isinstance(resource, events.CfnRule):
            raise TypeError("a rule is made of a CfnRule")
        resource.event_pattern = CHANGES
        return rule

    def _schedule(self, undelivered: sqs.IQueue) -> None:
        here = {"StringEquals": {"aws:SourceAccount": Stack.of(self).account}}
        role = iam.Role(
            self,
            "DailyRole",
            assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com", conditions=here),
            description="What the daily look at the rosters of Callout may do",
        )
        every_version = f"{self.function.function_arn}:*"
        accept_wildcard(role, every_version, "The CDK lets it invoke the function in any version")
        scheduler.Schedule(
            self,
            "Daily",
            description="Callout: looks at every roster, in case the event of a change was lost",
            schedule=scheduler.ScheduleExpression.rate(EVERY),
            target=scheduler_targets.LambdaInvoke(
                self.function,
                input=scheduler.ScheduleTargetInput.from_object({"check": "every roster"}),
                role=role,
                dead_letter_queue=undelivered,
                max_event_age=Duration.hours(1),
                retry_attempts=20,
            ),
        )
