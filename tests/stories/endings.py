"""What must come of a story, whoever tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.scenarios.result import differences

if TYPE_CHECKING:
    from local.scenarios.result import ScenarioResult
    from local.scenarios.scenario import Scenario


def assert_ended_as_told(result: ScenarioResult, story: Scenario) -> None:
    """Compare a result with what the scenario expects."""
    assert differences(result, story) == []
