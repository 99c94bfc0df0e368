"""Remove each safeguard of the definition and find a scenario that fails: `make mutants`.

A mutant is the definition without one Catch, Retry, Default or rule, or with a Catch that leads to
a state in which a page ends well: by mistake that would lose the page without a word. Each mutant
runs the scenarios of tests/scenarios in virtual time until one ends differently than expected. A
mutant that no scenario detects is a survivor: a safeguard without a test.
"""

from __future__ import annotations

import copy
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

from rich.console import Console

from local.asl.transitions import load_definition
from local.full_settings import FULL_SETTINGS
from local.scenarios.files import SCENARIOS_DIR, scenario_names
from local.scenarios.result import differences
from local.scenarios.scenario import read_scenario
from local.simulation.synthesized_template import synthesized_template
from local.simulation.system import VirtualSystem

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

say = Console(highlight=False, soft_wrap=True).print

#: Expected survivors with the reason; any other fails the run.
EXPLAINED: dict[str, str] = {
    "Duplicate? without its way to PlanCalls": "the page then acquires the lock again, same result:"
    " tests/simulation/test_scenarios.py",
    "Duplicate? without its way to WaitForTeamLock": "the page then reads the lock again",
}


def mutants(machine: Json) -> dict[str, Json]:
    """Return every mutant of a definition, by its change: `CheckCall without Retry`."""
    ends = [name for name, state in machine["States"].items() if state.get("End")]
    return {
        f"{name} {change}": machine | {"States": machine["States"] | {name: mutated}}
        for name, state in machine["States"].items()
        for change, mutated in _mutations(state, ends)
    }


def _mutations(state: Json, ends: list[str]) -> Iterator[tuple[str, Json]]:
    for field in ("Catch", "Retry", "Default"):
        if field in state:
            yield f"without {field}", {key: state[key] for key in state if key != field}
    rules = state.get("Choices", [])
    for n, rule in enumerate(rules):
        if len(rules) > 1:  # a Choice has to have one
            yield (
                f"without its way to {rule['Next']}",
                state | {"Choices": rules[:n] + rules[n + 1 :]},
            )
    for n, caught in enumerate(state.get("Catch", [])):
        for other in ends:
            if other != caught["Next"]:
                mutated = copy.deepcopy(state)
                mutated["Catch"][n]["Next"] = other
                yield f"caught by {other}, not {caught['Next']}", mutated


def detecting_scenario(machine: Json) -> str:
    """Return the name of a scenario that fails with this definition, or ""."""
    template = synthesized_template(FULL_SETTINGS)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::StepFunctions::StateMachine":
            resource["Properties"]["DefinitionString"] = json.dumps(machine)
    with VirtualSystem(template=template) as system:
        # Scenarios with faults first, because most safeguards handle faults.
        for name in sorted(scenario_names(), key=lambda scenario: not scenario.startswith("fault")):
            scenario = read_scenario(SCENARIOS_DIR / f"{name}.yaml")
            try:
                assert differences(system.run_scenario(scenario), scenario) == []
            except Exception:  # noqa: BLE001 - any error detects the mutant
                return name
    return ""


def main() -> int:
    """Print each mutant and the scenario that detects it; fail if a survivor is unexplained."""
    original = load_definition()
    if name := detecting_scenario(original):
        say(f"{name} fails without any mutation: fix that first")
        return 2
    found = mutants(original)
    survivors = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for mutant, scenario in zip(
            found, pool.map(detecting_scenario, found.values()), strict=True
        ):
            say(f"{mutant:60} {scenario or 'SURVIVES'}")
            if not scenario:
                survivors.append(mutant)
    say(f"\n{len(found)} mutants, {len(found) - len(survivors)} detected by a scenario")
    for name in survivors:
        say(f"  survives: {name}: {EXPLAINED.get(name, 'NOT EXPLAINED')}")
    return 0 if EXPLAINED.keys() >= set(survivors) else 1


if __name__ == "__main__":
    sys.exit(main())
