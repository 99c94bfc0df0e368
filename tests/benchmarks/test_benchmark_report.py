"""The tables that `make bench` writes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks import aws_prices, report
from benchmarks.cost import aws_dollars
from benchmarks.report import Row, Table, Value, format_value
from benchmarks.time_to_first_call import split_time
from benchmarks.usage_meter import Usage


@pytest.mark.parametrize(
    ("value", "formatted"),
    [
        (1_234_567, "1,234,567"),
        (12.3456, "12.3"),
        (1234.5, "1,234"),
        (0.0123456, "0.0123"),
        (0.00099999, "0.00100"),
        (0.0, "0"),
        (-2.5, "-2.50"),
        ("yes", "yes"),
        (None, "-"),
    ],
)
def test_a_figure_has_three_significant_digits(value: Value, formatted: str) -> None:
    assert format_value(value) == formatted


def test_the_doc_has_the_saved_results() -> None:
    doc = report.DOC.read_text()

    assert report.with_figures(doc, json.loads(report.RESULTS.read_text())) == doc


def test_saved_results_have_one_line_per_row_and_are_read_back() -> None:
    rows: list[Row] = [{"of": "a", "bytes": 12}, {"of": "b", "bytes": 34}]
    found = report.results({"cores": 2}, {"size": [Table("Asset", rows, "Note.")], "cost": []})

    encoded = report.to_json(found)

    assert json.loads(encoded) == found
    assert '    {"of": "a", "bytes": 12},\n    {"of": "b", "bytes": 34}\n' in encoded


def test_figures_are_written_between_the_markers_only() -> None:
    found = report.results({"cores": 2}, {"size": [Table("Asset", [{"of": "a|b", "bytes": 12}])]})
    doc = f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n"

    written = report.with_figures(doc, found)

    assert written.startswith(f"before\n{report.BEGIN}\n")
    assert written.endswith(f"{report.END}\nafter\n")
    assert "old" not in written
    assert "cores: 2" in written
    assert "| of | bytes |\n| --- | ---: |\n" in written
    assert report.with_figures(written, found) == written


@pytest.mark.parametrize("doc", ["", report.BEGIN, report.END, f"{report.END}{report.BEGIN}"])
def test_a_doc_without_its_markers_is_refused(doc: str) -> None:
    with pytest.raises(ValueError, match="the doc has no"):
        report.with_figures(doc, {"machine": {}, "parts": {}})


def test_the_parts_of_the_time_to_the_first_call_add_up() -> None:
    sent = datetime(2026, 1, 5, tzinfo=UTC)

    def event(after: float, kind: str, state: str = "") -> dict[str, object]:
        details = {"stateEnteredEventDetails": {"name": state}} if state else {}
        return {"timestamp": sent + timedelta(seconds=after), "type": kind, **details}

    history = [
        event(1, "ExecutionStarted"),
        event(2, "TaskStateEntered", "OpenIncident"),
        event(2, "TaskScheduled"),
        event(5, "TaskSucceeded"),
        event(6, "TaskStateEntered", "PlaceCall"),
        event(6.5, "TaskScheduled"),
        event(9, "TaskSucceeded"),
    ]

    parts = split_time(history, sent.timestamp(), sent.timestamp() + 8)

    assert list(parts.values()) == [1, 1, 3, 1.5, 1.5]
    assert parts["transitions"] == 1.5
    assert parts["PlaceCall, to the request"] == 1.5


def test_a_thousand_transitions_cost_the_list_price() -> None:
    usage = Usage(transitions=1_000)
    usage.requests["dynamodb UpdateItem"] = 500_000

    dollars = aws_dollars(usage)

    assert dollars["Step Functions"] == pytest.approx(0.025)
    assert dollars["DynamoDB"] == pytest.approx(1_000_000 * aws_prices.WRITE_UNIT)
    assert dollars["Lambda"] == 0


def test_a_million_requests_and_events_cost_the_list_price() -> None:
    usage = Usage(events=2_000_000)
    usage.invocations["receive_webhook"] = 1_000_000

    dollars = aws_dollars(usage)

    assert (dollars["HTTP API"], dollars["EventBridge"]) == pytest.approx((1.00, 2.00))
