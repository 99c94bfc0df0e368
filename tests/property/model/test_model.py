"""The model agrees with the expectations written in the scenario files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.scenarios.files import SCENARIOS_DIR, scenario_names
from local.scenarios.result import differences
from local.scenarios.scenario import read_scenario
from local.simulation.system import EPOCH
from tests.property.model.differences import find_differences
from tests.property.model.expected_outcome import expect_page

if TYPE_CHECKING:
    from local.simulation.all_scenarios import AllScenarios

SCENARIOS = {name: read_scenario(SCENARIOS_DIR / f"{name}.yaml") for name in scenario_names()}
#: The model does not cover drills, storms and reminders.
NAMES = [
    name
    for name, scenario in SCENARIOS.items()
    if name != "drill" and not (scenario.also or scenario.ack_timeout_minutes)
]


@pytest.mark.parametrize("name", NAMES)
def test_the_model_allows_the_expected_result_and_two_outcomes_only_with_faults(
    name: str, all_scenarios: AllScenarios
) -> None:
    scenario, result = SCENARIOS[name], all_scenarios.results[name]
    assert differences(result, scenario) == []
    expected = expect_page(scenario, scenario.moment or EPOCH)
    assert find_differences(expected, result) == []
    assert scenario.faults or all(len(attempt.outcomes) == 1 for attempt in expected.attempts)
