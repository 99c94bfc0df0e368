"""Metrics, written as fields of a log line: CloudWatch's embedded metric format.

CloudWatch Logs reads them out of the functions' logs, so that a measurement costs no
request, no permission and no dependency, and its log line says to which page it belongs.
The format is JSON: `_aws` names metrics and dimensions, whose values are fields of the same
object (Amazon CloudWatch user guide, "Specification: Embedded metric format"; an empty set
of dimensions is a valid one). The line has to be a log event of its own and nothing else,
which the functions' text log format leaves it.

Here alone a clock is read to see how long something took. That breaks no promise: time is
counted wherever something depends on it, and nothing depends on these.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from oncall.calls.call import ACKNOWLEDGED

if TYPE_CHECKING:
    from oncall.calls.progress import Progress

NAMESPACE = "Callout"


class Metric(StrEnum):
    """The metrics that workflow/monitoring/dashboard.py shows. Drills count only in their own."""

    PAGES = "Pages"
    """Events that became somebody's business."""
    DUPLICATES = "Duplicates"
    """Events that another execution was already responsible for."""
    ROSTER_UNUSABLE = "RosterUnusable"
    """Pages and drills that found no roster at all that can be used."""
    ROSTER_FALLBACK = "RosterFallback"
    """Pages and drills that went by another roster than the latest."""
    CALLS_PLACED = "CallsPlaced"
    """Calls that Connect took."""
    CALL_OUTCOME = "CallOutcome"
    """Calls that are over, by outcome (`functions/oncall/calls/call.py`). A call whose function
    died is missing here; Lambda counts it among the function's errors."""
    ACKNOWLEDGED = "Acknowledged"
    """Pages that somebody took."""
    UNANSWERED = "Unanswered"
    """Pages whose last call was over without an acknowledgement, as far as a function saw it."""
    NOBODY_CALLED = "NobodyCalled"
    """Pages for which not one call could be made, as far as a function saw it."""
    SECONDS_TO_FIRST_RING = "SecondsToFirstRing"
    """From the start of the execution until Connect took its first call."""
    SECONDS_TO_ACKNOWLEDGE = "SecondsToAcknowledge"
    """From the start of the execution until the key was seen."""
    FAULTS = "Faults"
    """A dependency did not do what it was asked; the page went on, or tried again."""
    DRILL_SUCCEEDED = "DrillSucceeded"
    """Drills that found everything in order."""

    @property
    def unit(self) -> str:
        """The unit, as CloudWatch names it."""
        return "Seconds" if self.startswith("Seconds") else "Count"

    @property
    def dimension(self) -> str:
        """The name of its dimension; "" where it has none."""
        return DIMENSIONS.get(self, "")


DIMENSIONS = {Metric.CALL_OUTCOME: "Outcome", Metric.DRILL_SUCCEEDED: "Team"}


@dataclass(frozen=True)
class Measure:
    """One measurement.

    Attributes:
        metric: what was measured.
        value: a count, or seconds where that is the metric's unit.
        of: the value of its dimension, where it has one.
    """

    metric: Metric
    value: float = 1
    of: str = ""

    @property
    def by(self) -> dict[str, str]:
        """Its dimension."""
        return {self.metric.dimension: self.of} if self.metric.dimension else {}


def measured(*measures: Measure) -> dict[str, object]:
    """Give the fields that carry measurements on a log line; none for none.

    Args:
        measures: of different metrics, for each value is a field of the line.
    """
    if not measures:
        return {}
    directives = [
        {
            "Namespace": NAMESPACE,
            "Dimensions": [list(measure.by)],
            "Metrics": [{"Name": measure.metric, "Unit": measure.metric.unit}],
        }
        for measure in measures
    ]
    fields: dict[str, object] = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": directives}
    }
    for measure in measures:
        fields |= {measure.metric.value: measure.value, **measure.by}
    return fields


def call_placed(progress: Progress, started: object) -> list[Measure]:
    """Measure a call that Connect has just taken.

    Args:
        progress: of the page, with that call.
        started: when the execution started, ISO 8601.
    """
    first = not any(call.get("contact_id") for call in progress.calls)
    seconds = _since(Metric.SECONDS_TO_FIRST_RING, started) if first else []
    return [Measure(Metric.CALLS_PLACED), *seconds]


def call_over(progress: Progress, started: object, planned: object) -> list[Measure]:
    """Measure a call that is over, and with it perhaps the page.

    Args:
        progress: of the page, with that call.
        started: when the execution started, ISO 8601.
        planned: how many calls the plan has.
    """
    outcome = progress.call.outcome if progress.call else ""
    measures = [Measure(Metric.CALL_OUTCOME, of=outcome)]
    if outcome == ACKNOWLEDGED:
        taken = _since(Metric.SECONDS_TO_ACKNOWLEDGE, started)
        return [*measures, Measure(Metric.ACKNOWLEDGED), *taken]
    if progress.next == planned:
        ending = Metric.UNANSWERED if progress.any_call_placed else Metric.NOBODY_CALLED
        measures.append(Measure(ending))
    return measures


def _since(metric: Metric, started: object) -> list[Measure]:
    """Measure the seconds since a moment; nothing where it is not known.

    An execution that an older definition started does not say when it began, and a page
    must never fail on a measurement.
    """
    try:
        began = datetime.fromisoformat(str(started)).timestamp()
    except ValueError:
        return []
    return [Measure(metric, round(max(0.0, time.time() - began), 3))]
