"""Check the result of a scenario, whichever runner ran it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.scenarios.result import differences

if TYPE_CHECKING:
    from local.scenarios.result import ScenarioResult
    from local.scenarios.scenario import Scenario


def assert_ended_as_expected(result: ScenarioResult, scenario: Scenario) -> None:
    """Compare a result with what the scenario expects."""
    assert differences(result, scenario) == []
