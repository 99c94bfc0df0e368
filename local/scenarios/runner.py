"""The protocol of whatever runs a scenario: the emulator, or the simulation in virtual time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from local.connect.timeline import TimelineEntry
    from local.scenarios.result import ScenarioResult
    from local.scenarios.scenario import Scenario

#: Why a scenario cannot run whose event starts nothing.
NO_RULE = (
    "no rule matched the event, so nobody is called; local/full_settings.py lists the triggers that"
    " are deployed here"
)


class ScenarioRunner(Protocol):
    """Runs scenarios, each independent of those before it."""

    def run_scenario(self, scenario: Scenario) -> ScenarioResult:
        """Run a scenario to the end of all its executions.

        Raises:
            LocalError: it cannot run.
        """


class Listener:
    """Is notified while a scenario runs. Times are scenario seconds."""

    def state(self, at: float, name: str, given: dict[str, Any]) -> None:
        """A state was entered with this input."""

    def phone(self, entry: TimelineEntry) -> None:
        """Something happened on a phone."""

    def flush_until(self, at: float) -> None:
        """Nothing that happened before this moment will follow."""
