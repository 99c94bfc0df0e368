"""What there is to be walked in a definition: its states, its ways and its retriers."""

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


class Kind(StrEnum):
    """What makes an execution take a way; the words are the language's own."""

    NEXT = "Next"
    RULE = "Choice"
    DEFAULT = "Default"
    CATCH = "Catch"


class Way(NamedTuple):
    """A way from one state to the next.

    Attributes:
        origin, target: states.
        kind: what makes an execution take it.
        number: of the rule or the catcher among the state's own, from 0; of others 0.
    """

    origin: str
    target: str
    kind: Kind
    number: int = 0

    @property
    def seen(self) -> tuple[str, str, bool]:
        """What a history shows of it: from where to where, and whether after a fault."""
        return self.origin, self.target, self.kind is Kind.CATCH

    def __str__(self) -> str:
        return f"{self.origin} -> {self.target} ({self.kind})"


class Retrier(NamedTuple):
    """One entry of a state's Retry.

    Attributes:
        state: whose it is.
        number: among the state's own, from 0.
        errors: the names of the errors that it is for.
    """

    state: str
    number: int
    errors: tuple[str, ...]

    def is_for(self, error: str) -> bool:
        """Whether it is for an error of this name.

        Source: Amazon States Language, "Errors" and "Error names".
        """
        if "States.TaskFailed" in self.errors and error != "States.Timeout":
            return True
        return error in self.errors or "States.ALL" in self.errors

    def __str__(self) -> str:
        return f"{self.state} retries {', '.join(self.errors)}"


def load() -> Json:
    """Read the definition."""
    machine: Json = json.loads(PATH.read_text(encoding="utf-8"))
    return machine


def ways(machine: Json) -> list[Way]:
    """Give every way from a state to another, in the order of the definition.

    Raises:
        ValueError: two ways that no history could tell apart, so neither could be shown to have
            been walked; or a state with states of its own inside, which is not read here.
    """
    found = [way for name, state in machine["States"].items() for way in _ways(name, state)]
    for seen, times in Counter(way.seen for way in found).items():
        if times > 1:
            origin, target, _ = seen
            raise ValueError(
                f"{origin} has {times} ways to {target} that a history cannot tell apart:"
                " give one of them a Pass state of its own"
            )
    return found


def retriers(machine: Json) -> list[Retrier]:
    """Give every retrier, in the order of the definition."""
    return [
        Retrier(name, number, tuple(one["ErrorEquals"]))
        for name, state in machine["States"].items()
        for number, one in enumerate(state.get("Retry", []))
    ]


def _ways(name: str, state: Json) -> Iterator[Way]:
    if state["Type"] in ("Map", "Parallel"):
        raise ValueError(f"{name} is a {state['Type']}; the states inside it are not read here")
    if "Next" in state:
        yield Way(name, state["Next"], Kind.NEXT)
    for number, rule in enumerate(state.get("Choices", [])):
        yield Way(name, rule["Next"], Kind.RULE, number)
    if "Default" in state:
        yield Way(name, state["Default"], Kind.DEFAULT)
    for number, caught in enumerate(state.get("Catch", [])):
        yield Way(name, caught["Next"], Kind.CATCH, number)
