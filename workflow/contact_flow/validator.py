"""Validate a contact flow, with clearer and more complete errors than Amazon Connect.

Connect reports an invalid flow only at deployment, with little detail. It accepts a flow that
never hangs up, or that speaks an attribute which is never set.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from workflow.contact_flow.action_types import (
    CONTINUE_LOOPING,
    FORBIDDEN_IDENTIFIERS,
    FORBIDDEN_IN_IDENTIFIERS,
    MAX_ACTIONS,
    MAX_CHARACTERS,
    MAX_IDENTIFIER_LENGTH,
    REFERENCE,
    VERSION,
    ActionType,
    Dynamic,
    Parameter,
    result_branch,
    targets,
    type_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    Action = Mapping[str, Any]


#: Keys of a flow; the console also exports `Settings`.
KNOWN_KEYS = {"Version", "StartAction", "Metadata", "Settings", "Actions"}
#: The value of an attribute may be blank.
_ATTRIBUTE = Parameter(re.compile(r"(?s).*"), dynamic=Dynamic.ANYWHERE)


def validate_flow(content: str, attributes: Collection[str] | None = None) -> list[str]:
    """Return all errors in a flow (a JSON string), one line each, with the action's identifier.

    Of an action type that is not in action_types.py, only the branches are followed;
    `unknown_types` lists these. A call starts with the contact attributes `attributes`, if known.
    """
    if len(content) > MAX_CHARACTERS:
        return [f"flow: {len(content):,} characters; Connect accepts {MAX_CHARACTERS:,}"]
    try:
        flow = json.loads(content)
    except ValueError as error:
        return [f"flow: not valid JSON: {error}"]
    if not isinstance(flow, dict) or not isinstance(flow.get("Actions"), list):
        return ["flow: must be an object with a list of Actions"]
    actions = flow["Actions"]
    errors = [
        *_check_top_level(flow),
        *(line for index, action in enumerate(actions) for line in _check_action(action, index)),
    ]
    if errors:
        return errors  # the checks below need a well-formed flow
    by_name = {action["Identifier"]: action for action in actions}
    return [
        *_check_targets(flow["StartAction"], by_name),
        *_check_reachable(flow["StartAction"], by_name),
        *_check_ends(by_name),
        *_check_bounded(by_name),
        *(_check_attributes(actions, attributes) if attributes is not None else ()),
    ]


def unknown_types(content: str) -> list[str]:
    """Return the types of a valid flow's actions that Callout does not know, sorted."""
    actions = json.loads(content)["Actions"]
    return sorted({action["Type"] for action in actions if type_of(action) is None})


def _check_top_level(flow: Mapping[str, Any]) -> Iterator[str]:
    if flow.get("Version") != VERSION:
        yield f"flow: Version must be {VERSION!r}, not {flow.get('Version')!r}"
    if not isinstance(flow.get("StartAction"), str):
        yield "flow: StartAction must name the first action"
    if len(flow["Actions"]) > MAX_ACTIONS:
        yield f"flow: {len(flow['Actions'])} actions; Connect accepts {MAX_ACTIONS}"
    if unknown := flow.keys() - KNOWN_KEYS:
        yield f"flow: unknown keys: {', '.join(sorted(unknown))}"
    names = Counter(
        action["Identifier"]
        for action in flow["Actions"]
        if isinstance(action, dict) and isinstance(action.get("Identifier"), str)
    )
    for name, count in names.items():
        if count > 1:
            yield f"{name[:MAX_IDENTIFIER_LENGTH]}: {count} actions have this Identifier"


def _check_action(action: object, index: int) -> Iterator[str]:
    if not isinstance(action, dict) or not isinstance(action.get("Identifier"), str):
        yield f"action {index}: must be an object with an Identifier"
        return
    for line in _action_errors(action):
        yield f"{action['Identifier'][:MAX_IDENTIFIER_LENGTH]}: {line}"


