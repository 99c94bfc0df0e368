"""Metrics in CloudWatch's embedded metric format (EMF), as fields of a log line.

CloudWatch Logs extracts them from the functions' logs, so a metric costs no request, permission or
dependency, and its log line names the incident. `_aws` names metrics and dimensions, whose values
are fields of the same object; an empty set of dimensions is valid (Amazon CloudWatch user guide,
"Specification: Embedded metric format"). The line must be a log event of its own, which the
functions' text log format ensures.

Only here durations are read from a clock, because nothing depends on them.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from adapters.aws_clients import AWS_ERRORS, error_code
from adapters.logger import log

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.aws_clients import AwsError
    from oncall.calls.call import Progress

NAMESPACE = "Callout"


class Metric(StrEnum):
    """The metrics on workflow/monitoring/dashboard.py. Drills count only in their own."""

    PAGES = "Pages"
    """Events that opened an incident."""
    DUPLICATES = "Duplicates"
    """Events that another execution was already responsible for."""
    ROSTER_UNUSABLE = "RosterUnusable"
    """Pages and drills without any usable roster."""
    ROSTER_FALLBACK = "RosterFallback"
    """Pages and drills that used a roster other than the latest."""
    CALLS_PLACED = "CallsPlaced"
    """Calls that Connect accepted."""
    CALL_OUTCOME = "CallOutcome"
    """Finished calls, by outcome (`functions/oncall/calls/call.py`). A call whose function failed
    is missing here; Lambda counts it among the function's errors."""
    ACKNOWLEDGED = "Acknowledged"
    """Pages that a responder acknowledged."""
    UNANSWERED = "Unanswered"
    """Pages whose last call ended without acknowledgement, unless its function failed."""
    NOBODY_CALLED = "NobodyCalled"
    """Pages for which no call could be placed, unless the function failed."""
    SECONDS_TO_FIRST_RING = "SecondsToFirstRing"
    """From the start of the execution until Connect accepted its first call."""
    SECONDS_TO_ACKNOWLEDGE = "SecondsToAcknowledge"
    """From the start of the execution until a poll showed the key."""
    DEPENDENCY_ERRORS = "DependencyErrors"
    """Failed requests to a dependency; the page continued or retried."""
    DRILL_SUCCEEDED = "DrillSucceeded"
    """Drills that found no problem, of all teams; one metric, so that teams cost nothing."""

    @property
    def unit(self) -> str:
        """CloudWatch's name of the unit."""
        return "Seconds" if self.startswith("Seconds") else "Count"

    @property
    def dimension(self) -> str:
        """The name of its dimension; "" if it has none."""
        return "Outcome" if self == Metric.CALL_OUTCOME else ""


class Datum(NamedTuple):
    """One value of a metric, with the value of its dimension if it has one."""

    metric: Metric
    value: float = 1
    outcome: str = ""

    @property
    def dimensions(self) -> dict[str, str]:
        """Its dimension, as a field of the log line."""
        return {self.metric.dimension: self.outcome} if self.metric.dimension else {}


def emf_fields(*data: Datum) -> dict[str, object]:
    """Return the log line's fields for data of different metrics; empty without data."""
    if not data:
        return {}
    directives = [
        {
            "Namespace": NAMESPACE,
            "Dimensions": [list(datum.dimensions)],
            "Metrics": [{"Name": datum.metric, "Unit": datum.metric.unit}],
        }
        for datum in data
    ]
    fields: dict[str, object] = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": directives}
    }
    for datum in data:
        fields |= {datum.metric.value: datum.value, **datum.dimensions}
    return fields


def log_aws_error(level: str, message: str, error: AwsError, *, incident_id: str) -> None:
    """Log a failed request that does not end the page, and count it in `DependencyErrors`."""
    fields = emf_fields(Datum(Metric.DEPENDENCY_ERRORS))
    log(level, message, incident_id=incident_id, reason=error_code(error), **fields)


@contextmanager
def tolerate_aws_errors(message: str, incident_id: str, level: str = "WARNING") -> Iterator[None]:
    """Log and count an AWS error in the block, and continue after it."""
    try:
        yield
    except AWS_ERRORS as error:
        log_aws_error(level, message, error, incident_id=incident_id)


def call_placed(progress: Progress, started: object) -> list[Datum]:
    """Return the data of a page whose call was just placed, by the execution's ISO 8601 start."""
    first = not any(call.get("contact_id") for call in progress.calls)
    seconds = _seconds_since(started, Metric.SECONDS_TO_FIRST_RING) if first else []
    return [Datum(Metric.CALLS_PLACED), *seconds]


def call_finished(
    progress: Progress, started: object, planned_calls: object, others: int = 0
) -> list[Datum]:
    """Return the data of a page whose call has finished, and of the page if that was the last.

    `others` is how many incidents of other executions key 1 has closed already.
    """
    outcome = progress.call.outcome if progress.call else ""
    data = [Datum(Metric.CALL_OUTCOME, outcome=outcome)]
    if progress.call and progress.call.is_acknowledged:
        seconds = _seconds_since(started, Metric.SECONDS_TO_ACKNOWLEDGE)
        return [*data, Datum(Metric.ACKNOWLEDGED, 1 + others), *seconds]
    if progress.next == planned_calls:
        called = progress.any_call_placed
        data.append(Datum(Metric.UNANSWERED if called else Metric.NOBODY_CALLED))
    return data


def _seconds_since(started: object, metric: Metric) -> list[Datum]:
    """Measure the seconds since a time; no datum if the state does not have a valid one.

    An execution of an older definition may lack it, and a metric must never fail a page.
    """
    try:
        began = datetime.fromisoformat(str(started)).timestamp()
    except ValueError:
        return []
    return [Datum(metric, round(max(0.0, time.time() - began), 3))]
