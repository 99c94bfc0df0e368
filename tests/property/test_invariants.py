"""Each invariant notices its breach: runs that went well, with one thing changed."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from local.scenarios.files import SCENARIOS_DIR
from local.scenarios.scenario import read_scenario
from local.simulation.event_bus import Delivery
from tests.property.invariants import breaches

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.scenarios.result import ScenarioResult
    from local.simulation.system import VirtualSystem

NUMBER = "+8613800138000"


@pytest.fixture(scope="module")
def play(virtual: VirtualSystem) -> Callable[[str], ScenarioResult]:
    """Play a scenario by its name; each only once."""

    @cache
    def played(name: str) -> ScenarioResult:
        scenario = read_scenario(SCENARIOS_DIR / f"{name}.yaml")
        return virtual.run_scenario(scenario, deliveries=[Delivery(scenario.event_sent)])

    return played


def with_output(told: ScenarioResult, **changes: Any) -> ScenarioResult:  # noqa: ANN401 - as the output holds them
    [execution] = told.executions
    output = deepcopy(execution.output) | changes
    return replace(told, executions=[replace(execution, output=output)])


def with_false_call(told: ScenarioResult) -> ScenarioResult:
    calls = deepcopy(told.executions[0].output["calls"])
    calls[0]["outcome"] = "acknowledged"
    return with_output(told, calls=calls)


def failed(told: ScenarioResult) -> ScenarioResult:
    [execution] = told.executions
    return replace(told, executions=[replace(execution, status="FAILED", output={})])


@pytest.mark.parametrize("name", ["nobody", "passed-on", "first-answers"])
def test_a_run_that_went_well_breaks_nothing(
    play: Callable[[str], ScenarioResult], name: str
) -> None:
    assert breaches(play(name), [NUMBER], 0).all == ()


@pytest.mark.parametrize(
    ("name", "change", "broken"),
    [
        pytest.param(
            "nobody",
            lambda told: replace(told, all_notifications=[]),
            "lost",
            id="SNS sends nothing",
        ),
        pytest.param(
            "first-answers",
            lambda told: with_output(told, outcome="duplicate", calls=[]),
            "lost",
            id="every execution is a duplicate",
        ),
        pytest.param("nobody", failed, "lost", id="an execution fails though SNS works"),
        pytest.param("nobody", with_false_call, "false", id="a call that no flow acknowledged"),
        pytest.param(
            "nobody",
            lambda told: with_output(told, outcome="acknowledged"),
            "false",
            id="a page that no flow acknowledged",
        ),
        pytest.param(
            "first-answers",
            lambda told: replace(told, calls=told.calls * 2),
            "twice",
            id="a second call in one attempt",
        ),
        pytest.param(
            "first-answers",
            lambda told: replace(told, log=[f"calling {NUMBER}"]),
            "other",
            id="a phone number in the log",
        ),
    ],
)
def test_a_breach_is_found(
    play: Callable[[str], ScenarioResult],
    name: str,
    change: Callable[[ScenarioResult], ScenarioResult],
    broken: str,
) -> None:
    assert getattr(breaches(change(play(name)), [NUMBER], 0), broken)


def test_an_execution_that_fails_while_sns_is_down_is_not_lost(
    play: Callable[[str], ScenarioResult],
) -> None:
    assert not breaches(failed(play("nobody")), [], 100).lost
