"""Run a scenario in virtual time and compare it with the model and the invariants."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from local.faults.fault_types import EVENTS, FaultKind
from local.faults.injector import FaultInjector
from local.simulation.system import EPOCH
from tests.property.answer_invariants import answer_differences
from tests.property.hold_invariants import early_or_late_calls
from tests.property.invariants import InvariantViolations, find_violations
from tests.property.model.differences import find_differences
from tests.property.model.expected_outcome import ExpectedPage, expect_page
from tests.property.model.fault_budget import YES
from tests.property.model.place_call_model import PLACE_CALL

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.faults.fault import Fault
    from local.faults.injector import Request
    from local.scenarios.result import ScenarioResult
    from local.scenarios.scenario import Scenario
    from local.simulation.system import VirtualSystem


@dataclass(frozen=True)
class ScenarioRun:
    """The result of a scenario and what is wrong with it."""

    scenario: Scenario
    expected: ExpectedPage
    result: ScenarioResult
    injected: Counter[tuple[str, str]]  # counts by place and kind
    differences: list[str]  # between the model and the result
    violations: InvariantViolations


class WatchedInjector(FaultInjector):
    """Count the injected faults and the calls of each attempt.

    A function consults the injector before it does anything. The calls that Connect places from
    then on belong to the attempt of that invocation, whatever token it sends.
    """

    def __init__(self, scenario: Scenario, calls: Callable[[], int]) -> None:
        super().__init__(scenario.faults, scenario.names_by_number(), scenario.seed)
        self._calls = calls
        self.injected: Counter[tuple[str, str]] = Counter()  # by place and kind
        #: For each invocation of place_call: its attempt and the number of calls before it.
        self.invocations: list[tuple[int, int]] = []

    def match(self, request: Request) -> tuple[Fault, ...]:
        """Match as FaultInjector does, and count."""
        if request.service == PLACE_CALL and request.attempt:
            self.invocations.append((request.attempt, self._calls()))
        faults = super().match(request)
        for fault in faults:
            self.injected[f"{request.service} {request.operation}".strip(), fault.kind] += 1
        return faults

    def call_counts(self) -> tuple[int, ...]:
        """Count the calls of each attempt, if one execution made them all."""
        counted: Counter[int] = Counter()
        for (attempt, before), (_, end) in pairwise([*self.invocations, (0, self._calls())]):
            counted[attempt] += end - before
        return tuple(counted[attempt] for attempt in range(1, max(counted, default=0) + 1))


def run_and_compare(system: VirtualSystem, scenario: Scenario) -> ScenarioRun:
    """Run a scenario and compare its result with the model."""
    expected = expect_page(scenario, EPOCH)
    injectors = [WatchedInjector(scenario, lambda: len(system.connect.calls)) for _ in range(2)]

    def use_injectors() -> None:
        system.connect.faults, system.proxy.faults = injectors

    result = system.run_scenario(scenario, seed=scenario.seed, ready=use_injectors)
    injected = injectors[0].injected + injectors[1].injected
    if scenario.further_deliveries:
        injected[EVENTS, FaultKind.DELIVERED_TWICE] += scenario.further_deliveries
    answered = bool(scenario.opens_link or scenario.calls_back)
    call_counts = injectors[1].call_counts() if len(result.executions) == 1 else ()
    sns_failures = sum(count for (where, _), count in injected.items() if where.startswith("sns"))
    return ScenarioRun(
        scenario=scenario,
        expected=expected,
        result=result,
        injected=injected,
        differences=[
            *find_differences(expected, result, call_counts),
            *system.connect.defects,
            *(
                answer_differences(system, scenario, expected, result)
                if answered and not injected
                else ()
            ),
            *(
                early_or_late_calls(scenario, result, EPOCH)
                if expected.may_wait and not (injected or answered) and expected.is_planned == YES
                else ()
            ),
        ],
        violations=find_violations(
            result,
            scenario.names_by_number(),
            sns_failures,
            call_counts,
            resolves=bool(scenario.alarms)
            or any(opened.action == "resolve" for opened in scenario.opens_link),
        ),
    )
