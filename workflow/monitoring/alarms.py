"""The alarms; each description names the problem and what to do.

Missing data is treated as good for metrics that are written only on failures, as breaching
for drills, and is ignored for queues, for which SQS reports nothing while they are idle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from constructs import Construct

from adapters.metrics import NAMESPACE, Metric

if TYPE_CHECKING:
    from aws_cdk import aws_apigatewayv2 as apigateway
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_sns as sns
    from aws_cdk import aws_sqs as sqs
    from aws_cdk import aws_stepfunctions as sfn

FIVE_MINUTES = Duration.minutes(5)
#: A drill is due every 24 hours and is retried for one hour.
HOURS_WITHOUT_DRILL = 26
#: A failure that one retry fixes causes one error, one that no retry fixes at least four
#: (escalation.asl.json).
MIN_FUNCTION_ERRORS = 2
BREACHING = cloudwatch.TreatMissingData.BREACHING
IGNORE = cloudwatch.TreatMissingData.IGNORE
NOT_BREACHING = cloudwatch.TreatMissingData.NOT_BREACHING


class Alarms(Construct):
    """Alarms that notify SNS; `all` lists them for the dashboard."""

    def __init__(self, scope: Construct, construct_id: str, *, topic: sns.ITopic) -> None:
        super().__init__(scope, construct_id)
        self._action = actions.SnsAction(topic)
        self.all: list[cloudwatch.Alarm] = []

    def watch_queue(self, name: str, queue: sqs.Queue) -> None:
        """Alarm on messages in a dead-letter queue."""
        self._alarm(
            name,
            queue.metric_approximate_number_of_messages_visible(
                period=FIVE_MINUTES, statistic="Maximum"
            ),
            "An event could not be delivered, so a page or a notification is missing. Read the"
            f" messages of {queue.queue_name}: their attributes name the error and the rule or"
            " schedule. Fix the cause, then send each page again.",
            missing=IGNORE,
        )

    def watch_rule(self, name: str, rule_name: str) -> None:
        """Alarm on a rule that cannot reach its target, or not even its dead-letter queue."""

        def rule_metric(metric: str) -> cloudwatch.Metric:
            return cloudwatch.Metric(
                namespace="AWS/Events",
                metric_name=metric,
                dimensions_map={"RuleName": rule_name},
                statistic="Sum",
                period=FIVE_MINUTES,
            )

        self._alarm(
            f"{name} fails",
            rule_metric("FailedInvocations"),
            f"EventBridge could not deliver an event of rule {rule_name} to its target: a page or"
            " a notification is missing, and later events will fail too. The event is in the"
            " dead-letter queue. Check that the target and its permissions still exist;"
            " deploying again restores them.",
        )
        self._alarm(
            f"{name} loses events",
            rule_metric("InvocationsFailedToBeSentToDlq"),
            f"EventBridge could deliver an event of rule {rule_name} neither to its target nor to"
            " the dead-letter queue: the event is lost. Check that the queue and its policy still"
            " exist; deploying again restores them. Find out what was lost: sign-ins are in"
            " CloudTrail, alarms in their history.",
        )

    def watch_function(
        self, name: str, function: lambda_.Function, threshold: int = MIN_FUNCTION_ERRORS
    ) -> None:
        """Alarm on errors that retries do not fix, and on throttling."""
        self._alarm(
            f"{name} fails",
            function.metric_errors(period=FIVE_MINUTES, statistic="Sum"),
            f"{name} fails repeatedly. Pages continue without it if they can; otherwise they"
            " notify SNS. Look for such a notification, and call the people it names. The error"
            f" is in the log of {function.function_name}.",
            threshold=threshold,
        )
        self._alarm(
            f"{name} is throttled",
            function.metric_throttles(period=FIVE_MINUTES, statistic="Sum"),
            f"Lambda delayed the start of {name}, so pages are late. All functions of the account"
            " share one concurrency limit: find what uses it (metric ConcurrentExecutions), stop"
            " it, or request a higher quota.",
        )

    def watch_endpoint(self, api: apigateway.HttpApi) -> None:
        """Alarm on requests that the HTTP endpoint could not handle."""
        self._alarm(
            "webhooks fail",
            api.metric_server_error(period=FIVE_MINUTES, statistic="Sum"),
            "Senders of alerts received a 5xx response, so alerts are late, or lost if a sender"
            " does not retry. Look at the alerts in the sender. The cause is in the logs of the"
            " function ReceiveWebhook, or in the access log if Lambda did not start it.",
        )

    def watch_state_machine(self, machine: sfn.StateMachine) -> None:
        """Alarm on executions that ended without a notification, and on throttling."""
        advice = (
            f" Open the latest executions of {machine.state_machine_name}: the input is the event,"
            " the history shows who was called. Call someone yourself."
        )
        throttled = (
            "Step Functions throttles pages: too many state transitions per second in this account"
            " and region. Find the state machine that causes them, or request a higher quota."
        )
        for name, metric, description in [
            ("fail", machine.metric_failed, "A page reached neither a phone nor SNS." + advice),
            ("time out", machine.metric_timed_out, "A page timed out after 55 days." + advice),
            ("are aborted", machine.metric_aborted, "A page was stopped manually." + advice),
            ("are throttled", machine.metric_throttled, throttled),
        ]:
            self._alarm(f"pages {name}", metric(period=FIVE_MINUTES, statistic="Sum"), description)

    def watch_topic(self, topic: sns.Topic) -> None:
        """Alarm on notifications that SNS could not deliver; this one may also be lost."""
        self._alarm(
            "notifications fail",
            topic.metric_number_of_notifications_failed(period=FIVE_MINUTES, statistic="Sum"),
            "SNS could not deliver a notification to a subscriber, so someone may have missed a"
            f" page. Check the subscriptions of {topic.topic_name} (an invalid address, the"
            " monthly SMS limit), and the executions since then.",
        )

    def watch_drill(self, team: str) -> None:
        """Alarm if no drill of a team succeeds for HOURS_WITHOUT_DRILL hours.

        The periods are hours because an alarm waits for more than its evaluation periods before
        it treats data as missing; with daily periods that would take days (CloudWatch,
        "Configuring how alarms treat missing data", which does not say how many). Filling gaps
        with metric math would be exact, but the local emulator does not support it in alarms.
        """
        self._alarm(
            f"no drill of team {team}",
            drill_metric(team),
            f"For {HOURS_WITHOUT_DRILL} hours no drill of team {team} has reached the phone system:"
            " a page might not either. If a notification reports a failed drill, fix the problem"
            " that it names. If not, check that the schedule, the rule Page and the state machine"
            " exist and are enabled. Until then, arrange another way to be reached. (After the"
            " first deployment, this alarm stays on until the roster has a contact.)",
            missing=BREACHING,
            comparison=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            periods=HOURS_WITHOUT_DRILL,
        )

    def _alarm(  # noqa: PLR0913 - optional ones are keyword-only
        self,
        name: str,
        metric: cloudwatch.IMetric,
        description: str,
        *,
        threshold: int = 1,
        missing: cloudwatch.TreatMissingData = NOT_BREACHING,
        comparison: cloudwatch.ComparisonOperator = (
            cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
        ),
        periods: int = 1,
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,  # unchanged, because the names of two teams may differ only in case
            # The subject of the email shows the name, so it must be readable.
            alarm_name=f"{Stack.of(self).stack_name} - {name}",
            alarm_description=description,
            metric=metric,
            threshold=threshold,
            comparison_operator=comparison,
            evaluation_periods=periods,
            treat_missing_data=missing,
        )
        alarm.add_alarm_action(self._action)
        self.all.append(alarm)


def drill_metric(team: str) -> cloudwatch.Metric:
    """Return the hourly count of a team's successful drills."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=Metric.DRILL_SUCCEEDED,
        dimensions_map={Metric.DRILL_SUCCEEDED.dimension: team},
        statistic="Sum",
        period=Duration.hours(1),
    )
