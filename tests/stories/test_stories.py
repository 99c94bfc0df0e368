"""Every story of tests/scenarios, through EventBridge and the deployed rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.scenarios.emulator_runner import EmulatorRunner
from local.scenarios.files import SCENARIOS_DIR, scenario_names
from local.scenarios.scenario import read_scenario
from tests.stories.endings import assert_ended_as_told

if TYPE_CHECKING:
    from local.system import LocalSystem


def to_the_second(name: str) -> bool:
    """Whether what happens hangs on when several executions meet.

    The emulator takes half a second and more to start a function: twenty seconds of the story.
    So such a story is told in virtual time only (tests/virtual/); that several executions meet
    in the emulator too is promised in test_storm.py. Of the reminders one is enough here: each
    waits for its minute.
    """
    story = read_scenario(SCENARIOS_DIR / f"{name}.yaml")
    return bool(story.also or (story.remind_minutes and story.faults))


@pytest.mark.parametrize("name", [name for name in scenario_names() if not to_the_second(name)])
def test_story_ends_as_told(name: str, system: LocalSystem) -> None:
    story = read_scenario(SCENARIOS_DIR / f"{name}.yaml")

    assert_ended_as_told(EmulatorRunner(system).run_scenario(story), story)
