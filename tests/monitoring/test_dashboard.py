"""The optional dashboard shows every metric, alarm and queue."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from adapters.metrics import NAMESPACE, Metric
from oncall.calls import call
from tests.infrastructure.stack import Stack, target

if TYPE_CHECKING:
    from pathlib import Path

    Json = dict[str, Any]

#: For queries only; another metric has the same graph.
NOT_SHOWN = {Metric.CALLS_PLACED}


@pytest.fixture
def full(full_assembly: Path) -> Stack:
    """Return stack `Callout` with a dashboard."""
    return Stack(json.loads((full_assembly / "Callout.template.json").read_text()))


@pytest.fixture
def widgets(full: Stack) -> list[Json]:
    """Return the widgets, with references replaced by logical IDs."""
    [dashboard] = full.of_type("AWS::CloudWatch::Dashboard").values()
    parts = dashboard["Properties"]["DashboardBody"]["Fn::Join"][1]
    written = [part if isinstance(part, str) else next(iter(part.values())) for part in parts]
    body = "".join(part if isinstance(part, str) else part[0] for part in written)
    found: list[Json] = json.loads(body)["widgets"]
    return found


def shown(widgets: list[Json]) -> dict[str, set[str]]:
    """Return the statistics that are shown for each metric."""
    found: dict[str, set[str]] = {}
    for widget in widgets:
        for metric in widget["properties"].get("metrics", []):
            if metric[0] == NAMESPACE:
                found.setdefault(metric[1], set()).add(metric[-1]["stat"])
    return found


def test_the_dashboard_shows_every_metric_and_no_other(widgets: list[Json]) -> None:
    assert shown(widgets).keys() == {metric.value for metric in set(Metric) - NOT_SHOWN}


@pytest.mark.parametrize("metric", [Metric.SECONDS_TO_FIRST_RING, Metric.SECONDS_TO_ACKNOWLEDGE])
def test_times_are_shown_as_median_and_95th_percentile(widgets: list[Json], metric: Metric) -> None:
    assert shown(widgets)[metric] == {"p50", "p95"}


def test_every_outcome_of_a_call_is_shown(widgets: list[Json]) -> None:
    ends = {
        value
        for name, value in vars(call).items()
        if name.isupper() and isinstance(value, str) and name not in ("RINGING", "TALKING")
    }
    on_it = {
        metric[3]
        for widget in widgets
        for metric in widget["properties"].get("metrics", [])
        if metric[1] == Metric.CALL_OUTCOME
    }

    assert on_it == ends - {call.DRILLED}


def test_every_alarm_and_queue_is_on_the_dashboard(full: Stack, widgets: list[Json]) -> None:
    text = json.dumps(widgets)
    for kind in ("AWS::CloudWatch::Alarm", "AWS::SQS::Queue"):
        assert [name for name in full.of_type(kind) if name not in text] == []


def test_a_dashboard_exists_only_if_the_settings_ask_for_it(callout: Stack, full: Stack) -> None:
    assert callout.of_type("AWS::CloudWatch::Dashboard") == {}
    assert "DashboardName" not in callout.template["Outputs"]
    name = target(full.template["Outputs"]["DashboardName"]["Value"])
    assert name in full.of_type("AWS::CloudWatch::Dashboard")