def _action_errors(action: Mapping[str, Any]) -> Iterator[str]:
    """Yield the errors in an action, except missing targets; of an unknown type, in its form."""
    yield from _identifier(action["Identifier"])
    if unknown := action.keys() - {"Identifier", "Type", "Parameters", "Transitions"}:
        yield f"has unknown keys: {', '.join(sorted(unknown))}"
    if not isinstance(action.get("Type"), str):
        yield "Type must be a string"
    elif not isinstance(action.get("Parameters", {}), dict):
        yield "Parameters must be an object"
    elif not isinstance(action.get("Transitions", {}), dict):
        yield "Transitions must be an object"
    elif kind := type_of(action):
        yield from _parameters(action.get("Parameters", {}), kind)
        yield from _transitions(action.get("Transitions", {}), kind)


def _identifier(identifier: str) -> Iterator[str]:
    if not 0 < len(identifier) <= MAX_IDENTIFIER_LENGTH:
        length = len(identifier)
        yield f"the Identifier must have 1 to {MAX_IDENTIFIER_LENGTH} characters, not {length}"
    if found := FORBIDDEN_IN_IDENTIFIERS.findall(identifier):
        yield f"the Identifier must not contain {' '.join(found)}"
    if FORBIDDEN_IDENTIFIERS.fullmatch(identifier):
        yield "the Identifier is reserved"


def _parameters(parameters: Mapping[str, Any], kind: ActionType) -> Iterator[str]:
    for name, value in parameters.items():
        if name == kind.attributes or name in kind.maps:
            yield from _attributes(name, value)
        elif name in kind.objects:
            if not isinstance(value, dict):
                yield f"{name} must be an object"
        elif name in kind.parameters:
            yield from _value(name, value, kind.parameters[name])
        else:
            yield f"unknown parameter {name}"
    for name, parameter in kind.parameters.items():
        if parameter.required and name not in parameters:
            yield f"the parameter {name} is missing"
    if kind.attributes and kind.attributes not in parameters:
        yield f"the parameter {kind.attributes} is missing"
    if kind.prompts and len(parameters.keys() & set(kind.prompts)) != 1:
        yield f"needs exactly one of {', '.join(kind.prompts)}"


def _attributes(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, dict) or not value:
        yield f"{name} must be an object of attributes"
        return
    for key, member in value.items():
        yield from _value(f"{name}.{key}", member, _ATTRIBUTE)


def _value(name: str, value: object, parameter: Parameter) -> Iterator[str]:
    # Accept numbers like the strings that the console writes, but no booleans.
    if isinstance(value, bool) or not isinstance(value, str | int):
        yield f"{name} must be a string, not {value!r}"
        return
    text = str(value)
    # Every `$.` counts as a reference, so that a malformed one is not accepted as text.
    if "$." in text:
        remainder = REFERENCE.sub("", text)
        whole = parameter.dynamic is Dynamic.WHOLE
        if parameter.dynamic is Dynamic.NOWHERE or (whole and remainder):
            yield f"{name} {parameter.dynamic.value}: {text!r}"
        elif "$." in remainder:
            yield f"{name} has a malformed reference: {text!r}"
    elif not parameter.values.fullmatch(text):
        yield f"{name} must be {parameter.meaning}, not {value!r}"


def _transitions(transitions: Mapping[str, Any], kind: ActionType) -> Iterator[str]:
    if kind.ends:
        if transitions:
            yield "ends the flow: Transitions must be empty"
        return
    if not isinstance(transitions.get("NextAction"), str):
        yield "NextAction is missing"
    if unknown := transitions.keys() - {"NextAction", "Conditions", "Errors"}:
        yield f"Transitions has unknown keys: {', '.join(sorted(unknown))}"
    yield from _errors(transitions.get("Errors", []), kind)
    yield from _conditions(transitions.get("Conditions", []), kind)


def _errors(branches: object, kind: ActionType) -> Iterator[str]:
    if not isinstance(branches, list) or not all(map(_is_error, branches)):
        yield "Errors must be a list of objects with ErrorType and NextAction"
        return
    errors = Counter(branch["ErrorType"] for branch in branches)
    for error, times in errors.items():
        if error not in kind.errors + kind.other_errors:
            yield f"has a branch for the unknown error {error}"
        elif times > 1:
            yield f"the error {error} has {times} branches"
    yield from (f"the error {e} has no branch" for e in kind.errors if e not in errors)


