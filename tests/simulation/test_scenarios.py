"""Every scenario of tests/scenarios in virtual time: the same calls and outcome.

If a scenario ends differently here than in the emulator (tests/e2e), the definition depends on how
one of the two interprets it. Fix the definition, unless the difference is shown to be a bug there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.asl.coverage import measure_coverage
from local.asl.transitions import load_definition
from local.scenarios.files import SCENARIOS_DIR, scenario_names
from local.scenarios.result import differences
from local.scenarios.scenario import read_scenario
from tests.property.invariants import unsound_inputs

if TYPE_CHECKING:
    from local.simulation.all_scenarios import AllScenarios

STATES = load_definition()["States"]
CHOICES = {name: state for name, state in STATES.items() if state["Type"] == "Choice"}


@pytest.mark.parametrize("name", scenario_names())
def test_scenario_has_the_expected_result_and_its_states_read_sound_values(
    name: str, all_scenarios: AllScenarios
) -> None:
    result = all_scenarios.results[name]

    assert differences(result, read_scenario(SCENARIOS_DIR / f"{name}.yaml")) == []
    assert not list(unsound_inputs(result))


def test_the_scenarios_cover_every_state_transition_catch_and_retry(
    all_scenarios: AllScenarios,
) -> None:
    coverage = measure_coverage(load_definition(), all_scenarios.all_histories())

    assert coverage.uncovered == [], (
        "add a scenario to tests/scenarios that covers it; see make coverage-asl"
    )
    assert coverage.unexplained == []


def test_a_drill_neither_waits_for_the_team_lock_nor_acquires_it(
    all_scenarios: AllScenarios,
) -> None:
    names = [entry.name for entry in all_scenarios.results["drill"].page.states]

    assert "PlanCalls" in names
    assert "AcquireTeamLock" not in names


@pytest.mark.parametrize("name", sorted(CHOICES))
def test_every_choice_has_a_default(name: str) -> None:
    """Without a Default, the interpreters fail with different errors."""
    assert CHOICES[name].get("Default")
