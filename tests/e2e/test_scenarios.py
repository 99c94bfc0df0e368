"""The scenarios of tests/scenarios, through EventBridge and the deployed rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.asl.coverage import measure_coverage
from local.asl.transitions import TransitionKind, load_definition
from local.scenarios.emulator_runner import EmulatorRunner
from local.scenarios.files import SCENARIOS_DIR, scenario_names
from local.scenarios.result import differences
from local.scenarios.scenario import read_scenario

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem

#: Scenarios with several events or callbacks whose result does not depend on when these arrive.
AT_ANY_TIME = {
    "webhook-alertmanager-group",
    "webhook-resolved-first",
    "callback-after-nobody-answered",
    "callback-unknown-callers",
    "fault-callback-fails",
}

#: Scenarios that take long here, mostly because they wait for retries; what they show of the
#: emulator, others show too. A Catch after retries is tested below.
SLOW = {
    "connect-down",
    "fault-check-call-always-fails",
    "fault-check-hold-always-fails",
    "fault-no-notification",
    "fault-open-incident-always-fails",
    "fault-page-not-released",
    "fault-table-down",
    "hold-suppression-ends",
}


def runs_here(name: str) -> bool:
    """Whether a scenario runs on the emulator too; all run in the simulation."""
    return name not in SLOW and not depends_on_timing(name)


def depends_on_timing(name: str) -> bool:
    """Whether the result depends on when several executions meet, or a person calls back.

    The emulator needs half a second or more to start a function: twenty scenario seconds. So
    timing-sensitive scenarios run only in the simulation (tests/simulation/);
    test_event_delivery.py checks concurrent executions on the emulator. Of the reminder scenarios
    only one runs here, because each waits for a minute. The emulator cannot set the time or limit
    the functions.
    """
    scenario = read_scenario(SCENARIOS_DIR / f"{name}.yaml")
    return bool(
        scenario.at
        or ((scenario.also or scenario.calls_back) and name not in AT_ANY_TIME)
        or scenario.lambda_concurrency
        or (scenario.ack_timeout_minutes and scenario.faults)
    )


@pytest.mark.parametrize("name", [name for name in scenario_names() if runs_here(name)])
def test_scenario_has_the_expected_result(name: str, system: LocalSystem) -> None:
    scenario = read_scenario(SCENARIOS_DIR / f"{name}.yaml")

    assert differences(EmulatorRunner(system).run_scenario(scenario), scenario) == []


def test_a_catch_after_retries_shows_in_the_emulators_history(system: LocalSystem) -> None:
    """The emulator's histories show a Catch and a Retry as those of the simulation do."""
    result = EmulatorRunner(system).run_scenario(
        read_scenario(SCENARIOS_DIR / "fault-open-incident-always-fails.yaml")
    )

    coverage = measure_coverage(load_definition(), [system.history(result.page.arn)])

    assert [
        str(transition)
        for transition in coverage.transitions
        if transition.kind is TransitionKind.CATCH
    ] == ["OpenIncident -> UseFallbackIncident (Catch)"]
    assert {retrier.state: times for retrier, times in coverage.retriers.items()} == {
        "OpenIncident": 6
    }
    assert coverage.unexplained == []
