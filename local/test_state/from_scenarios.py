"""What the stories had in each state, as questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.test_state.requests import questions

if TYPE_CHECKING:
    from local.simulation.all_scenarios import AllScenarios
    from local.test_state.requests import Question


def from_stories(told: AllScenarios) -> list[Question]:
    """Make the questions of what the stories came to."""
    # Those about faults first: they come by most of the definition.
    names = sorted(told.results, key=lambda one: not one.startswith("fault"))
    histories = (history for name in names for history in told.results[name].histories)
    return questions(told.definition, histories)
