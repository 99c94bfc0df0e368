"""The scenarios walk the whole definition: what none of them comes by could be broken unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.asl.coverage import walked
from local.asl.transitions import load

if TYPE_CHECKING:
    from local.simulation.all_scenarios import AllScenarios


def test_the_scenarios_walk_every_state_transition_catch_and_retry(
    all_scenarios: AllScenarios,
) -> None:
    walk = walked(load(), all_scenarios.all_histories())

    assert walk.unwalked == [], (
        "a scenario of tests/scenarios has to come by; see make coverage-asl"
    )
    assert walk.strange == []
