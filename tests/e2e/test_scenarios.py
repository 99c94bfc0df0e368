"""Every scenario of tests/scenarios, through EventBridge and the deployed rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.scenarios.emulator_runner import EmulatorRunner
from local.scenarios.files import SCENARIOS_DIR, scenario_names
from local.scenarios.scenario import read_scenario
from tests.support.assert_result import assert_ended_as_expected

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem


def depends_on_timing(name: str) -> bool:
    """Whether what happens hangs on when several executions meet.

    The emulator needs half a second or more to start a function: twenty scenario seconds.
    So such a scenario runs in virtual time only (tests/simulation/); that several executions meet
    in the emulator too is promised in test_storm.py. Of the reminders one is enough here: each
    waits for its minute.
    """
    scenario = read_scenario(SCENARIOS_DIR / f"{name}.yaml")
    return bool(scenario.also or (scenario.ack_timeout_minutes and scenario.faults))


@pytest.mark.parametrize("name", [name for name in scenario_names() if not depends_on_timing(name)])
def test_scenario_has_the_expected_result(name: str, system: LocalSystem) -> None:
    scenario = read_scenario(SCENARIOS_DIR / f"{name}.yaml")

    assert_ended_as_expected(EmulatorRunner(system).run_scenario(scenario), scenario)
