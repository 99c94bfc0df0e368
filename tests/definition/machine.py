"""The state machine's definition, read for tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PATH = ROOT / "workflow" / "escalation.asl.json"


class Transition(NamedTuple):
    """A way from one state to the next; `caught` is the Catch that it is, if it is one."""

    origin: str
    target: str
    caught: dict[str, Any] | None = None


def load() -> dict[str, Any]:
    """Read the definition."""
    machine: dict[str, Any] = json.loads(PATH.read_text())
    return machine


def tasks(machine: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the Task states by name."""
    return {name: one for name, one in machine["States"].items() if one["Type"] == "Task"}


def transitions(machine: dict[str, Any]) -> Iterator[Transition]:
    """Give every way from a state to another."""
    for name, state in machine["States"].items():
        for target in [state.get("Next"), state.get("Default")]:
            if target:
                yield Transition(name, target)
        for rule in state.get("Choices", []):
            yield Transition(name, rule["Next"])
        for caught in state.get("Catch", []):
            yield Transition(name, caught["Next"], caught)
