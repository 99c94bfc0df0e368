"""Random scenarios are reproducible, cover every fault and phone, and end as the model expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.connect.phone_parser import KINDS
from local.faults.fault_types import FaultKind
from local.scenarios.scenario import read_scenario
from tests.property.random_scenarios import random_scenario, to_yaml
from tests.property.run_seeds import run_seed

if TYPE_CHECKING:
    from pathlib import Path

    from local.simulation.system import VirtualSystem

SEEDS = range(500)


def test_a_seed_always_makes_the_same_scenario() -> None:
    assert random_scenario(7) == random_scenario(7)
    assert random_scenario(7) != random_scenario(8)


def test_a_random_scenario_survives_a_round_trip_through_a_file(tmp_path: Path) -> None:
    for seed in range(40):
        scenario = random_scenario(seed)
        path = tmp_path / f"{seed}.yaml"
        path.write_text(to_yaml(scenario))
        again = read_scenario(path)
        assert again == scenario
        assert again.phones_by_number() == scenario.phones_by_number()


def test_random_scenarios_are_valid_and_cover_every_fault_and_phone() -> None:
    scenarios = [random_scenario(seed) for seed in SEEDS]
    for scenario in scenarios[::5]:
        scenario.fault_injector()
        scenario.phones_by_number()
    assert {fault.kind for scenario in scenarios for fault in scenario.faults} == set(FaultKind)
    text = "\n".join(to_yaml(scenario) for scenario in scenarios)
    assert all(kind in text for kind in KINDS)


@pytest.mark.parametrize("seed", range(8))
def test_a_random_run_matches_the_model_and_keeps_the_invariants(
    seed: int, virtual: VirtualSystem
) -> None:
    result = run_seed(virtual, seed)
    assert not result.failed, f"{result.text}\nrerun: make chaos SEED={seed}"
