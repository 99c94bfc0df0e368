"""The form of one action of a contact flow: its identifier, parameters and branches."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from workflow.contact_flow.action_types import (
    ACTION_TYPES,
    FORBIDDEN_IDENTIFIERS,
    FORBIDDEN_IN_IDENTIFIERS,
    LONGEST_IDENTIFIER,
    REFERENCE,
    ActionType,
    Dynamic,
    Parameter,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def form_complaints(action: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with an action by itself, wherever its branches lead.

    Args:
        action: any JSON object with an Identifier that is a text.
    """
    yield from _identifier(action["Identifier"])
    if unknown := action.keys() - {"Identifier", "Type", "Parameters", "Transitions"}:
        yield f"unknown {', '.join(sorted(unknown))}"
    kind = ACTION_TYPES.get(str(action.get("Type")))
    if kind is None:
        yield f"its Type {action.get('Type')!r} is not known here"
    elif not isinstance(action.get("Parameters"), dict):
        yield "Parameters must be an object"
    elif not isinstance(action.get("Transitions"), dict):
        yield "Transitions must be an object"
    else:
        yield from _parameters(action["Parameters"], kind)
        yield from _transitions(action["Transitions"], kind)


def _identifier(identifier: str) -> Iterator[str]:
    if not 0 < len(identifier) <= LONGEST_IDENTIFIER:
        yield f"an Identifier has 1 to {LONGEST_IDENTIFIER} characters, not {len(identifier)}"
    if found := FORBIDDEN_IN_IDENTIFIERS.findall(identifier):
        yield f"an Identifier may not contain {' '.join(found)}"
    if identifier in FORBIDDEN_IDENTIFIERS:
        yield "this Identifier is reserved"


def _parameters(parameters: Mapping[str, Any], kind: ActionType) -> Iterator[str]:
    for name, value in parameters.items():
        if name == kind.attributes:
            yield from _attributes(name, value)
        elif name in kind.parameters:
            yield from _value(name, value, kind.parameters[name])
        else:
            yield f"it has no parameter {name}"
    for name, parameter in kind.parameters.items():
        if parameter.required and name not in parameters:
            yield f"the parameter {name} is missing"
    if kind.attributes and kind.attributes not in parameters:
        yield f"the parameter {kind.attributes} is missing"
    if kind.prompts and len(parameters.keys() & set(kind.prompts)) != 1:
        yield f"it needs exactly one of {', '.join(kind.prompts)}"


def _attributes(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, dict) or not value:
        yield f"{name} must be an object of attributes to set"
        return
    for key, member in value.items():
        yield from _value(f"{name}.{key}", member, Parameter(dynamic=Dynamic.ANYWHERE))


def _value(name: str, value: object, parameter: Parameter) -> Iterator[str]:
    # Numbers are taken for the texts that the console writes; a boolean is not a number.
    if isinstance(value, bool) or not isinstance(value, str | int):
        yield f"{name} must be a text, not {value!r}"
        return
    text = str(value)
    # Every `$.` counts, so that a reference with a slip in it is not taken for text.
    if "$." in text:
        dynamic = REFERENCE.sub("", text)
        if parameter.dynamic is Dynamic.NOWHERE or (parameter.dynamic is Dynamic.WHOLE and dynamic):
            yield f"{name} {parameter.dynamic.value}: {text!r}"
        elif "$." in dynamic:
            yield f"{name} has a reference that is none: {text!r}"
    elif not parameter.values.fullmatch(text):
        yield f"{name} must be {parameter.meaning}, not {value!r}"


def _transitions(transitions: Mapping[str, Any], kind: ActionType) -> Iterator[str]:
    if kind.ends:
        if transitions:
            yield "the flow ends here: Transitions must be empty"
        return
    if not isinstance(transitions.get("NextAction"), str):
        yield "NextAction is missing"
    if unknown := transitions.keys() - {"NextAction", "Conditions", "Errors"}:
        yield f"Transitions has an unknown {', '.join(sorted(unknown))}"
    yield from _errors(transitions.get("Errors", []), kind)
    yield from _conditions(transitions.get("Conditions", []), kind)


def _errors(branches: object, kind: ActionType) -> Iterator[str]:
    match branches:
        case list() if all(_is_error(one) for one in branches):
            errors = Counter(one["ErrorType"] for one in branches)
        case _:
            yield "Errors must be a list of objects with ErrorType and NextAction"
            return
    for error, times in errors.items():
        if error not in kind.errors + kind.other_errors:
            yield f"it has no error {error}"
        elif times > 1:
            yield f"the error {error} has {times} branches"
    for error in kind.errors:
        if error not in errors:
            yield f"the error {error} has no branch"


def _conditions(branches: object, kind: ActionType) -> Iterator[str]:
    match branches:
        case list() if all(_is_condition(one) for one in branches):
            results = Counter(one["Condition"]["Operands"][0] for one in branches)
        case _:
            yield "Conditions must be a list of objects with NextAction and an Equals Condition"
            return
    for result, times in results.items():
        if kind.results is None or not kind.results.fullmatch(result):
            yield f"it never has the result {result!r}"
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
    # The language has more operators; those of our types of action take this one only.
    match branch:
        case {
            "NextAction": str(),
            "Condition": {"Operator": "Equals", "Operands": [str()], **inner},
            **outer,
        }:
            return not inner and not outer
    return False
