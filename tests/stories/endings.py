"""What must come of a story, whoever tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.scenarios.expectation import differences

if TYPE_CHECKING:
    from local.scenarios.emulator_runner import Ending
    from local.scenarios.scenario import Scenario


def assert_ended_as_told(ending: Ending, story: Scenario) -> None:
    """Compare an ending with what the story expects."""
    assert differences(ending, story) == []
