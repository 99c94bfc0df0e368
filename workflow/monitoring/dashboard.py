"""The dashboard: what pages came, what became of them, and whether the pager is well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from workflow.monitoring.alarms import NAMESPACE, Alarms, drill_metric

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_sqs as sqs

#: Outcomes that a call can end with (functions/oncall/calls/call.py); drills have a graph of their
#: own.
OUTCOMES = (
    "acknowledged",
    "declined",
    "no_answer",
    "unanswered",
    "busy",
    "handled",
    "not_allowed",
    "failed",
)
#: Columns that CloudWatch divides a dashboard into, and how many one of three in a row takes.
COLUMNS, THIRD = 24, 8
HOUR = Duration.hours(1)


class Dashboard(Construct):
    """One page of graphs; the alarms come first."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        alarms: Alarms,
        queues: Mapping[str, sqs.Queue],
        drilled_teams: Sequence[str],
    ) -> None:
        super().__init__(scope, construct_id)
        rows: list[list[cloudwatch.IWidget]] = [
            [cloudwatch.AlarmStatusWidget(title="Alarms", alarms=alarms.all, width=COLUMNS)],
            [
                _graph("Pages", _counts("Pages", "Duplicates", "Acknowledged")),
                _graph("Calls by outcome", [_outcome(one) for one in OUTCOMES], stacked=True),
                _graph("Pages that nobody took", _counts("Unanswered", "NobodyCalled")),
            ],
            [
                _graph("Seconds to the first ring", _times("SecondsToFirstRing")),
                _graph("Seconds to an acknowledgement", _times("SecondsToAcknowledge")),
                _graph("Faults", _counts("Faults", "RosterFallback", "RosterUnusable")),
            ],
            [_graph("Waiting in dead-letter queues", _depths(queues)), *_drills(drilled_teams)],
        ]
        cloudwatch.Dashboard(self, "Dashboard", widgets=rows, default_interval=Duration.days(7))


def _graph(
    title: str, metrics: list[cloudwatch.IMetric], *, stacked: bool = False
) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(
        title=title,
        left=metrics,
        stacked=stacked,
        width=THIRD,
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
    )


def _counts(*names: str) -> list[cloudwatch.IMetric]:
    return [_metric(name, "Sum") for name in names]


def _times(name: str) -> list[cloudwatch.IMetric]:
    return [_metric(name, statistic) for statistic in ("p50", "p95")]


def _metric(name: str, statistic: str) -> cloudwatch.Metric:
    label = name if statistic == "Sum" else statistic
    return cloudwatch.Metric(
        namespace=NAMESPACE, metric_name=name, statistic=statistic, period=HOUR, label=label
    )


def _outcome(outcome: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name="CallOutcome",
        dimensions_map={"Outcome": outcome},
        statistic="Sum",
        period=HOUR,
        label=outcome,
    )


def _depths(queues: Mapping[str, sqs.Queue]) -> list[cloudwatch.IMetric]:
    return [
        queue.metric_approximate_number_of_messages_visible(
            label=name, statistic="Maximum", period=HOUR
        )
        for name, queue in queues.items()
    ]


def _drills(teams: Sequence[str]) -> list[cloudwatch.IWidget]:
    """Show when each team's drill last succeeded; nothing where there are no drills."""
    metrics: list[cloudwatch.IMetric] = [drill_metric(team).with_(label=team) for team in teams]
    return [_graph("Drills that succeeded", metrics)] if metrics else []
