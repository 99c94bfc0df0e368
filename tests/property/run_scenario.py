"""One run of a scenario in virtual time, compared with the model and the laws."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from local.faults.fault_types import EVENTS, FaultKind
from local.faults.injector import FaultInjector
from local.simulation.system import EPOCH
from tests.property.invariants import Breaches, breaches
from tests.property.model.differences import Seen, contradictions
from tests.property.model.expected_outcome import NOBODY_TOLD, Expected, expected
from tests.property.model.place_call_model import PLACE_CALL

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.faults.fault import Fault
    from local.faults.injector import Request
    from local.scenarios.result import ScenarioResult
    from local.scenarios.scenario import Scenario
    from local.simulation.system import VirtualSystem


@dataclass(frozen=True)
class Run:
    """The result of a scenario, compared."""

    scenario: Scenario
    expected: Expected
    seen: Seen
    result: ScenarioResult  # everything that was recorded
    struck: Counter[tuple[str, str]]  # how often, by place and kind
    wrong: list[str]  # where it differs from the model
    breaches: Breaches

    @property
    def failed(self) -> bool:
        """Whether something is not as it must be."""
        return bool(self.wrong or self.breaches.all)


class WatchedInjector(FaultInjector):
    """Counts what strikes, and notes which attempt the calls are of.

    A function's invocation asks here before it does anything, so what Connect places from then
    on is of the attempt that it was invoked for, whatever token it sends.
    """

    def __init__(self, scenario: Scenario, calls: Callable[[], int]) -> None:
        super().__init__(scenario.faults, scenario.names_by_number(), scenario.seed)
        self._calls = calls
        self.struck: Counter[tuple[str, str]] = Counter()  # by place and kind
        #: For each invocation of place_call: its attempt, and the calls before it.
        self.placing: list[tuple[int, int]] = []

    def match(self, request: Request) -> tuple[Fault, ...]:
        """See FaultInjector."""
        if request.service == PLACE_CALL and request.attempt:
            self.placing.append((request.attempt, self._calls()))
        faults = super().match(request)
        for fault in faults:
            self.struck[f"{request.service} {request.operation}".strip(), fault.kind] += 1
        return faults

    def rings(self) -> tuple[int, ...]:
        """Count the calls of each attempt, where one execution made them all."""
        counted: Counter[int] = Counter()
        for (attempt, before), (_, end) in pairwise([*self.placing, (0, self._calls())]):
            counted[attempt] += end - before
        return tuple(counted[attempt] for attempt in range(1, max(counted, default=0) + 1))


def run(system: VirtualSystem, scenario: Scenario) -> Run:
    """Run a scenario and compare its result."""
    due = expected(scenario, EPOCH)
    gates = [WatchedInjector(scenario, lambda: len(system.connect.calls)) for _ in range(2)]

    def watch() -> None:
        system.connect.faults, system.proxy.faults = gates

    result = system.run_scenario(scenario, seed=scenario.seed, ready=watch)
    struck = gates[0].struck + gates[1].struck
    if scenario.further_deliveries:
        struck[EVENTS, FaultKind.DELIVERED_TWICE] += scenario.further_deliveries
    alone = len(result.executions) == 1
    seen = _seen(result, gates[1].rings() if alone else None)
    sns = sum(count for (where, _), count in struck.items() if where.startswith("sns"))
    return Run(
        scenario=scenario,
        expected=due,
        seen=seen,
        result=result,
        struck=struck,
        wrong=[*contradictions(due, seen), *system.connect.defects],
        breaches=breaches(result, scenario.names_by_number(), sns, seen.rings or ()),
    )


def _seen(result: ScenarioResult, rings: tuple[int, ...] | None) -> Seen:
    failed = result.status != "SUCCEEDED"
    calls = tuple((one["contact"], one["outcome"]) for one in result.output.get("calls", []))
    return Seen(
        ending=NOBODY_TOLD if failed else result.output["outcome"],
        by=result.output.get("acknowledged_by") or "",
        calls=None if failed else calls,
        rings=rings,
        subjects=tuple(one.subject for one in result.notifications),
        further=tuple(result.other_outcomes),
    )
