"""Plays scenarios of tests/scenarios on the web page: the phones follow the scenario's script."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from local.scenarios.files import SCENARIOS_DIR, scenario_names
from local.scenarios.scenario import read_scenario
from oncall.incident import DEFAULT_TEAM

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem
    from local.phones.event_stream import EventStream
    from local.phones.fault_toggles import FaultToggles
    from local.scenarios.scenario import Scenario


#: Its roster is the initial one, and the web page lists it first.
DEFAULT_SCENARIO = "four-contacts"


@cache
def playable_scenarios() -> dict[str, Scenario]:
    """Return the scenarios that the web page can play, by name.

    Excluded are scenarios that need the scenario runner (a start time, several events, alarms,
    people who call back, changed timeouts), and those of other teams, whose phones the web page
    does not show.
    """
    names = sorted(scenario_names(), key=lambda name: name != DEFAULT_SCENARIO)
    scenarios = {name: read_scenario(SCENARIOS_DIR / f"{name}.yaml") for name in names}
    return {name: scenario for name, scenario in scenarios.items() if _is_playable(scenario)}


def _is_playable(scenario: Scenario) -> bool:
    needs_runner = (
        scenario.at
        or scenario.also
        or scenario.alarms
        or scenario.calls_back
        or scenario.ack_timeout_minutes
        or scenario.further_deliveries
    )
    return not needs_runner and scenario.team == DEFAULT_TEAM and bool(scenario.names_by_number())


class ScenarioPlayer:
    """Plays scenarios.

    Publishes the scenario that the phones follow (`scenario`), "" for none.
    """

    def __init__(self, system: LocalSystem, stream: EventStream, faults: FaultToggles) -> None:
        self._system = system
        self._stream = stream
        self._faults = faults

    def play(self, name: str) -> None:
        """Start a scenario; raise KeyError for an unknown name.

        Save its roster, script its phones, inject its faults, and send its event.
        """
        scenario = playable_scenarios()[name]
        self._system.delete_incidents(scenario.team)
        self._system.save_roster(scenario.roster_text, self._system.fallback_team)
        self._system.connect.phones = scenario.phones_by_number()
        self._faults.inject(scenario.fault_injector)
        self._stream.publish("scenario", name=name, title=scenario.title)
        if isinstance(scenario.sent, dict):
            self._system.put(scenario.sent, replay=scenario.replay)
        else:
            self._system.alerts.send(scenario.sent)

    def stop(self) -> None:
        """Give the phones back to the user; calls in progress continue."""
        self._system.connect.phones = {}
        self._faults.inject_enabled()
        self._stream.publish("scenario", name="", title="")
