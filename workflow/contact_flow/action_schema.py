"""Validate one action of a contact flow: its identifier, parameters and branches."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from workflow.contact_flow.action_types import (
    FORBIDDEN_IDENTIFIERS,
    FORBIDDEN_IN_IDENTIFIERS,
    MAX_IDENTIFIER_LENGTH,
    REFERENCE,
    ActionType,
    Dynamic,
    Parameter,
    type_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


#: The value of an attribute may be blank.
_ATTRIBUTE = Parameter(re.compile(r"(?s).*"), dynamic=Dynamic.ANYWHERE)


def validate_action(action: Mapping[str, Any]) -> Iterator[str]:
    """Yield the errors in an action; do not check whether the targets of its branches exist.

    Of an action of an unknown type, only the form is checked.
    """
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
    if identifier in FORBIDDEN_IDENTIFIERS:
        yield "the Identifier is reserved"


def _parameters(parameters: Mapping[str, Any], kind: ActionType) -> Iterator[str]:
    for name, value in parameters.items():
        if name == kind.attributes:
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
        yield f"{name} must be an object of attributes to set"
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
        if parameter.dynamic is Dynamic.NOWHERE or (
            parameter.dynamic is Dynamic.WHOLE and remainder
        ):
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
    match branches:
        case list() if all(_is_error(branch) for branch in branches):
            errors = Counter(branch["ErrorType"] for branch in branches)
        case _:
            yield "Errors must be a list of objects with ErrorType and NextAction"
            return
    for error, times in errors.items():
        if error not in kind.errors + kind.other_errors:
            yield f"has a branch for the unknown error {error}"
        elif times > 1:
            yield f"the error {error} has {times} branches"
    for error in kind.errors:
        if error not in errors:
            yield f"the error {error} has no branch"


def _conditions(branches: object, kind: ActionType) -> Iterator[str]:
    match branches:
        case list() if all(_is_condition(branch) for branch in branches):
            results = Counter(branch["Condition"]["Operands"][0] for branch in branches)
        case _:
            yield "Conditions must be a list of objects with NextAction and an Equals Condition"
            return
    for result, times in results.items():
        if kind.results is None or not kind.results.fullmatch(result):
            yield f"has a branch for the impossible result {result!r}"
        elif times > 1:
            yield f"the result {result!r} has {times} branches"
    for result in kind.needed_results:
        if result not in results:
            yield f"the result {result} has no branch"


def _is_error(branch: object) -> bool:
    match branch:
        case {"ErrorType": str(), "NextAction": str(), **more}:
            return not more
    return False


def _is_condition(branch: object) -> bool:
    # The language has more operators, but our action types accept only Equals.
    match branch:
        case {
            "NextAction": str(),
            "Condition": {"Operator": "Equals", "Operands": [str()], **inner},
            **outer,
        }:
            return not inner and not outer
    return False
