"""Lists what a definition can do: its transitions and its retriers."""

from __future__ import annotations

import json
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

PATH = ROOT / "workflow" / "escalation.asl.json"


class TransitionKind(StrEnum):
    """What causes a transition, in the words of the Amazon States Language."""

    NEXT = "Next"
    RULE = "Choice"
    DEFAULT = "Default"
    CATCH = "Catch"


class Transition(NamedTuple):
    """A transition from one state to another.

    Attributes:
        number: index of the rule or catcher in its state; 0 for other kinds.
    """

    origin: str
    target: str
    kind: TransitionKind
    number: int = 0

    @property
    def signature(self) -> tuple[str, str, bool]:
        """What a history shows of it: origin, target, and whether an error caused it."""
        return self.origin, self.target, self.kind is TransitionKind.CATCH

    def __str__(self) -> str:
        return f"{self.origin} -> {self.target} ({self.kind})"


class Retrier(NamedTuple):
    """One entry of a state's Retry.

    Attributes:
        number: index in that Retry.
    """

    state: str
    number: int
    errors: tuple[str, ...]

    def matches(self, error: str) -> bool:
        """Whether it retries an error of this name.

        Source: Amazon States Language, "Errors" and "Error names".
        """
        if "States.TaskFailed" in self.errors and error != "States.Timeout":
            return True
        return error in self.errors or "States.ALL" in self.errors

    def __str__(self) -> str:
        return f"{self.state} retries {', '.join(self.errors)}"


def load_definition() -> Json:
    """Read the definition."""
    machine: Json = json.loads(PATH.read_text(encoding="utf-8"))
    return machine


def transitions(machine: Json) -> list[Transition]:
    """Return every transition, in the order of the definition.

    Raises:
        ValueError: a history cannot distinguish two transitions, so their coverage cannot be
            measured; or a state contains other states, which is not supported.
    """
    found = [
        transition
        for name, state in machine["States"].items()
        for transition in _transitions_of(name, state)
    ]
    for signature, times in Counter(transition.signature for transition in found).items():
        if times > 1:
            origin, target, _ = signature
            raise ValueError(
                f"{origin} has {times} transitions to {target} that a history cannot distinguish:"
                " route one of them through a Pass state"
            )
    return found


def retriers(machine: Json) -> list[Retrier]:
    """Return every retrier, in the order of the definition."""
    return [
        Retrier(name, number, tuple(retry["ErrorEquals"]))
        for name, state in machine["States"].items()
        for number, retry in enumerate(state.get("Retry", []))
    ]


def _transitions_of(name: str, state: Json) -> Iterator[Transition]:
    if state["Type"] in ("Map", "Parallel"):
        raise ValueError(f"{name} is a {state['Type']}; states inside a state are not supported")
    if "Next" in state:
        yield Transition(name, state["Next"], TransitionKind.NEXT)
    for number, rule in enumerate(state.get("Choices", [])):
        yield Transition(name, rule["Next"], TransitionKind.RULE, number)
    if "Default" in state:
        yield Transition(name, state["Default"], TransitionKind.DEFAULT)
    for number, caught in enumerate(state.get("Catch", [])):
        yield Transition(name, caught["Next"], TransitionKind.CATCH, number)
