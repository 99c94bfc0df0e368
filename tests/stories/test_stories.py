"""Every story of tests/scenarios, through EventBridge and the deployed rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.story import STORIES, read_story, story_names
from local.telling import tell
from tests.stories.endings import assert_ended_as_told

if TYPE_CHECKING:
    from local.system import LocalSystem


def to_the_second(name: str) -> bool:
    """Whether what happens hangs on when several executions meet.

    The emulator takes half a second and more to start a function: twenty seconds of the story.
    So such a story is told in virtual time only (tests/virtual/); that several executions meet
    in the emulator too is promised in test_storm.py. Of the reminders one is enough here: each
    waits for its minute.
    """
    story = read_story(STORIES / f"{name}.yaml")
    return bool(story.also or (story.remind_minutes and story.faults))


@pytest.mark.parametrize("name", [name for name in story_names() if not to_the_second(name)])
def test_story_ends_as_told(name: str, system: LocalSystem) -> None:
    story = read_story(STORIES / f"{name}.yaml")

    assert_ended_as_told(tell(system, story), story)
