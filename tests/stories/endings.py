"""What must come of a story, whoever tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.expectation import differences

if TYPE_CHECKING:
    from local.story import Story
    from local.telling import Ending


def assert_ended_as_told(ending: Ending, story: Story) -> None:
    """Compare an ending with what the story expects."""
    assert differences(ending, story) == []