def _conditions(branches: object, kind: ActionType) -> Iterator[str]:
    if not isinstance(branches, list) or not all(map(_is_condition, branches)):
        yield "Conditions must be a list of objects with NextAction and an Equals Condition"
        return
    results = Counter(branch["Condition"]["Operands"][0] for branch in branches)
    for result, times in results.items():
        if kind.results is None or not kind.results.fullmatch(result):
            yield f"has a branch for the impossible result {result!r}"
        elif times > 1:
            yield f"the result {result!r} has {times} branches"
    yield from (f"the result {r} has no branch" for r in kind.needed_results if r not in results)


def _is_error(branch: object) -> bool:
    match branch:
        case {"ErrorType": str(), "NextAction": str(), **more}:
            return not more
    return False


def _is_condition(branch: object) -> bool:
    # The language has more operators, but our action types accept only Equals.
    match branch:
        case {"NextAction": str(), "Condition": dict(condition), **more} if not more:
            match condition:
                case {"Operator": "Equals", "Operands": [str()], **more}:
                    return not more
    return False


def _check_targets(start: str, by_name: Mapping[str, Action]) -> Iterator[str]:
    if start not in by_name:
        yield f"flow: StartAction {start!r} does not exist"
    for name, action in by_name.items():
        unused = action.get("Transitions", {}).get("NextAction")  # of a Loop, but must exist
        referenced = {*targets(action), unused} - {None}
        for target in sorted(referenced - by_name.keys()):
            yield f"{name}: the next action {target!r} does not exist"


def _check_reachable(start: str, by_name: Mapping[str, Action]) -> Iterator[str]:
    reached = {start, *_reachable_from(start, _next_actions(by_name))}
    for name in by_name:
        if name not in reached:
            yield f"{name}: is unreachable"


def _check_ends(by_name: Mapping[str, Action]) -> Iterator[str]:
    next_actions = _next_actions(by_name)
    for name, action in by_name.items():
        ends = [*_reachable_from(name, next_actions), name]
        if not any(_may_end(by_name[end]) for end in ends if end in by_name):
            yield f"{name}: no path leads to a DisconnectParticipant ({action['Type']})"


def _may_end(action: Action) -> bool:
    kind = type_of(action)
    return kind.ends if kind else not any(targets(action))


def _check_bounded(by_name: Mapping[str, Action]) -> Iterator[str]:
    """Yield the actions that a call can repeat without limit.

    A flow is bounded if and only if it has no cycle after the ContinueLooping branch of every
    Loop is removed. A Loop that is entered again after it is done starts over; its DoneLooping
    branch is then part of a cycle, so that cycle is found too.
    """

    def next_actions(name: str) -> Iterable[str]:
        action = by_name.get(name)
        branches = [*targets(action)] if action else []
        if action and action["Type"] == "Loop":
            again = result_branch(action, CONTINUE_LOOPING)
            if again in branches:
                branches.remove(again)
        return branches

    for name in by_name:
        if name in _reachable_from(name, next_actions):
            yield f"{name}: can repeat without limit; a Loop must count the repetitions"


def _check_attributes(actions: Iterable[Action], attributes: Collection[str]) -> Iterator[str]:
    set_by_flow = {
        name
        for action in actions
        if (kind := type_of(action)) and kind.attributes
        for name in action["Parameters"][kind.attributes]
    }
    for action in actions:
        for path in REFERENCE.findall(json.dumps(action.get("Parameters", {}))):
            root, _, name = path.partition(".")
            if root == "Attributes" and name not in set_by_flow | set(attributes):
                yield f"{action['Identifier']}: uses the attribute {name}, which is never set"


def _next_actions(by_name: Mapping[str, Action]) -> Callable[[str], Iterable[str]]:
    return lambda name: targets(by_name[name]) if name in by_name else ()


def _reachable_from(name: str, next_actions: Callable[[str], Iterable[str]]) -> set[str]:
    """Return the actions reachable from an action; itself only if it is on a cycle."""
    reached: set[str] = set()
    pending = list(next_actions(name))
    while pending:
        action = pending.pop()
        if action not in reached:
            reached.add(action)
            pending.extend(next_actions(action))
    return reached
