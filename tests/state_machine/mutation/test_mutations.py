"""The mutants are complete, and scenarios detect a mutant that loses a page."""

from __future__ import annotations

import pytest

from local.asl.transitions import load_definition
from tests.state_machine.mutation.__main__ import EXPLAINED, detecting_scenario, mutants

MACHINE = load_definition()
MUTANTS = mutants(MACHINE)


def test_every_safeguard_is_removed_in_one_mutant() -> None:
    safeguards = {
        f"{name} without {field}"
        for name, state in MACHINE["States"].items()
        for field in ("Catch", "Retry", "Default")
        if field in state
    }

    assert safeguards <= MUTANTS.keys()
    assert all(machine != MACHINE for machine in MUTANTS.values())


def test_only_existing_mutants_are_explained() -> None:
    assert MUTANTS.keys() >= EXPLAINED.keys()


@pytest.mark.parametrize("name", ["CheckCall without Catch", "CheckCall without Retry"])
def test_a_scenario_detects_a_missing_safeguard(name: str) -> None:
    assert detecting_scenario(MUTANTS[name])
