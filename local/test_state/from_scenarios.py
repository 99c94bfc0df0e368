"""Makes requests of what the executions of the scenarios did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.test_state.requests import make_requests

if TYPE_CHECKING:
    from local.simulation.all_scenarios import AllScenarios
    from local.test_state.requests import StateRequest


def requests_from_scenarios(scenarios: AllScenarios) -> list[StateRequest]:
    """Return the requests for what the scenarios' executions did."""
    # Fault scenarios first: they cover most of the definition.
    names = sorted(scenarios.results, key=lambda name: not name.startswith("fault"))
    histories = (history for name in names for history in scenarios.results[name].histories)
    return make_requests(scenarios.definition, histories)
