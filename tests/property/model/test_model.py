"""The model is held to the scenarios, which say what must come of a scenario in so many words."""

from __future__ import annotations

import pytest

from local.scenarios.files import SCENARIOS_DIR, scenario_names
from local.scenarios.scenario import Scenario, read_scenario
from local.simulation.system import EPOCH
from tests.property.model.differences import Seen, contradictions
from tests.property.model.expected_outcome import NOBODY_TOLD, expected


def is_one_page(name: str) -> bool:
    """A drill is none, for it calls nobody; nor does the model know of storms and reminders."""
    scenario = read_scenario(SCENARIOS_DIR / f"{name}.yaml")
    return name != "drill" and not (scenario.also or scenario.ack_timeout_minutes)


NAMES = [name for name in scenario_names() if is_one_page(name)]


def told(scenario: Scenario) -> Seen:
    """Give what a scenario's file expects, as if it had happened."""
    due = scenario.expect
    failed = due.status == "FAILED"
    calls = tuple((line.rpartition(" ")[0], line.rpartition(" ")[2]) for line in due.calls)
    return Seen(
        ending=NOBODY_TOLD if failed else due.outcome,
        by=due.acknowledged_by or "",
        calls=None if failed else calls,
        rings=None,
        subjects=None,
        further=tuple(due.further),
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_model_admits_what_a_scenario_expects_and_only_a_fault_allows_two_outcomes(
    name: str,
) -> None:
    scenario = read_scenario(SCENARIOS_DIR / f"{name}.yaml")
    due = expected(scenario, EPOCH)
    assert contradictions(due, told(scenario)) == []
    assert scenario.faults or all(len(attempt.outcomes) == 1 for attempt in due.attempts)
