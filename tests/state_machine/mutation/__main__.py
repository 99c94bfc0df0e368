"""Remove each safeguard of the definition and find a scenario that fails: `make mutants`.

Each mutant runs the scenarios of tests/scenarios in virtual time until one ends differently than
expected. A mutant that no scenario detects is a survivor: a safeguard without a test.
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

from rich.console import Console

from local.full_settings import FULL_SETTINGS
from local.scenarios.files import SCENARIOS_DIR, scenario_names
from local.scenarios.scenario import read_scenario
from local.simulation.synthesized_template import synthesized_template
from local.simulation.system import VirtualSystem
from tests.state_machine import definition
from tests.state_machine.mutation.mutations import Mutant, mutants
from tests.support.assert_result import assert_ended_as_expected

if TYPE_CHECKING:
    from collections.abc import Iterator

say = Console(highlight=False, soft_wrap=True).print

#: Expected survivors with the reason; any other fails the run.
EXPLAINED: dict[str, str] = {
    "Duplicate? without its way to PlanCalls": "a drill then waits for the team lock, same result:"
    " tests/simulation/test_scenarios.py",
}


def deployed(machine: dict[str, Any]) -> dict[str, Any]:
    """Return the template with another definition."""
    made = synthesized_template(FULL_SETTINGS)
    for resource in made["Resources"].values():
        if resource["Type"] == "AWS::StepFunctions::StateMachine":
            resource["Properties"]["DefinitionString"] = json.dumps(machine)
    return made


def detecting_scenario(mutant: Mutant) -> str:
    """Return the name of a scenario that fails, or ""."""
    with VirtualSystem(template=deployed(mutant.machine)) as system:
        # Scenarios with faults first, because most safeguards handle faults.
        for name in sorted(scenario_names(), key=lambda scenario: not scenario.startswith("fault")):
            scenario = read_scenario(SCENARIOS_DIR / f"{name}.yaml")
            try:
                assert_ended_as_expected(system.run_scenario(scenario), scenario)
            except Exception:  # noqa: BLE001 - any error detects the mutant
                return name
    return ""


def run_mutants(found: list[Mutant]) -> Iterator[tuple[Mutant, str]]:
    """Run the mutants in as many processes as there are processors."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from zip(found, pool.map(detecting_scenario, found), strict=True)


def main() -> int:
    """Print each mutant and the scenario that detects it; fail if a survivor is unexplained."""
    original = Mutant("as it is", definition.load_definition())
    if name := detecting_scenario(original):
        say(f"{name} fails without any mutation: fix that first")
        return 2
    found = list(mutants(original.machine))
    survivors = []
    for mutant, scenario in run_mutants(found):
        say(f"{mutant.name:60} {scenario or 'SURVIVES'}")
        if not scenario:
            survivors.append(mutant.name)
    unexplained = [name for name in survivors if name not in EXPLAINED]
    say(f"\n{len(found)} mutants, {len(found) - len(survivors)} detected by a scenario")
    for name in survivors:
        say(f"  survives: {name}: {EXPLAINED.get(name, 'NOT EXPLAINED')}")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
