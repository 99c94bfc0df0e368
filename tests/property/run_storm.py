"""Run an alert storm in virtual time and collect what its invariants need."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from local.simulation import lambda_runtime
from local.simulation.event_bus import Delivery
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
    """The result of a storm."""

    storm: Storm
    result: ScenarioResult
    pages: tuple[Page, ...]  # the executions, in the order of their start
    records: Mapping[str, Record]  # in the incident table at the end, by incident ID
    held_locks: frozenset[str]  # the teams whose lock is held at the end
    #: the operators' actions that took effect: second, incident ID, outcome
    actions: tuple[tuple[float, str, str], ...]
    injected: Counter[tuple[str, str]]  # faults, by place and kind
    polls: int  # DescribeContact requests
    defects: tuple[str, ...]  # of the simulated Connect

    @cached_property
    def calls(self) -> Mapping[str, Call]:
        """The calls by contact ID, in the order in which they were placed."""
        return {call.contact_id: call for call in self.result.calls}

    @property
    def gave_up(self) -> set[str]:
        """The states that were entered because a function failed for good."""
        entered = {state.name for page in self.pages for state in page.states}
        return entered & {"UseFallbackIncident", "PlanFailed", "MarkCallFailed", "NotifyFailure"}

    @property
    def throttled(self) -> int:
        """How often Lambda did not run a function."""
        events = (event for page in self.pages for event in page.execution.history)
        failed = (event.get("taskFailedEventDetails", {}) for event in events)
        return sum(details.get("error") == lambda_runtime.THROTTLED for details in failed)

    @cached_property
    def call_owners(self) -> Mapping[str, tuple[Page, tuple[str, ...]]]:
        """The page and the announced incident IDs of each call, by contact ID."""
        return {
            contact: (page, announced)
            for page in self.pages
            for contact, announced in page.placed_calls()
        }

    def had_fault(self, *places: str) -> bool:
        """Check whether a fault was injected into a function, a service or an operation."""
        return any(where.startswith(place) for where, _ in self.injected for place in places)

    @cached_property
    def done(self) -> frozenset[tuple[str, str]]:
        """The effective actions of operators: incident ID and outcome."""
        return frozenset((incident, outcome) for _, incident, outcome in self.actions)

    @cached_property
    def marks(self) -> Mapping[str, str]:
        """The spoken mark of each incident, by incident ID and by event ID."""
        by_event = {page.event_id: page.event.mark for page in self.pages}
        return by_event | {page.incident_id: page.mark for page in self.pages if page.incident_id}

    def recoveries(self, page: Page) -> list[Page]:
        """Return the executions that report the recovery of a page's alarm, before or after it."""
        about = (page.mark, page.team)
        return [
            other
            for other in self.pages
            if other.event.recovers and (other.mark, other.team) == about and other is not page
        ]

    def rises(self, page: Page) -> bool:
        """Check whether a page is about a rise of the severity of a known incident."""
        return any(
            other.topic == page.topic
            and other.rank > page.rank
            and not other.event.recovers
            and other.execution.began <= page.execution.began
            for other in self.pages
            if other is not page
        )

    def counted_before(self, page: Page) -> list[float]:
        """Return when earlier events of a page's incident were counted, from second 0."""
        return [0.0] + [
            other.execution.ended
            for other in self.pages
            if other.topic == page.topic
            and other.outcome == "duplicate"
            and other.execution.began < page.execution.began
        ]

    def closed_at(self, page: Page) -> float:
        """Return the second at which a page's incident was closed, infinity if never.

        Actions and recoveries count as well, not only what the table recorded.
        """
        record = self.records.get(page.incident_id)
        closed = unix(record.closed_at) - EPOCH.timestamp() if record and not record.open else None
        actions = (second for second, incident, _ in self.actions if incident == page.incident_id)
        began = [
            other.execution.began
            for other in self.recoveries(page)
            # An older state is ignored; tests have no order.
            if page.test or other.event.after[0] >= page.event.after[0]
        ]
        known = [math.inf if closed is None else closed, *actions]
        return min([*known, *(second for second in began if second > page.execution.began)])


def run_storm(system: VirtualSystem, storm: Storm) -> StormRun:
    scenario = storm.scenario
    injectors = [WatchedInjector(scenario, lambda: len(system.connect.calls)) for _ in range(2)]
    actions: list[tuple[float, str, str]] = []

    def ready() -> None:
        schedule(system, storm, actions)
        system.connect.faults, system.proxy.faults = injectors

    result = system.run_scenario(
        scenario,
        deliveries=[Delivery(event.event, event.after, event.replay) for event in storm.events],
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
