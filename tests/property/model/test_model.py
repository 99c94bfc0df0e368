"""The model agrees with the expectations written in the scenario files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.scenarios.files import SCENARIOS_DIR, scenario_names
from local.scenarios.result import differences
from local.scenarios.scenario import read_scenario
from tests.property.run_scenario import run_and_compare

if TYPE_CHECKING:
    from local.simulation.system import VirtualSystem


def is_one_page(name: str) -> bool:
    """Check whether the model covers a scenario: not drills, storms and reminders."""
    scenario = read_scenario(SCENARIOS_DIR / f"{name}.yaml")
    return name != "drill" and not (scenario.also or scenario.ack_timeout_minutes)


NAMES = [name for name in scenario_names() if is_one_page(name)]


@pytest.mark.parametrize("name", NAMES)
def test_the_model_allows_the_expected_result_and_two_outcomes_only_with_faults(
    name: str, virtual: VirtualSystem
) -> None:
    scenario = read_scenario(SCENARIOS_DIR / f"{name}.yaml")
    run = run_and_compare(virtual, scenario)
    assert run.differences == differences(run.result, scenario) == []
    attempts = run.expected.attempts
    assert scenario.faults or all(len(attempt.outcomes) == 1 for attempt in attempts)
