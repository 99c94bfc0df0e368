"""The model agrees with the expectations written in the scenario files."""

from __future__ import annotations

import pytest

from local.scenarios.files import SCENARIOS_DIR, scenario_names
from local.scenarios.scenario import Scenario, read_scenario
from local.simulation.system import EPOCH
from tests.property.model.differences import ObservedPage, find_differences
from tests.property.model.expected_outcome import NOTIFICATION_FAILED, expect_page


def is_one_page(name: str) -> bool:
    """Check whether the model covers a scenario: not drills, storms and reminders."""
    scenario = read_scenario(SCENARIOS_DIR / f"{name}.yaml")
    return name != "drill" and not (scenario.also or scenario.ack_timeout_minutes)


NAMES = [name for name in scenario_names() if is_one_page(name)]


def observed_from_expectation(scenario: Scenario) -> ObservedPage:
    """Return the expectation of a scenario file as if it had been observed."""
    expected = scenario.expect
    failed = expected.status == "FAILED"
    calls = tuple((line.rpartition(" ")[0], line.rpartition(" ")[2]) for line in expected.calls)
    return ObservedPage(
        outcome=NOTIFICATION_FAILED if failed else expected.outcome,
        acknowledged_by=expected.acknowledged_by or "",
        calls=None if failed else calls,
        call_counts=None,
        subjects=None,
        other_outcomes=tuple(expected.further),
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_model_allows_the_expected_result_and_two_outcomes_only_with_faults(
    name: str,
) -> None:
    scenario = read_scenario(SCENARIOS_DIR / f"{name}.yaml")
    expected = expect_page(scenario, EPOCH)
    assert find_differences(expected, observed_from_expectation(scenario)) == []
    assert scenario.faults or all(len(attempt.outcomes) == 1 for attempt in expected.attempts)
