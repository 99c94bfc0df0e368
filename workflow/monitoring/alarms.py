"""The alarms, each with what to do about it at three in the morning.

What is missing counts as good where a metric is written only when something is wrong, as
breaching where silence is what is wrong, and as no news where it means that nobody asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from constructs import Construct

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_sns as sns
    from aws_cdk import aws_sqs as sqs
    from aws_cdk import aws_stepfunctions as sfn

#: What the functions write their metrics to (functions/adapters/metrics.py).
NAMESPACE = "Callout"
FIVE_MINUTES = Duration.minutes(5)
#: Hours without a drill: one is due every 24, and retried for one.
HOURS_WITHOUT_DRILL = 26
#: What one retry mends raises one error, what none mends at least four (escalation.asl.json).
ERRORS = 2
BREACHING = cloudwatch.TreatMissingData.BREACHING
NO_NEWS = cloudwatch.TreatMissingData.IGNORE
GOOD = cloudwatch.TreatMissingData.NOT_BREACHING


class Alarms(Construct):
    """Alarms that tell SNS.

    Attributes:
        all: every alarm, for the dashboard.
    """

    def __init__(self, scope: Construct, construct_id: str, *, topic: sns.ITopic) -> None:
        super().__init__(scope, construct_id)
        self._action = actions.SnsAction(topic)
        self.all: list[cloudwatch.Alarm] = []

    def watch_queue(self, what: str, queue: sqs.Queue) -> None:
        """Watch a dead-letter queue; SQS reports nothing of a queue that nobody uses."""
        self._alarm(
            what,
            queue.metric_approximate_number_of_messages_visible(
                period=FIVE_MINUTES, statistic="Maximum"
            ),
            "An event could not be handed on, so a page or a warning is missing. Read the"
            f" messages of {queue.queue_name}: their attributes say why and which rule or"
            " schedule. See to what they tell, then send each page again.",
            missing=NO_NEWS,
        )

    def watch_rule(self, what: str, rule: str) -> None:
        """Watch a rule, by name, whose target could not be reached.

        Its dead-letter queue is watched besides, but cannot tell of what it was not given.
        """

        def events(metric: str) -> cloudwatch.Metric:
            return cloudwatch.Metric(
                namespace="AWS/Events",
                metric_name=metric,
                dimensions_map={"RuleName": rule},
                statistic="Sum",
                period=FIVE_MINUTES,
            )

        self._alarm(
            what,
            events("FailedInvocations"),
            f"EventBridge could not hand an event of rule {rule} to its target: a"
            " page or a warning is missing, and this way will go on failing. The event is in"
            " the dead-letter queue. Look whether target and permissions are still there;"
            " deploying again puts them back.",
        )
        self._alarm(
            f"{what}, and nothing is kept",
            events("InvocationsFailedToBeSentToDlq"),
            f"EventBridge could hand an event of rule {rule} neither to its target nor to the"
            " dead-letter queue: the event is lost. Look whether the queue and its policy are"
            " still there; deploying again puts them back. Ask what happened meanwhile: for a"
            " sign-in CloudTrail knows, for an alarm its history.",
        )

    def watch_function(self, name: str, function: lambda_.Function) -> None:
        """Watch a function for what its retries do not mend."""
        self._alarm(
            f"{name} fails",
            function.metric_errors(period=FIVE_MINUTES, statistic="Sum"),
            f"{name} fails again and again. Pages go on around it where they can, and tell SNS"
            " where they cannot: look for such a message, and call the people it names. The"
            f" reason is in the log of {function.function_name}.",
            threshold=ERRORS,
        )
        self._alarm(
            f"{name} is throttled",
            function.metric_throttles(period=FIVE_MINUTES, statistic="Sum"),
            f"Lambda did not start {name} at once, so pages are late. All functions of the"
            " account share one concurrency: find what uses it up (metric"
            " ConcurrentExecutions), stop that, or have the quota raised.",
        )

    def watch_machine(self, machine: sfn.StateMachine) -> None:
        """Watch the state machine for executions that ended without telling anybody."""
        look = (
            f" Open the latest executions of {machine.state_machine_name}: the input says what"
            " happened, the history who was called. Call somebody yourself."
        )
        throttled = (
            "Step Functions slows pages down: too many state transitions a second in this account"
            " and region. Find the state machine that makes them, or have the quota raised."
        )
        for what, metric, says in [
            ("fail", machine.metric_failed, "Neither a phone nor SNS took a page." + look),
            ("time out", machine.metric_timed_out, "A page ran three weeks and was ended." + look),
            ("are aborted", machine.metric_aborted, "Somebody ended a page by hand." + look),
            ("are throttled", machine.metric_throttled, throttled),
        ]:
            self._alarm(f"pages {what}", metric(period=FIVE_MINUTES, statistic="Sum"), says)

    def watch_topic(self, topic: sns.Topic) -> None:
        """Watch what SNS could not deliver; this alarm may share the fate of what it tells."""
        self._alarm(
            "notifications fail",
            topic.metric_number_of_notifications_failed(period=FIVE_MINUTES, statistic="Sum"),
            "SNS could not deliver to a subscriber, so somebody does not know of a page. Look"
            f" at the subscriptions of {topic.topic_name} (an address that no longer exists, the"
            " monthly limit for SMS), and at the executions since for what was missed.",
        )

    def watch_drill(self, team: str) -> None:
        """Watch for a team's drill that does not come.

        By the hour, since an alarm looks some periods further back than it is told to before
        it believes that points are missing (CloudWatch, "Configuring how alarms treat missing
        data"; how many is not said): of days, that would be days. Filling the gaps by metric
        math would be exact, but the local emulator knows no alarms on metric math.
        """
        self._alarm(
            f"no drill of team {team}",
            drill_metric(team),
            f"For {HOURS_WITHOUT_DRILL} hours no drill of team {team} has got as far as the phone"
            " system: a page might not either. If SNS has told of a drill that failed, mend what"
            " it says. If not, see whether the schedule, the rule Page and the state machine are"
            " there and switched on. Until then, arrange another way to be reached. (After the"
            " first deployment this is so until the roster names somebody.)",
            missing=BREACHING,
            comparison=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            periods=HOURS_WITHOUT_DRILL,
        )

    def _alarm(  # noqa: PLR0913 - an alarm is that many things; keyword-only where defaulted
        self,
        what: str,
        metric: cloudwatch.IMetric,
        says: str,
        *,
        threshold: int = 1,
        missing: cloudwatch.TreatMissingData = GOOD,
        comparison: cloudwatch.ComparisonOperator = (
            cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
        ),
        periods: int = 1,
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            what,  # as it is: two teams may differ in the case of a letter only
            # The first thing that the mail shows; a generated name would say nothing.
            alarm_name=f"{Stack.of(self).stack_name} - {what}",
            alarm_description=says,
            metric=metric,
            threshold=threshold,
            comparison_operator=comparison,
            evaluation_periods=periods,
            treat_missing_data=missing,
        )
        alarm.add_alarm_action(self._action)
        self.all.append(alarm)


def drill_metric(team: str) -> cloudwatch.Metric:
    """Give the metric of a team's drills that succeeded, by the hour."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name="DrillSucceeded",
        dimensions_map={"Team": team},
        statistic="Sum",
        period=Duration.hours(1),
    )
