"""Promises of what `make bench` writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bench import prices, report
from bench.cost import aws_dollars
from bench.dial_history import split
from bench.metering import Metered
from bench.sheet import Sheet, Value, shown
from bench.spread import median, p95


@pytest.mark.parametrize(
    ("value", "written"),
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
def test_a_figure_is_written_with_three_digits_that_count(value: Value, written: str) -> None:
    assert shown(value) == written


def test_the_page_has_the_figures_of_the_latest_whole_run() -> None:
    page = report.PAGE.read_text()

    assert report.with_figures(page, report.read()) == page


def test_figures_are_written_between_the_markers_and_nowhere_else() -> None:
    found = report.results({"cores": 2}, {"size": [Sheet("Asset", [{"of": "a|b", "bytes": 12}])]})
    page = f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n"

    written = report.with_figures(page, found)

    assert written.startswith(f"before\n{report.BEGIN}\n")
    assert written.endswith(f"{report.END}\nafter\n")
    assert "old" not in written
    assert "cores: 2" in written
    assert "| of | bytes |\n| --- | ---: |\n" in written
    assert report.with_figures(written, found) == written


@pytest.mark.parametrize("page", ["", report.BEGIN, report.END, f"{report.END}{report.BEGIN}"])
def test_a_page_without_its_markers_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="the page has no"):
        report.with_figures(page, {"machine": {}, "parts": {}})


def test_the_parts_of_the_time_to_the_first_dial_add_up() -> None:
    began = datetime(2026, 1, 5, tzinfo=UTC)

    def event(after: float, kind: str, state: str = "") -> dict[str, object]:
        details = {"stateEnteredEventDetails": {"name": state}} if state else {}
        return {"timestamp": began + timedelta(seconds=after), "type": kind, **details}

    history = [
        event(1, "ExecutionStarted"),
        event(2, "TaskStateEntered", "OpenIncident"),
        event(2, "TaskScheduled"),
        event(5, "TaskSucceeded"),
        event(6, "TaskStateEntered", "PlaceCall"),
        event(6.5, "TaskScheduled"),
        event(9, "TaskSucceeded"),
    ]

    parts = split(history, began.timestamp(), began.timestamp() + 8)

    assert list(parts.values()) == [1, 1, 3, 1.5, 1.5]
    assert parts["transitions"] == 1.5
    assert parts["PlaceCall, to the request"] == 1.5


def test_a_thousand_transitions_cost_what_aws_says() -> None:
    found = Metered(transitions=1_000)
    found.requests["dynamodb UpdateItem"] = 500_000

    dollars = aws_dollars(found)

    assert dollars["Step Functions"] == pytest.approx(0.025)
    assert dollars["DynamoDB"] == pytest.approx(1_000_000 * prices.WRITE_UNIT)
    assert dollars["Lambda"] == 0


def test_of_one_measurement_median_and_p95_are_itself() -> None:
    assert (median([3.0]), p95([3.0])) == (3.0, 3.0)


def test_of_twenty_one_the_p95_is_the_second_largest() -> None:
    assert p95([float(number) for number in range(21)]) == 19.0
