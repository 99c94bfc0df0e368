"""Checks what the emulator does not: no state reads a path that may not be there.

AWS fails an execution that reads a missing path; the local emulator gives null, or takes
the Default. So every path that a state reads is looked up in what *every* way to that state
has written. What a function answers is not declared anywhere, so it is given by samples,
which the real code makes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from local.asl.transitions import Kind, ways

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.asl.transitions import Way

#: What is known of a value: its keys, or (ANY) only that it is there.
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
    """List which state reads what may not be there; a key counts if every sample has it."""
    answers = {name: _meet([shape_of(one) for one in given]) for name, given in samples.items()}
    known = _what_reaches(machine, answers)
    return [
        f"{name} reads {path}, which may not be there"
        for name, state in machine["States"].items()
        for path in sorted(set(_reads(state)))
        if not _there(path, known[name])
    ] + [
        f"{name} selects {path}, which its function may not answer"
        for name, state in machine["States"].items()
        for path in sorted(set(_paths_in(state.get("ResultSelector", {}))))
        if not _there(path, {"Payload": answers.get(name)})
    ]


def shape_of(value: object) -> Shape:
    """Give the shape of a sample; the items of a list are not looked into."""
    if isinstance(value, dict):
        return {key: shape_of(one) for key, one in value.items()}
    return ANY


def _what_reaches(machine: dict[str, Any], answers: Mapping[str, Shape]) -> dict[str, Shape]:
    """Work out what every way to each state has written."""
    reaching: dict[str, list[Shape]] = {machine["StartAt"]: [ANY]}
    known: dict[str, Shape] = {}
    while True:
        now = {name: _meet(shapes) for name, shapes in reaching.items()}
        if now == known:
            return known
        known = now
        reaching = {machine["StartAt"]: [ANY]}
        for way in ways(machine):
            if way.origin in known:
                after = _after(machine, way, known[way.origin], answers)
                reaching.setdefault(way.target, []).append(after)


def _after(machine: dict[str, Any], way: Way, given: Shape, answers: Mapping[str, Shape]) -> Shape:
    """What the state's input has become when it leaves by this way."""
    state = machine["States"][way.origin]
    if way.kind is Kind.CATCH:
        return _put(given, state["Catch"][way.number].get("ResultPath", "$"), FAULT)
    if state["Type"] == "Pass":
        result = _template(state["Parameters"]) if "Parameters" in state else ANY
    elif state["Type"] == "Task":
        selector = state.get("ResultSelector")
        whole = {"Payload": answers.get(way.origin)}
        result = _template(selector, whole) if selector is not None else whole
    else:
        return given
    return _put(given, state.get("ResultPath", "$"), result)


def _template(template: object, source: Shape = ANY) -> Shape:
    """The shape that a payload template makes; a path alone carries its shape along."""
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
    """Put a result where a ResultPath says; null leaves the input as it is."""
    if path is None:
        return given
    if path == "$":
        return result
    head, *rest = path.removeprefix("$.").split(".")
    below = _put((given or {}).get(head), "$." + ".".join(rest), result) if rest else result
    return {**(given or {}), head: below}


def _meet(shapes: list[Shape]) -> Shape:
    """What all the shapes have."""
    described = [shape for shape in shapes if shape is not None]
    if len(described) < len(shapes):
        return ANY
    common = set.intersection(*(set(shape) for shape in described))
    return {key: _meet([shape[key] for shape in described]) for key in common}


def _there(path: str, known: Shape) -> bool:
    source: Shape = known
    if path.startswith("$$"):
        source, path = CONTEXT, path[1:]
    keys = re.sub(r"\[.*", "", path).removeprefix("$").strip(".")
    for depth, key in enumerate(keys.split(".") if keys else []):
        if source is None:
            return depth > 0  # inside a value that is there but not described
        if key not in source:
            return False
        source = source[key]
    return True


def _reads(state: dict[str, Any]) -> Iterator[str]:
    """Give the paths that a state reads of its input."""
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
