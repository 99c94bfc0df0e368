"""What must come of a story, whoever tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.story import Story
    from local.telling import Ending


def assert_ended_as_told(ending: Ending, story: Story) -> None:
    """Compare an ending with what the story expects."""
    expected = story.expect
    assert ending.idle_faults == []
    assert (ending.status, ending.error) == (expected.status, expected.error)
    assert ending.calls == expected.calls
    assert ending.output.get("outcome", "") == expected.outcome
    assert ending.output.get("acknowledged_by") == expected.acknowledged_by
    assert ending.further == expected.further
    if expected.rings is not None:
        assert len(ending.spoken) == expected.rings
    for words in expected.spoken:
        assert words in "\n".join(ending.spoken)
    assert len(ending.notifications) == expected.notifications
    for words in expected.notified:
        first = ending.notifications[0]
        assert words in first.subject + "\n" + first.message
