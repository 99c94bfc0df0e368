"""Every story of tests/scenarios, through EventBridge and the deployed rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.story import STORIES, read_story, story_names
from local.telling import tell

if TYPE_CHECKING:
    from local.system import LocalSystem


@pytest.mark.parametrize("name", story_names())
def test_story_ends_as_told(name: str, system: LocalSystem) -> None:
    story = read_story(STORIES / f"{name}.yaml")
    expected = story.expect

    ending = tell(system, story)

    assert ending.status == "SUCCEEDED"
    assert ending.calls == expected.calls
    assert ending.output["outcome"] == expected.outcome
    assert ending.output["acknowledged_by"] == expected.acknowledged_by
    for words in expected.spoken:
        assert words in "\n".join(ending.spoken)
    [notification] = ending.notifications
    for words in expected.notified:
        assert words in notification.subject + "\n" + notification.message
