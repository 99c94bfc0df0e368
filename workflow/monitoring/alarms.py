"""The alarms; each description names the problem and what to do (docs/decisions/031).

By default they read ten metrics, CloudWatch's free tier; an alarm on one metric counts once.

Missing data is treated as good for metrics that are written only on failures, as breaching
for drills, and is ignored for queues, for which SQS reports nothing while they are idle.
"""

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from adapters.metrics import NAMESPACE, Metric

FIVE_MINUTES = Duration.minutes(5)
#: A drill is due every 24 hours and is retried for one hour.
HOURS_WITHOUT_DRILL = 26
#: A failure that one retry fixes causes one failed task, one that no retry fixes at least four
#: (escalation.asl.json).
MIN_FAILED_TASKS = 2
#: Written by a metric filter.
FAILED_TASKS = "FailedTasks"
#: Longer than Lambda's throttling usually delays a function.
MAX_UNDELIVERED_SECONDS = 300
BREACHING = cloudwatch.TreatMissingData.BREACHING
IGNORE = cloudwatch.TreatMissingData.IGNORE
NOT_BREACHING = cloudwatch.TreatMissingData.NOT_BREACHING


class Alarms(Construct):
    """Alarms that notify SNS, if there is a topic; `all` lists them."""

    def __init__(self, scope: Construct, construct_id: str, *, topic: sns.ITopic | None) -> None:
        super().__init__(scope, construct_id)
        self._action = actions.SnsAction(topic) if topic else None
        self.all: list[cloudwatch.Alarm] = []

    def watch_queue(self, name: str, queue: sqs.Queue) -> None:
        """Alarm on messages in a dead-letter queue that nothing reads."""
        self._alarm(
            name,
            queue.metric_approximate_number_of_messages_visible(
                period=FIVE_MINUTES, statistic="Maximum"
            ),
            "An event could not be delivered, so a page or a notification is missing. Read the"
            f" messages of {queue.queue_name}: their attributes name the error and the rule,"
            " schedule or function. Fix the cause, then send each page again.",
            missing=IGNORE,
        )

    def watch_consumed_queue(self, name: str, queue: sqs.Queue) -> None:
        """Alarm on messages that a function fails to process, including those in flight.

        The age counts every message that is not deleted (Amazon SQS developer guide, "Available
        CloudWatch metrics for Amazon SQS").
        """
        self._alarm(
            name,
            queue.metric_approximate_age_of_oldest_message(
                period=FIVE_MINUTES, statistic="Maximum"
            ),
            "No page could be started about an event that EventBridge could not deliver. Read the"
            f" messages of {queue.queue_name} and the log of the function PageUndelivered, which"
            " tries again every hour. Call the people it concerns, and fix the cause.",
            threshold=MAX_UNDELIVERED_SECONDS,
            missing=IGNORE,
        )

    def watch_rule(self, name: str, rule_name: str) -> None:
        """Alarm on events that reach neither the target nor the queue, which has its own alarm."""
        self._alarm(
            f"{name} loses events",
            cloudwatch.Metric(
                namespace="AWS/Events",
                metric_name="InvocationsFailedToBeSentToDlq",
                dimensions_map={"RuleName": rule_name},
                statistic="Sum",
                period=FIVE_MINUTES,
            ),
            f"EventBridge could deliver an event of rule {rule_name} neither to its target nor to"
            " the dead-letter queue: the event is lost. Check that the queue and its policy still"
            " exist; deploying again restores them. Find out what was lost: sign-ins are in"
            " CloudTrail, alarms in their history.",
        )

    def watch_endpoint(self, api: apigateway.HttpApi) -> None:
        """Alarm on requests that the HTTP endpoint could not handle."""
        self._alarm(
            "endpoint fails",
            api.metric_server_error(period=FIVE_MINUTES, statistic="Sum"),
            "Senders of alerts received a 5xx response, so alerts are late, or lost if a sender"
            " does not retry; or people who opened a link did. Check the open alerts in the sender."
            " For the cause, see the log of the function ReceiveWebhook or AnswerLink, or the"
            " access log if Lambda did not start it.",
        )

    def watch_state_machine(self, machine: sfn.StateMachine, log: logs.LogGroup) -> None:
        """Alarm on failed tasks, on executions that ended without a notification, on throttling.

        Failed tasks are functions that fail, time out or are throttled, and requests to SNS. The
        log has one line for each try, with the type of the history event (Step Functions developer
        guide, "Using CloudWatch Logs to log execution history"). Without a default value, a
        metric filter writes nothing, and costs nothing, until a line matches.
        """
        types = ("TaskFailed", "TaskTimedOut", "TaskStartFailed", "TaskSubmitFailed")
        failed_tasks = log.add_metric_filter(
            "FailedTasks",
            filter_pattern=logs.FilterPattern.any(
                *(logs.FilterPattern.string_value("$.type", "=", name) for name in types)
            ),
            metric_namespace=NAMESPACE,
            metric_name=FAILED_TASKS,
            metric_value="1",
        ).metric(period=FIVE_MINUTES, statistic="Sum")
        self._alarm(
            "functions fail",
            failed_tasks,
            "A function of the state machine, or a request to SNS, fails repeatedly. Pages continue"
            " without it if they can; otherwise they notify SNS. Open the latest executions of"
            f" {machine.state_machine_name}: the failed states name the error. If it is"
            " TooManyRequestsException, the account's functions use up their concurrency limit:"
            " find what uses it (metric ConcurrentExecutions), stop it, or request a higher quota."
            " Otherwise the log of the function has the cause.",
            threshold=MIN_FAILED_TASKS,
        )
        self._alarm(
            "pages fail",
            machine.metric_failed(period=FIVE_MINUTES, statistic="Sum"),
            "A page reached neither a phone nor SNS. Open the latest executions of"
            f" {machine.state_machine_name}: the input is the event, the history shows who was"
            " called. Call someone yourself.",
        )
        self._alarm(
            "pages are throttled",
            machine.metric_throttled(period=FIVE_MINUTES, statistic="Sum"),
            "Step Functions throttles pages: too many state transitions per second in this account"
            " and region. Find the state machine that causes them, or request a higher quota.",
        )

    def watch_topic(self, topic: sns.Topic) -> None:
        """Alarm on notifications that SNS could not deliver; this one may also be lost."""
        self._alarm(
            "notifications fail",
            topic.metric_number_of_notifications_failed(period=FIVE_MINUTES, statistic="Sum"),
            "SNS could not deliver a notification to a subscriber, so someone may have missed a"
            f" page. Check the subscriptions of {topic.topic_name} (an invalid address, the"
            " monthly SMS limit), and the executions since then.",
        )

    def watch_drills(self, teams: int) -> None:
        """Alarm if not every team's drill succeeds within HOURS_WITHOUT_DRILL hours.

        The drills of all teams run in the same hour (drill_schedule.py), so the sum of one hour
        must reach their number. A team that is drilled twice in that hour may hide a missing one.

        The periods are hours because an alarm waits for more than its evaluation periods before
        it treats data as missing; with daily periods that would take days (CloudWatch,
        "Configuring how alarms treat missing data", which does not say how many). Filling gaps
        with metric math would be exact, but the local emulator does not support it in alarms.
        """
        self._alarm(
            "drills are missing",
            drill_metric(),
            f"For {HOURS_WITHOUT_DRILL} hours the drills of fewer than {teams} teams have reached"
            " the phone system: a page might not either. If a notification reports a failed drill,"
            " fix the problem that it names. If not, compare the executions of the last drill with"
            " the teams, and check that the schedules, the rule Page and the state machine exist"
            " and are enabled. Until then, arrange another way to be reached. (After the first"
            " deployment, or with a new team, this alarm stays on until the daily drill has found"
            " a contact on every roster.)",
            threshold=teams,
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
            name,
            # The subject of the email shows the name, so it must be readable.
            alarm_name=f"{Stack.of(self).stack_name} - {name}",
            alarm_description=description,
            metric=metric,
            threshold=threshold,
            comparison_operator=comparison,
            evaluation_periods=periods,
            treat_missing_data=missing,
        )
        if self._action:
            alarm.add_alarm_action(self._action)
        self.all.append(alarm)


def drill_metric() -> cloudwatch.Metric:
    """Return the hourly count of successful drills."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=Metric.DRILL_SUCCEEDED,
        statistic="Sum",
        period=Duration.hours(1),
    )
