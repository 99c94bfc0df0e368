"""Each invariant finds its violation: correct runs with one thing changed."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.property.invariants import find_violations

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.scenarios.result import ScenarioResult
    from local.simulation.all_scenarios import AllScenarios

NUMBER = "+8613800138000"


def with_output(result: ScenarioResult, **changes: Any) -> ScenarioResult:  # noqa: ANN401 - JSON
    [execution] = result.executions
    output = deepcopy(execution.output) | changes
    return replace(result, executions=[replace(execution, output=output)])


def with_acknowledged_call(result: ScenarioResult) -> ScenarioResult:
    calls = deepcopy(result.executions[0].output["calls"])
    calls[0]["outcome"] = "acknowledged"
    return with_output(result, calls=calls)


def failed(result: ScenarioResult) -> ScenarioResult:
    [execution] = result.executions
    return replace(result, executions=[replace(execution, status="FAILED", output={})])


@pytest.mark.parametrize("name", ["nobody", "decline-calls-next", "first-answers"])
def test_a_correct_run_violates_no_invariant(all_scenarios: AllScenarios, name: str) -> None:
    assert find_violations(all_scenarios.results[name], [NUMBER], 0).all == ()


@pytest.mark.parametrize(
    ("name", "change", "violated"),
    [
        # SNS sends nothing.
        ("nobody", lambda result: replace(result, all_notifications=[]), "lost_pages"),
        # Every execution is a duplicate.
        (
            "first-answers",
            lambda result: with_output(result, outcome="duplicate", calls=[]),
            "lost_pages",
        ),
        # An execution fails although SNS works.
        ("nobody", failed, "lost_pages"),
        # No flow acknowledged the call, or the page.
        ("nobody", with_acknowledged_call, "false_acknowledgements"),
        (
            "nobody",
            lambda result: with_output(result, outcome="acknowledged"),
            "false_acknowledgements",
        ),
        # One attempt places a second call.
        ("first-answers", lambda run: replace(run, calls=run.calls * 2), "repeated_calls"),
        # A phone number is in the log.
        ("first-answers", lambda result: replace(result, log=[f"calling {NUMBER}"]), "other"),
    ],
)
def test_a_violation_is_found(
    all_scenarios: AllScenarios,
    name: str,
    change: Callable[[ScenarioResult], ScenarioResult],
    violated: str,
) -> None:
    assert getattr(find_violations(change(all_scenarios.results[name]), [NUMBER], 0), violated)


def test_an_execution_that_fails_during_an_sns_outage_is_not_a_lost_page(
    all_scenarios: AllScenarios,
) -> None:
    assert not find_violations(failed(all_scenarios.results["nobody"]), [], 100).lost_pages
