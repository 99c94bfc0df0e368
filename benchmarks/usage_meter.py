"""Measure what a scenario uses, in virtual time."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.asl.coverage import measure_coverage
from local.asl.transitions import load_definition
from local.environment import ACCOUNT, REGION
from local.faults.injector import FaultInjector
from local.scenarios.alerts import SNS_TRIGGER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from local.asl.transitions import Json
    from local.faults.fault import Fault
    from local.faults.injector import Request
    from local.scenarios.result import ScenarioResult
    from local.scenarios.scenario import Scenario
    from local.scenarios.sent_event import SentEvent
    from local.simulation.system import VirtualSystem

#: Scenario seconds after the end of a page within which its last call ends too.
LAST_CALL_SECONDS = 300


@dataclass
class Usage:
    """What one scenario uses; times, invocations and CPU time are by function."""

    transitions: int = 0  # as Step Functions bills them: states entered and retries
    invocations: Counter[str] = field(default_factory=Counter)
    #: in virtual time: sleeping, and botocore's waiting before a retry; the work itself takes none
    scenario_seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    cpu_seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    #: to SSM, DynamoDB, SNS and Connect, by `service Operation`
    requests: Counter[str] = field(default_factory=Counter)
    events: int = 0  # that EventBridge bills
    calls: int = 0  # that Connect placed
    connected_seconds: float = 0.0  # of all calls
    log_bytes: int = 0


class CountingInjector(FaultInjector):
    """Counts requests and invocations, and injects the scenario's faults."""

    def __init__(self, scenario: Scenario, usage: Usage) -> None:
        super().__init__(scenario.faults, scenario.names_by_number(), scenario.seed)
        self._usage = usage

    def match(self, request: Request) -> tuple[Fault, ...]:
        """See FaultInjector."""
        if request.operation:
            self._usage.requests[f"{request.service} {request.operation}"] += 1
        else:
            self._usage.invocations[request.service] += 1
        return super().match(request)


def measure_usage(
    system: VirtualSystem, scenario: Scenario, seed: int = 0
) -> tuple[Usage, ScenarioResult]:
    """Run a scenario; return what it used, and its result."""
    usage = Usage()

    def middleware(name: str, _given: object, run: Callable[[], Any]) -> Any:  # noqa: ANN401 - JSON
        started, cpu_started = system.time.now(), time.thread_time()
        try:
            return run()
        finally:
            usage.scenario_seconds[name] += system.time.now() - started
            usage.cpu_seconds[name] += time.thread_time() - cpu_started

    def ready() -> None:
        system.proxy.faults = CountingInjector(scenario, usage)

    ending = system.run_scenario(scenario, seed=seed, middleware=middleware, ready=ready)
    for request in system.connect.requests:
        usage.requests[f"connect {request.operation}"] += 1
    usage.events = billed_events(ending.events)
    usage.transitions = count_transitions(ending.histories)
    system.clock.second += LAST_CALL_SECONDS
    usage.calls = len(system.connect.calls)
    usage.connected_seconds = sum(
        (call.ended_at or 0.0) - call.connected_at
        for call in system.connect.calls
        if call.connected_at is not None
    )
    usage.log_bytes = sum(len(line.encode()) for line in ending.log)
    return usage, ending


def billed_events(sent: Iterable[SentEvent]) -> int:
    """Count custom events, and forwardings from another account or region.

    Both are billed for each 64 KB to the account that sends them (EventBridge's pricing page).
    Events of AWS services are free, and messages of SNS topics do not pass EventBridge.
    """
    return sum(
        (not each.event["source"].startswith("aws."))
        + ((each.event["account"], each.event["region"]) != (ACCOUNT, REGION))
        for each in sent
        if SNS_TRIGGER not in each.rules
    )


def count_transitions(histories: Iterable[list[Json]]) -> int:
    """Count the state transitions of executions as Step Functions bills them.

    "Step Functions counts a state transition each time a step of your workflow is executed", and
    "each retry will be charged as an additional state transition" (its pricing page).
    """
    counted = measure_coverage(load_definition(), histories)
    return counted.states.total() + counted.retriers.total()
