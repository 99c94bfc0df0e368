"""The scenarios cover the whole definition, so that no part of it can break unnoticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.asl.coverage import measure_coverage
from local.asl.transitions import load_definition

if TYPE_CHECKING:
    from local.simulation.all_scenarios import AllScenarios


def test_the_scenarios_cover_every_state_transition_catch_and_retry(
    all_scenarios: AllScenarios,
) -> None:
    coverage = measure_coverage(load_definition(), all_scenarios.all_histories())

    assert coverage.uncovered == [], (
        "add a scenario to tests/scenarios that covers it; see make coverage-asl"
    )
    assert coverage.unexplained == []
