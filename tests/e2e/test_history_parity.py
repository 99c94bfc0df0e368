"""The emulator's histories show a Catch and a Retry as the simulation's histories do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.asl.coverage import measure_coverage
from local.asl.transitions import TransitionKind, load_definition
from local.scenarios.emulator_runner import EmulatorRunner
from local.scenarios.files import SCENARIOS_DIR
from local.scenarios.scenario import read_scenario

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem


def test_a_catch_after_retries_shows_in_the_emulators_history(system: LocalSystem) -> None:
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
        "OpenIncident": 3
    }
    assert coverage.unexplained == []
