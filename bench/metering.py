"""What a story comes to, counted in virtual time."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.asl.coverage import walked
from local.asl.transitions import load
from local.faults.injector import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from local.asl.transitions import Json
    from local.faults.fault import Fault
    from local.faults.injector import Request
    from local.scenarios.result import ScenarioResult
    from local.scenarios.scenario import Scenario
    from local.simulation.system import VirtualSystem

#: Story seconds after the end of a page in which its last call is over too.
GOODBYE = 300


@dataclass
class Metered:
    """Counts of one story.

    Attributes:
        executions: of the state machine.
        transitions: as Step Functions bills them: states entered, and each retry.
        invocations: by function.
        story_seconds: that invocations lasted in the story, by function: what a function sleeps,
            and what botocore waits before it tries again. The work itself takes none.
        cpu_seconds: of this machine's processor that the handlers took, by function.
        requests: to SSM, DynamoDB, SNS and Connect, by `service Operation`.
        calls: that Connect placed.
        connected_seconds: of all calls together.
        duration: story seconds from the event to the end of its execution.
        log_bytes: that the functions wrote.
    """

    executions: int = 0
    transitions: int = 0
    invocations: Counter[str] = field(default_factory=Counter)
    story_seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    cpu_seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    requests: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    connected_seconds: float = 0.0
    duration: float = 0.0
    log_bytes: int = 0

    @property
    def looks(self) -> int:
        """Requests of DescribeContact."""
        return self.requests["connect DescribeContact"]


class CountingGate(Gate):
    """Counts what passes, and lets a story's faults strike.

    Args:
        story: its faults.
        found: takes the counts.
    """

    def __init__(self, story: Scenario, found: Metered) -> None:
        super().__init__(story.faults, story.names_by_number(), story.seed)
        self._found = found

    def strike(self, request: Request) -> tuple[Fault, ...]:
        """See Gate."""
        if request.operation:
            self._found.requests[f"{request.service} {request.operation}"] += 1
        else:
            self._found.invocations[request.service] += 1
        return super().strike(request)


def metered(
    system: VirtualSystem, story: Scenario, seed: int = 0
) -> tuple[Metered, ScenarioResult]:
    """Tell a story and count."""
    found = Metered()

    def around(name: str, _given: object, run: Callable[[], Any]) -> Any:  # noqa: ANN401 - JSON
        began, worked = system.time.now(), time.thread_time()
        try:
            return run()
        finally:
            found.story_seconds[name] += system.time.now() - began
            found.cpu_seconds[name] += time.thread_time() - worked

    def ready() -> None:
        system.proxy.gate = CountingGate(story, found)

    ending = system.run_scenario(story, seed=seed, around=around, ready=ready)
    for one in system.connect.requests:
        found.requests[f"connect {one.operation}"] += 1
    histories = ending.histories
    found.executions = len(histories)
    found.transitions = transitions(histories)
    system.clock.second += GOODBYE  # pages end before the last call has
    found.calls = len(system.connect.calls)
    found.connected_seconds = sum(
        (call.ended_at or 0.0) - call.connected_at
        for call in system.connect.calls
        if call.connected_at is not None
    )
    found.duration = ending.page.duration
    found.log_bytes = sum(len(line.encode()) for line in ending.log)
    return found, ending


def transitions(histories: Iterable[list[Json]]) -> int:
    """Count the state transitions of executions as they are billed.

    "Step Functions counts a state transition each time a step of your workflow is executed", and
    "each retry will be charged as an additional state transition" (its pricing page).
    """
    walk = walked(load(), histories)
    return walk.states.total() + walk.retriers.total()
