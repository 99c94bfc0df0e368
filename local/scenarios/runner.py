"""The protocol of whatever runs a scenario: the emulator, or the simulation in virtual time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from local.faults.fault_types import EVENTS

if TYPE_CHECKING:
    from local.connect.server import SimulatedConnect
    from local.connect.timeline import TimelineEntry
    from local.faults.fault import Fault
    from local.faults.proxy import FaultProxy
    from local.scenarios.result import ScenarioResult
    from local.scenarios.scenario import Scenario

#: Why a scenario cannot run whose event starts nothing; the reason follows.
NO_RULE = "no rule matched the event, so nobody is called: "


class FaultySystem(Protocol):
    """A system whose parts inject faults."""

    connect: SimulatedConnect
    proxy: FaultProxy


def inject_faults(scenario: Scenario, system: FaultySystem) -> None:
    """Inject the scenario's faults, with one injector each: an injector is not thread-safe."""
    system.connect.faults = scenario.fault_injector()
    system.proxy.faults = scenario.fault_injector()


def unused_faults(system: FaultySystem) -> list[Fault]:
    """Return the injected faults that never matched a request of either part."""
    elsewhere = system.connect.faults.unused_faults
    unused = (fault for fault in system.proxy.faults.unused_faults if fault in elsewhere)
    return [fault for fault in unused if fault.service != EVENTS]


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
