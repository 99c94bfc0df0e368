"""Measures how much of a definition executions covered, from their histories."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.asl.state_visits import failure_of
from local.asl.transitions import retriers, transitions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.asl.transitions import Json, Retrier, Transition


@dataclass
class Coverage:
    """How often executions used each part of a definition.

    Attributes:
        unexplained: what the definition does not allow; the history is of another definition.
    """

    machine: Json
    states: Counter[str] = field(default_factory=Counter)
    transitions: Counter[Transition] = field(default_factory=Counter)
    retriers: Counter[Retrier] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)

    @property
    def uncovered(self) -> list[str]:
        """The parts that were never used, in the order of the definition."""
        return [
            *(name for name in self.machine["States"] if not self.states[name]),
            *(
                str(transition)
                for transition in transitions(self.machine)
                if not self.transitions[transition]
            ),
            *(str(retrier) for retrier in retriers(self.machine) if not self.retriers[retrier]),
        ]


def measure_coverage(machine: Json, histories: Iterable[list[Json]]) -> Coverage:
    """Count what these executions used of a definition without Map and Parallel.

    A Catch shows as a state that is entered after a state whose task did not succeed last, or whose
    Parameters failed before the task was scheduled. A Retry shows as a task that is scheduled
    again in a state that was not entered again.
    """
    coverage = Coverage(machine)
    by_signature = {transition.signature: transition for transition in transitions(machine)}
    for history in histories:
        _count(coverage, by_signature, history)
    return coverage


@dataclass
class Position:
    """The position of one execution, from its history so far.

    Attributes:
        state: the state entered last; "" before the first.
        error: what the task of that state failed with; "" if it has not failed.
        succeeded: whether the task's latest result was a success.
    """

    machine: Json
    state: str = ""
    error: str = ""
    succeeded: bool = False

    def advance(self, event: Json) -> tuple[str, str, bool] | None:
        """Process the next event; return a `Transition.signature` if it enters a state."""
        kind = event["type"]
        if details := event.get("stateEnteredEventDetails"):
            task = self.machine["States"].get(self.state, {}).get("Type") == "Task"
            signature = (self.state, details["name"], task and not self.succeeded)
            self.state, self.error, self.succeeded = details["name"], "", False
            return signature
        if kind == "TaskSucceeded":
            self.succeeded = True
        elif kind in ("TaskFailed", "TaskTimedOut"):
            # Also after a success: the emulator reports a failed ResultSelector this way.
            self.succeeded, self.error = False, failure_of(event).error
        return None


def _count(
    coverage: Coverage,
    by_signature: dict[tuple[str, str, bool], Transition],
    history: list[Json],
) -> None:
    position = Position(coverage.machine)
    for event in history:
        if signature := position.advance(event):
            if transition := by_signature.get(signature):
                coverage.transitions[transition] += 1
            elif signature[0]:
                coverage.unexplained.append(f"{signature[0]} -> {signature[1]}")
            coverage.states[position.state] += 1
        elif event["type"] == "TaskScheduled" and position.error:
            own = (each for each in retriers(coverage.machine) if each.state == position.state)
            if retrier := next((each for each in own if each.matches(position.error)), None):
                coverage.retriers[retrier] += 1
            else:
                coverage.unexplained.append(f"{position.state} retries {position.error}")
