"""The emulator's histories show a Catch and a Retry as those of the second interpreter do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.asl.coverage import walked
from local.asl.transitions import Kind, load
from local.scenarios.emulator_runner import EmulatorRunner
from local.scenarios.files import SCENARIOS_DIR
from local.scenarios.scenario import read_scenario

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem


def test_a_catch_after_retries_is_seen_in_the_emulator_too(system: LocalSystem) -> None:
    ending = EmulatorRunner(system).run_scenario(
        read_scenario(SCENARIOS_DIR / "fault-open-dead.yaml")
    )

    walk = walked(load(), [system.history(ending.page.arn)])

    assert [str(way) for way in walk.ways if way.kind is Kind.CATCH] == [
        "OpenIncident -> UseFallbackIncident (Catch)"
    ]
    assert {one.state: times for one, times in walk.retriers.items()} == {"OpenIncident": 3}
    assert walk.strange == []
