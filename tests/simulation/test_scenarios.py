"""Every scenario of tests/scenarios in virtual time: the same calls and outcome.

If a scenario ends differently here than in the emulator (tests/e2e), the definition depends on how
one of the two interprets it. Fix the definition, unless the difference is shown to be a bug there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.asl.coverage import measure_coverage
from local.asl.transitions import load_definition
from local.scenarios.files import SCENARIOS_DIR, scenario_names
from local.scenarios.result import differences
from local.scenarios.scenario import read_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.scenarios.result import ScenarioResult
    from local.simulation.all_scenarios import AllScenarios

STATES = load_definition()["States"]
CHOICES = {name: state for name, state in STATES.items() if state["Type"] == "Choice"}


@pytest.mark.parametrize("name", scenario_names())
def test_scenario_has_the_expected_result_and_no_choice_reads_a_missing_path(
    name: str, all_scenarios: AllScenarios
) -> None:
    """Where a variable is missing, both interpreters take the Default; AWS fails the execution."""
    result = all_scenarios.results[name]

    assert differences(result, read_scenario(SCENARIOS_DIR / f"{name}.yaml")) == []
    for state, state_input in entered(result):
        if state in CHOICES:
            for path in paths(CHOICES[state]):
                assert path_exists(path, state_input), f"{state} reads {path}, which is missing"


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
    names = [state for state, _ in entered(all_scenarios.results["drill"])]

    assert "PlanCalls" in names
    assert "AcquireTeamLock" not in names


@pytest.mark.parametrize("name", sorted(CHOICES))
def test_every_choice_has_a_default(name: str) -> None:
    """Without a Default, the interpreters fail with different errors."""
    assert CHOICES[name].get("Default")


@pytest.mark.parametrize(
    "name", ["fault-check-call-always-fails", "fault-check-call-killed-twice", "nobody"]
)
def test_no_array_is_made_of_null(name: str, all_scenarios: AllScenarios) -> None:
    """Interpreters disagree on States.Array of null."""
    for state, state_input in entered(all_scenarios.results[name]):
        if state == "MarkCallFailed":
            assert state_input["progress"]["calls"] is not None
            assert state_input["plan"]["calls"][state_input["progress"]["next"]] is not None


def entered(result: ScenarioResult) -> Iterator[tuple[str, Any]]:
    """Yield each state that was entered, with its input."""
    for entry in result.page.states:
        yield entry.name, entry.input


def paths(rule: object) -> Iterator[str]:
    """Yield every path that a Choice compares."""
    if isinstance(rule, dict):
        for key, value in rule.items():
            if key == "Variable" or key.endswith("Path"):
                yield value
            else:
                yield from paths(value)
    elif isinstance(rule, list):
        for part in rule:
            yield from paths(part)


def path_exists(path: str, state_input: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    """Whether a path such as `$.progress.next` exists."""
    for key in path.split(".")[1:]:
        if not isinstance(state_input, dict) or key not in state_input:
            return False
        state_input = state_input[key]
    return True
