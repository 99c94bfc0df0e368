"""Definitions without one safeguard: each Catch, Retry, Default and rule in turn."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    Json = dict[str, Any]


@dataclass(frozen=True)
class Mutant:
    """A definition with one change.

    Attributes:
        name: the change: `CheckCall without Retry`.
        machine: the definition.
    """

    name: str
    machine: Json


def mutants(machine: Json) -> Iterator[Mutant]:
    """Yield every mutant of a definition."""
    ends = [name for name, state in machine["States"].items() if state.get("End")]
    for name, state in machine["States"].items():
        for said, mutated in _mutations(state, ends):
            states = machine["States"] | {name: mutated}
            yield Mutant(f"{name} {said}", machine | {"States": states})


def _mutations(state: Json, ends: list[str]) -> Iterator[tuple[str, Json]]:
    """Yield the mutations of a state.

    Args:
        state: the state.
        ends: the states in which a page ends well: a Catch that led there by mistake would
            lose the page without a word.
    """
    for field in ("Catch", "Retry", "Default"):
        if field in state:
            mutated = copy.deepcopy(state)
            del mutated[field]
            yield f"without {field}", mutated
    rules = state.get("Choices", [])
    for n, rule in enumerate(rules):
        mutated = copy.deepcopy(state)
        del mutated["Choices"][n]
        if mutated["Choices"]:  # a Choice has to have one
            yield f"without its way to {rule['Next']}", mutated
    for n, caught in enumerate(state.get("Catch", [])):
        for other in ends:
            if other != caught["Next"]:
                mutated = copy.deepcopy(state)
                mutated["Catch"][n]["Next"] = other
                yield f"caught by {other}, not {caught['Next']}", mutated
