"""Checks that no state reads a path that may be missing, which the emulator does not check.

AWS fails an execution that reads a missing path; the local emulator returns null or takes the
Default. So every path that a state reads is looked up in what *every* sequence of transitions to
that state has written. The results of functions are not declared anywhere, so samples of them are
made with the real code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from local.asl.transitions import TransitionKind, transitions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.asl.transitions import Transition

#: What is known about a value: its keys, or (ANY) only that it exists.
Shape = dict[str, Any] | None
ANY: Shape = None

FAULT: dict[str, Any] = {"Error": ANY, "Cause": ANY}
CONTEXT: dict[str, Any] = {
    "Execution": {"Id": ANY, "Name": ANY, "StartTime": ANY, "Input": ANY, "RoleArn": ANY},
    "State": {"Name": ANY, "EnteredTime": ANY, "RetryCount": ANY},
    "StateMachine": {"Id": ANY, "Name": ANY},
}
PATH = re.compile(r"\$\$?(?:\.[A-Za-z_][A-Za-z0-9_]*)*(?:\[[^\]]*\])*")


def missing_paths(machine: dict[str, Any], samples: Mapping[str, list[object]]) -> list[str]:
    """List the states that read a path that may be missing; every sample must have a key."""
    results = {
        name: _common([shape_of(sample) for sample in given]) for name, given in samples.items()
    }
    known = _inputs(machine, results)
    return [
        f"{name} reads {path}, which may be missing"
        for name, state in machine["States"].items()
        for path in sorted(set(_reads(state)))
        if not _exists(path, known[name])
    ] + [
        f"{name} selects {path}, which its function may not return"
        for name, state in machine["States"].items()
        for path in sorted(set(_paths_in(state.get("ResultSelector", {}))))
        if not _exists(path, {"Payload": results.get(name)})
    ]


def shape_of(value: object) -> Shape:
    """Return the shape of a sample, without the items of lists."""
    if isinstance(value, dict):
        return {key: shape_of(item) for key, item in value.items()}
    return ANY


def _inputs(machine: dict[str, Any], results: Mapping[str, Shape]) -> dict[str, Shape]:
    """Return what the input of each state has, whichever transitions lead to it."""
    reaching: dict[str, list[Shape]] = {machine["StartAt"]: [ANY]}
    known: dict[str, Shape] = {}
    while True:
        now = {name: _common(shapes) for name, shapes in reaching.items()}
        if now == known:
            return known
        known = now
        reaching = {machine["StartAt"]: [ANY]}
        for transition in transitions(machine):
            if transition.origin in known:
                after = _after(machine, transition, known[transition.origin], results)
                reaching.setdefault(transition.target, []).append(after)


def _after(
    machine: dict[str, Any], transition: Transition, given: Shape, results: Mapping[str, Shape]
) -> Shape:
    """Return what the state's output has when it leaves by this transition."""
    state = machine["States"][transition.origin]
    if transition.kind is TransitionKind.CATCH:
        return _put(given, state["Catch"][transition.number].get("ResultPath", "$"), FAULT)
    if state["Type"] == "Pass":
        result = _template(state["Parameters"]) if "Parameters" in state else ANY
    elif state["Type"] == "Task":
        selector = state.get("ResultSelector")
        whole = {"Payload": results.get(transition.origin)}
        result = _template(selector, whole) if selector is not None else whole
    else:
        return given
    return _put(given, state.get("ResultPath", "$"), result)


def _template(template: object, source: Shape = ANY) -> Shape:
    """Return the shape that a payload template makes; a bare path keeps its shape."""
    if not isinstance(template, dict):
        return ANY
    return {
        key.removesuffix(".$"): _find(value, source)
        if key.endswith(".$") and PATH.fullmatch(value)
        else ANY
        if key.endswith(".$")
        else _template(value, source)
        for key, value in template.items()
    }


def _find(path: str, source: Shape) -> Shape:
    for key in path.lstrip("$").strip(".").split("."):
        source = source.get(key) if source and key else source
    return source


def _put(given: Shape, path: str | None, result: Shape) -> Shape:
    """Put a result at a ResultPath; null leaves the input unchanged."""
    if path is None:
        return given
    if path == "$":
        return result
    head, *rest = path.removeprefix("$.").split(".")
    below = _put((given or {}).get(head), "$." + ".".join(rest), result) if rest else result
    return {**(given or {}), head: below}


def _common(shapes: list[Shape]) -> Shape:
    """Return what all the shapes have."""
    described = [shape for shape in shapes if shape is not None]
    if len(described) < len(shapes):
        return ANY
    common = set.intersection(*(set(shape) for shape in described))
    return {key: _common([shape[key] for shape in described]) for key in common}


def _exists(path: str, known: Shape) -> bool:
    source: Shape = known
    if path.startswith("$$"):
        source, path = CONTEXT, path[1:]
    keys = re.sub(r"\[.*", "", path).removeprefix("$").strip(".")
    for depth, key in enumerate(keys.split(".") if keys else []):
        if source is None:
            return depth > 0  # inside a value that exists but is not described
        if key not in source:
            return False
        source = source[key]
    return True


def _reads(state: dict[str, Any]) -> Iterator[str]:
    """Yield the paths that a state reads from its input."""
    for field in ("InputPath", "OutputPath", "SecondsPath", "TimestampPath"):
        if state.get(field):
            yield state[field]
    yield from _paths_in(state.get("Parameters", {}))
    yield from _paths_in_rules(state.get("Choices", []))


def _paths_in(template: object) -> Iterator[str]:
    if isinstance(template, dict):
        for key, value in template.items():
            if key.endswith(".$"):
                yield from PATH.findall(re.sub(r"'[^']*'", "", value))
            else:
                yield from _paths_in(value)


def _paths_in_rules(rules: list[dict[str, Any]]) -> Iterator[str]:
    for rule in rules:
        for key, value in rule.items():
            if key == "Variable" or key.endswith("Path"):
                yield value
            elif key in ("And", "Or"):
                yield from _paths_in_rules(value)
            elif key == "Not":
                yield from _paths_in_rules([value])
