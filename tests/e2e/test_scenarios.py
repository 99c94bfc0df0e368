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
    """Whether the result depends on when several executions meet.

    The emulator needs half a second or more to start a function: twenty scenario seconds. So
    timing-sensitive scenarios run only in the simulation (tests/simulation/); test_alert_storm.py
    checks concurrent executions on the emulator. Of the reminder scenarios only one runs here,
    because each waits for a minute.
    """
    scenario = read_scenario(SCENARIOS_DIR / f"{name}.yaml")
    return bool(scenario.also or (scenario.ack_timeout_minutes and scenario.faults))


@pytest.mark.parametrize("name", [name for name in scenario_names() if not depends_on_timing(name)])
def test_scenario_has_the_expected_result(name: str, system: LocalSystem) -> None:
    scenario = read_scenario(SCENARIOS_DIR / f"{name}.yaml")

    assert_ended_as_expected(EmulatorRunner(system).run_scenario(scenario), scenario)
