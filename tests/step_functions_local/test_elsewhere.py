"""One setting points everything at another Step Functions: here a second emulator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.scenarios.emulator_runner import states_entered, tell
from local.scenarios.files import SCENARIOS_DIR
from local.scenarios.scenario import read_scenario
from local.step_functions_local.stand_in import StandIn
from local.step_functions_local.suite import live

if TYPE_CHECKING:
    from local.step_functions_local.engine import Surroundings
    from local.system import LocalSystem


def test_stories_end_as_told_with_the_state_machine_elsewhere(system: LocalSystem) -> None:
    """A page with phones, a function that dies, SNS that fails at first, and a second delivery."""
    names = [
        "first-answers",
        "fault-place-killed",
        "fault-sns-down",
        "fault-delivered-twice",
    ]

    assert dict(live(system, StandIn, names)) == {name: [] for name in names}


def test_the_page_runs_elsewhere_and_only_there_and_the_next_one_here_again(
    system: LocalSystem,
) -> None:
    story = read_scenario(SCENARIOS_DIR / "first-answers.yaml")
    started: list[StandIn] = []

    def engine(surroundings: Surroundings) -> StandIn:
        started.append(StandIn(surroundings))
        return started[0]

    with system.states_in(engine):
        page = tell(system, story)
        there = system.client("stepfunctions")
        assert there.meta.endpoint_url == started[0].url

    here = system.client("stepfunctions")
    assert here.meta.endpoint_url == system.emulator.url
    history = here.get_execution_history(executionArn=page.execution)["events"]
    entered = [event["stateEnteredEventDetails"]["name"] for event in states_entered(history)]
    assert entered == ["Elsewhere"]

    assert tell(system, story).states[0] != "Elsewhere"
