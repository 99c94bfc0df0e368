"""Every story of tests/scenarios, through EventBridge and the deployed rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.story import STORIES, read_story, story_names
from local.telling import tell
from tests.stories.endings import assert_ended_as_told

if TYPE_CHECKING:
    from local.system import LocalSystem


@pytest.mark.parametrize("name", story_names())
def test_story_ends_as_told(name: str, system: LocalSystem) -> None:
    story = read_story(STORIES / f"{name}.yaml")

    assert_ended_as_told(tell(system, story), story)
