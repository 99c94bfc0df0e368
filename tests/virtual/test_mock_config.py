"""The definition alone, every task answered from the MockConfigFile that the stories make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.definition.coverage import histories
from local.step_functions_local.cases import cases_of
from local.step_functions_local.stand_in import StandIn
from local.step_functions_local.suite import answered_from_file
from local.story import story_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.step_functions_local.cases import Case
    from local.virtual.system import VirtualSystem
    from local.virtual.told import VirtualEnding

    Told = Callable[[str], VirtualEnding]


@pytest.fixture
def cases(told: Told) -> list[Case]:
    """Every execution of every story."""
    return [case for name in story_names() for case in cases_of(name, histories([told(name)]))]


def test_every_case_walks_and_ends_in_the_emulator_as_its_story_did(
    cases: list[Case], virtual: VirtualSystem
) -> None:
    assert answered_from_file(StandIn, virtual.deployed.definition, cases) == []
