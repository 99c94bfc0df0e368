"""The definition alone, every task answered from the MockConfigFile that the stories make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.step_functions_local.stand_in import StandIn
from local.step_functions_local.suite import answered_from_file, cases_of_stories

if TYPE_CHECKING:
    from local.virtual.every_story import EveryStory


def test_every_case_walks_and_ends_in_the_emulator_as_its_story_did(
    every_story: EveryStory,
) -> None:
    cases = cases_of_stories(every_story)

    assert answered_from_file(StandIn, every_story.definition, cases) == []
