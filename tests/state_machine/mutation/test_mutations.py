"""The mutants are what they are called, and the stories notice one that loses a page."""

from __future__ import annotations

import pytest

from tests.state_machine import definition
from tests.state_machine.mutation.__main__ import EXPLAINED, noticed
from tests.state_machine.mutation.mutations import mutants

MACHINE = definition.load_definition()
MUTANTS = {mutant.name: mutant for mutant in mutants(MACHINE)}


def test_every_safeguard_is_taken_out_once() -> None:
    safeguards = {
        f"{name} without {field}"
        for name, state in MACHINE["States"].items()
        for field in ("Catch", "Retry", "Default")
        if field in state
    }

    assert safeguards <= MUTANTS.keys()
    assert all(mutant.machine != MACHINE for mutant in MUTANTS.values())


def test_only_what_is_there_is_explained() -> None:
    assert MUTANTS.keys() >= EXPLAINED.keys()


@pytest.mark.parametrize("name", ["CheckCall without Catch", "CheckCall without Retry"])
def test_a_story_notices_a_safeguard_that_is_gone(name: str) -> None:
    assert noticed(MUTANTS[name])
