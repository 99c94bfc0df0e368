"""Runs every scenario of tests/scenarios in virtual time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.scenarios.files import SCENARIOS_DIR, scenario_names
from local.scenarios.scenario import read_scenario
from local.simulation.system import VirtualSystem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.asl.transitions import Json
    from local.scenarios.result import ScenarioResult


@dataclass(frozen=True)
class AllScenarios:
    """The results of all scenarios."""

    definition: str
    results: Mapping[str, ScenarioResult]

    def all_histories(self) -> Iterator[list[Json]]:
        """Yield the history of every execution of every scenario."""
        for result in self.results.values():
            yield from result.histories


def run_all_scenarios() -> AllScenarios:
    """Run all scenarios, which takes half a minute."""
    with VirtualSystem() as system:
        results = {}
        for name in scenario_names():
            try:
                results[name] = system.run_scenario(read_scenario(SCENARIOS_DIR / f"{name}.yaml"))
            except Exception as error:
                error.add_note(f"in the scenario {name}")
                raise
        return AllScenarios(system.deployed.definition, results)
