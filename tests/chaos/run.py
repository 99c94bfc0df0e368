"""One run: a story is told to the virtual system, and compared with the model and the laws."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.faults.gate import Gate
from local.faults.kinds import EVENTS
from local.virtual.system import EPOCH
from local.virtual.told import Delivery, ending_of
from tests.chaos.judgement import Seen, contradictions
from tests.chaos.laws import Breaches, breaches, rings
from tests.chaos.model import NOBODY_TOLD, Expected, expected

if TYPE_CHECKING:
    from local.faults.fault import Fault
    from local.faults.gate import Request
    from local.story import Story
    from local.virtual.system import VirtualSystem
    from local.virtual.told import Played, VirtualEnding


@dataclass(frozen=True)
class Run:
    """What came of a story.

    Attributes:
        story: the story.
        expected: what the model says.
        seen: what happened.
        played, ending: the same, with everything that was recorded.
        struck: how often a fault of each kind struck, by where and kind.
        wrong: where it is not what the model says, a line each.
        breaches: what may never be.
    """

    story: Story
    expected: Expected
    seen: Seen
    played: Played
    ending: VirtualEnding
    struck: Counter[tuple[str, str]]
    wrong: list[str]
    breaches: Breaches

    @property
    def failed(self) -> bool:
        """Whether something is not as it must be."""
        return bool(self.wrong or self.breaches.all)


class CountedGate(Gate):
    """Counts what strikes, by where and kind."""

    def __init__(self, story: Story, struck: Counter[tuple[str, str]]) -> None:
        super().__init__(story.faults, story.names_by_number(), story.seed)
        self._struck = struck

    def strike(self, request: Request) -> tuple[Fault, ...]:
        """See Gate."""
        faults = super().strike(request)
        for fault in faults:
            self._struck[f"{request.service} {request.operation}".strip(), fault.kind] += 1
        return faults


def run(system: VirtualSystem, story: Story) -> Run:
    """Tell a story and compare what came of it."""
    struck: Counter[tuple[str, str]] = Counter()
    due = expected(story, EPOCH)

    def count() -> None:
        system.connect.faults = CountedGate(story, struck)
        system.proxy.gate = CountedGate(story, struck)

    deliveries = [Delivery(story.event_sent, (0.0,) * (1 + story.further_deliveries))]
    played = system.play(story, deliveries, seed=story.seed, ready=count)
    ending = ending_of(played)
    for _ in range(len(played.executions) - 1):
        struck[EVENTS, "delivered_twice"] += 1
    seen = _seen(played, ending)
    sns = sum(count for (where, _), count in struck.items() if where.startswith("sns"))
    return Run(
        story=story,
        expected=due,
        seen=seen,
        played=played,
        ending=ending,
        struck=struck,
        wrong=[*contradictions(due, seen), *system.connect.defects],
        breaches=breaches(played, story.names_by_number(), sns),
    )


def _seen(played: Played, ending: VirtualEnding) -> Seen:
    failed = ending.status != "SUCCEEDED"
    alone = len(played.executions) == 1
    calls = tuple((one["contact"], one["outcome"]) for one in ending.output.get("calls", []))
    return Seen(
        ending=NOBODY_TOLD if failed else ending.output["outcome"],
        by=ending.output.get("acknowledged_by") or "",
        calls=None if failed else calls,
        rings=tuple(rings(played.executions[0], played.calls, EPOCH)) if alone else None,
        subjects=tuple(one.subject for one in ending.notifications),
        further=tuple(ending.further),
    )
