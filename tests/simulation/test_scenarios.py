"""Every scenario of tests/scenarios, in the second interpreter: the same calls and outcome.

A scenario that ends otherwise here than in the emulator (tests/e2e) means that the definition
rests on what one of the two does, and until it is shown otherwise that is a fault of ours.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.asl.transitions import load_definition
from local.scenarios.files import SCENARIOS_DIR, scenario_names
from local.scenarios.scenario import read_scenario
from tests.support.assert_result import assert_ended_as_expected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.scenarios.result import ScenarioResult
    from local.simulation.all_scenarios import AllScenarios

STATES = load_definition()["States"]
CHOICES = {name: state for name, state in STATES.items() if state["Type"] == "Choice"}


@pytest.mark.parametrize("name", scenario_names())
def test_scenario_ends_as_in_the_emulator_and_no_choice_looks_at_what_is_not_there(
    name: str, all_scenarios: AllScenarios
) -> None:
    """Neither interpreter is AWS: both take the Default where a variable is missing.

    AWS fails the execution there, so the definition must not come to it.
    """
    ending = all_scenarios.results[name]

    assert_ended_as_expected(ending, read_scenario(SCENARIOS_DIR / f"{name}.yaml"))
    for state, given in entered(ending):
        if state in CHOICES:
            for path in paths(CHOICES[state]):
                assert is_at(path, given), f"{state} looks at {path}, which is not there"


def test_a_drill_neither_waits_for_the_line_nor_keeps_a_page_from_it(
    all_scenarios: AllScenarios,
) -> None:
    walked = [state for state, _ in entered(all_scenarios.results["drill"])]

    assert "PlanCalls" in walked
    assert "AcquireTeamLock" not in walked


@pytest.mark.parametrize("name", sorted(CHOICES))
def test_every_choice_has_a_way_out(name: str) -> None:
    """Without a Default, the name of the error is another in each interpreter."""
    assert CHOICES[name].get("Default")


@pytest.mark.parametrize(
    "name", ["fault-check-call-always-fails", "fault-check-call-killed-twice", "nobody"]
)
def test_no_array_is_made_of_null(name: str, all_scenarios: AllScenarios) -> None:
    """What States.Array makes of null is one of the things that interpreters disagree on."""
    for state, given in entered(all_scenarios.results[name]):
        if state == "MarkCallFailed":
            assert given["progress"]["calls"] is not None
            assert given["plan"]["calls"][given["progress"]["next"]] is not None


def entered(ending: ScenarioResult) -> Iterator[tuple[str, Any]]:
    """Give each state that was entered, with its input."""
    for event in ending.page.history:
        if details := event.get("stateEnteredEventDetails"):
            yield details["name"], json.loads(details["input"])


def paths(rule: object) -> Iterator[str]:
    """Give every path that a Choice compares."""
    if isinstance(rule, dict):
        for key, value in rule.items():
            if key == "Variable" or key.endswith("Path"):
                yield value
            else:
                yield from paths(value)
    elif isinstance(rule, list):
        for one in rule:
            yield from paths(one)


def is_at(path: str, given: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    """Whether a path such as `$.progress.next` leads somewhere."""
    for key in path.split(".")[1:]:
        if not isinstance(given, dict) or key not in given:
            return False
        given = given[key]
    return True
