"""What the stories had in each state, as questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.definition.coverage import histories
from local.story import STORIES, read_story, story_names
from local.test_state.questions import questions
from local.virtual.system import VirtualSystem

if TYPE_CHECKING:
    from local.test_state.questions import Question


def from_stories() -> list[Question]:
    """Tell the stories in virtual time, as many as it takes, and make the questions of them."""
    # Those about faults first: they come by most of the definition.
    names = sorted(story_names(), key=lambda one: not one.startswith("fault"))
    with VirtualSystem() as system:
        endings = (system.tell(read_story(STORIES / f"{name}.yaml")) for name in names)
        return questions(system.deployed.definition, histories(endings))
