"""The dashboard: alarms, pages and their outcomes, and Callout's own health."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from adapters.metrics import NAMESPACE, Metric
from oncall.calls.call import FINAL_OUTCOMES
from workflow.monitoring.alarms import Alarms, drill_metric

#: Columns of a CloudWatch dashboard, and the width of one of three graphs in a row.
COLUMNS, THIRD = 24, 8
HOUR = Duration.hours(1)


class Dashboard(Construct):
    """One dashboard; the alarms come first."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        alarms: Alarms,
        queues: Mapping[str, sqs.Queue],
    ) -> None:
        super().__init__(scope, construct_id)
        rows: list[list[cloudwatch.IWidget]] = [
            [cloudwatch.AlarmStatusWidget(title="Alarms", alarms=alarms.all, width=COLUMNS)],
            [
                _graph("Pages", _counts(Metric.PAGES, Metric.DUPLICATES, Metric.ACKNOWLEDGED)),
                _graph(
                    "Calls by outcome",
                    [_outcome(outcome) for outcome in FINAL_OUTCOMES],
                    stacked=True,
                ),
                _graph("Unacknowledged pages", _counts(Metric.UNANSWERED, Metric.NOBODY_CALLED)),
            ],
            [
                _graph("Seconds to first ring", _percentiles(Metric.SECONDS_TO_FIRST_RING)),
                _graph("Seconds to acknowledgement", _percentiles(Metric.SECONDS_TO_ACKNOWLEDGE)),
                _graph(
                    "Dependency and roster errors",
                    _counts(
                        Metric.DEPENDENCY_ERRORS, Metric.ROSTER_FALLBACK, Metric.ROSTER_UNUSABLE
                    ),
                ),
            ],
            [
                _graph("Messages in dead-letter queues", _depths(queues)),
                _graph("Successful drills", [drill_metric()]),
            ],
        ]
        dashboard = cloudwatch.Dashboard(
            self, "Dashboard", widgets=rows, default_interval=Duration.days(7)
        )
        self.name = dashboard.dashboard_name


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


def _counts(*names: Metric) -> list[cloudwatch.IMetric]:
    return [_metric(name, "Sum") for name in names]


def _percentiles(name: Metric) -> list[cloudwatch.IMetric]:
    return [_metric(name, statistic) for statistic in ("p50", "p95")]


def _metric(
    name: Metric, statistic: str, label: str = "", dimensions: dict[str, str] | None = None
) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map=dimensions,
        statistic=statistic,
        period=HOUR,
        label=label or (name if statistic == "Sum" else statistic),
    )


def _outcome(outcome: str) -> cloudwatch.Metric:
    name = Metric.CALL_OUTCOME
    return _metric(name, "Sum", outcome, {name.dimension: outcome})


def _depths(queues: Mapping[str, sqs.Queue]) -> list[cloudwatch.IMetric]:
    return [
        queue.metric_approximate_number_of_messages_visible(
            label=name, statistic="Maximum", period=HOUR
        )
        for name, queue in queues.items()
    ]
