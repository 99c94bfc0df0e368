"""Run a storm in the virtual system, and keep what the laws check."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from local.simulation.system import EPOCH
from oncall.incident_record import unix
from tests.property.run_scenario import WatchedInjector
from tests.property.storm import incident_queries, schedule
from tests.property.storm_executions import Page

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping

    from local.connect.simulated_call import Call
    from local.scenarios.result import ScenarioResult
    from local.simulation.system import VirtualSystem
    from oncall.incident_record import Record
    from tests.property.storm import Storm


@dataclass(frozen=True)
class StormRun:
    """The result of a storm, with what the laws check."""

    storm: Storm  # what was to happen
    result: ScenarioResult  # what did
    pages: tuple[Page, ...]  # its executions, in the order in which they began
    records: Mapping[str, Record]  # what the incident table knows at the end, by id of the incident
    held_locks: frozenset[str]  # the teams whose line somebody still has at the end
    #: what was done from outside and changed something: second, id of the incident, outcome
    actions: tuple[tuple[float, str, str], ...]
    injected: Counter[tuple[str, str]]  # how often a fault struck, by place and kind
    polls: int  # requests of DescribeContact, for how much Connect is asked
    defects: tuple[str, ...]  # of the simulated Connect itself

    @cached_property
    def calls(self) -> Mapping[str, Call]:
        """The calls by contact id, in the order in which they were placed."""
        return {call.contact_id: call for call in self.result.calls}

    @cached_property
    def call_owners(self) -> Mapping[str, tuple[Page, tuple[str, ...]]]:
        """By contact id, whose call it was, and the ids of the incidents that it covers."""
        return {
            contact: (page, announced)
            for page in self.pages
            for contact, announced in page.placed_calls()
        }

    def had_fault(self, *places: str) -> bool:
        """Say whether a fault struck a service, an operation of it, or a function."""
        return any(where.startswith(place) for where, _ in self.injected for place in places)

    @cached_property
    def done(self) -> frozenset[tuple[str, str]]:
        """What was done from outside: id of the incident, and its outcome."""
        return frozenset((incident, outcome) for _, incident, outcome in self.actions)

    @cached_property
    def marks(self) -> Mapping[str, str]:
        """By what an incident is known, in what is spoken."""
        by_event = {page.event_id: page.event.mark for page in self.pages}
        return by_event | {page.incident_id: page.mark for page in self.pages if page.incident_id}

    def recoveries(self, page: Page) -> list[Page]:
        """Give the executions that say that its alarm is OK again, sooner or later than it."""
        about = (page.mark, page.team)
        return [
            other
            for other in self.pages
            if other.event.recovers and (other.mark, other.team) == about and other is not page
        ]

    def closed_at(self, page: Page) -> float:
        """Give the second at which the incident of a page was over; infinite where it never was.

        By what happened, and not only by what the table has noted of it.
        """
        record = self.records.get(page.incident_id)
        closed = unix(record.closed_at) - EPOCH.timestamp() if record and not record.open else None
        actions = (second for second, incident, _ in self.actions if incident == page.incident_id)
        began = [page.execution.began for page in self.recoveries(page)]
        known = [math.inf if closed is None else closed, *actions]
        return min([*known, *(second for second in began if second > page.execution.began)])


def run_storm(system: VirtualSystem, storm: Storm) -> StormRun:
    """Run a storm."""
    scenario = storm.scenario
    injectors = [WatchedInjector(scenario, lambda: len(system.connect.calls)) for _ in range(2)]
    actions: list[tuple[float, str, str]] = []

    def ready() -> None:
        schedule(system, storm, actions)
        system.connect.faults, system.proxy.faults = injectors

    result = system.run_scenario(
        scenario,
        deliveries=storm.deliveries_to_send(),
        seed=scenario.seed,
        stops=storm.stops,
        ready=ready,
    )
    table = incident_queries(system)
    teams = {"default", *storm.rosters}
    pages = zip(result.executions, storm.deliveries, strict=True)
    return StormRun(
        storm=storm,
        result=result,
        pages=tuple(Page(execution, happening) for execution, (_, happening) in pages),
        records={record.incident.id: record for team in teams for record in table.since(team, 0)},
        held_locks=frozenset(team for team in teams if "holder" in table.read_lock(team)),
        actions=tuple(actions),
        injected=injectors[0].injected + injectors[1].injected,
        polls=sum(request.operation == "DescribeContact" for request in system.connect.requests),
        defects=tuple(system.connect.defects),
    )
