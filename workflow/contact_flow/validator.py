"""Checks a contact flow before Connect does, and for what Connect does not check.

Connect refuses a flow that its language does not allow, at deployment and in few words. It
takes one that never hangs up, or one that speaks an attribute nobody sets.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from workflow.contact_flow.action_schema import form_complaints
from workflow.contact_flow.action_types import (
    ACTION_TYPES,
    CONTINUE_LOOPING,
    LONGEST_IDENTIFIER,
    MOST_ACTIONS,
    MOST_CHARACTERS,
    REFERENCE,
    VERSION,
    result_branch,
    targets,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    Action = Mapping[str, Any]


def complaints(content: str, attributes: Collection[str] | None = None) -> list[str]:
    """Return everything that is wrong with a flow, a line each, naming the action.

    Only the types of action in flow_language.py are known; any other is complained of.

    Args:
        content: the flow's JSON text, as it is deployed or as DescribeContactFlow gives it.
        attributes: names of the contact attributes that calls start with; None if unknown.
    """
    if len(content) > MOST_CHARACTERS:
        return [f"flow: {len(content):,} characters; Connect takes {MOST_CHARACTERS:,}"]
    try:
        flow = json.loads(content)
    except ValueError as wrong:
        return [f"flow: not JSON: {wrong}"]
    if not isinstance(flow, dict) or not isinstance(flow.get("Actions"), list):
        return ["flow: must be an object with a list of Actions"]
    actions = flow["Actions"]
    found = [*_envelope(flow), *(line for at, one in enumerate(actions) for line in _form(one, at))]
    if found:
        return found  # what follows takes a well-formed flow for granted
    by_name = {action["Identifier"]: action for action in actions}
    return [
        *_dangling(flow["StartAction"], by_name),
        *_unreachable(flow["StartAction"], by_name),
        *_endless(by_name),
        *_unbounded(by_name),
        *(_unset(actions, attributes) if attributes is not None else ()),
    ]


def _envelope(flow: Mapping[str, Any]) -> Iterator[str]:
    if flow.get("Version") != VERSION:
        yield f"flow: Version must be {VERSION!r}, not {flow.get('Version')!r}"
    if not isinstance(flow.get("StartAction"), str):
        yield "flow: StartAction must name the first action"
    if len(flow["Actions"]) > MOST_ACTIONS:
        yield f"flow: {len(flow['Actions'])} actions; Connect takes {MOST_ACTIONS}"
    if unknown := flow.keys() - {"Version", "StartAction", "Metadata", "Actions"}:
        yield f"flow: unknown {', '.join(sorted(unknown))}"
    names = Counter(
        one["Identifier"]
        for one in flow["Actions"]
        if isinstance(one, dict) and isinstance(one.get("Identifier"), str)
    )
    for name, times in names.items():
        if times > 1:
            yield f"{name[:LONGEST_IDENTIFIER]}: the Identifier of {times} actions"


def _form(action: object, at: int) -> Iterator[str]:
    """Yield what is wrong with one action by itself."""
    if not isinstance(action, dict) or not isinstance(action.get("Identifier"), str):
        yield f"action {at}: must be an object with an Identifier"
        return
    for line in form_complaints(action):
        yield f"{action['Identifier'][:LONGEST_IDENTIFIER]}: {line}"


def _dangling(start: str, by_name: Mapping[str, Action]) -> Iterator[str]:
    if start not in by_name:
        yield f"flow: StartAction names {start!r}, which is not there"
    for name, action in by_name.items():
        named = {*targets(action), action["Transitions"].get("NextAction")} - {None}
        for target in sorted(named - by_name.keys()):
            yield f"{name}: leads to {target!r}, which is not there"


def _unreachable(start: str, by_name: Mapping[str, Action]) -> Iterator[str]:
    reached = {start, *_after(start, _followers(by_name))}
    for name in by_name:
        if name not in reached:
            yield f"{name}: cannot be reached"


def _endless(by_name: Mapping[str, Action]) -> Iterator[str]:
    followers = _followers(by_name)
    for name, action in by_name.items():
        ends = [*_after(name, followers), name]
        if not any(ACTION_TYPES[by_name[end]["Type"]].ends for end in ends if end in by_name):
            yield f"{name}: no way from here leads to a DisconnectParticipant ({action['Type']})"


def _unbounded(by_name: Mapping[str, Action]) -> Iterator[str]:
    """Yield the actions that a call may come back to any number of times.

    A flow ends exactly if it has no cycle once the ContinueLooping branch of every Loop is
    taken out: a Loop that is come back to for ever starts over each time it is done, so its
    DoneLooping branch is on a cycle as well, and that cycle is found.
    """

    def followers(name: str) -> Iterable[str]:
        action = by_name.get(name)
        if action is None:
            return ()
        if action["Type"] != "Loop":
            return targets(action)
        again = result_branch(action, CONTINUE_LOOPING)
        branches = list(targets(action))
        if again in branches:
            branches.remove(again)
        return branches

    for name in by_name:
        if name in _after(name, followers):
            yield f"{name}: can be come back to without end; a Loop must count the turns"


def _unset(actions: Iterable[Action], attributes: Collection[str]) -> Iterator[str]:
    set_by_flow = {
        name
        for action in actions
        if (kind := ACTION_TYPES[action["Type"]]).attributes
        for name in action["Parameters"][kind.attributes]
    }
    for action in actions:
        for path in REFERENCE.findall(json.dumps(action["Parameters"])):
            root, _, name = path.partition(".")
            if root == "Attributes" and name not in set_by_flow | set(attributes):
                yield f"{action['Identifier']}: speaks of the attribute {name}, which nobody sets"


def _followers(by_name: Mapping[str, Action]) -> Callable[[str], Iterable[str]]:
    return lambda name: targets(by_name[name]) if name in by_name else ()


def _after(name: str, followers: Callable[[str], Iterable[str]]) -> set[str]:
    """Return what can be reached from an action, itself only if a way leads back to it."""
    reached: set[str] = set()
    ahead = list(followers(name))
    while ahead:
        one = ahead.pop()
        if one not in reached:
            reached.add(one)
            ahead.extend(followers(one))
    return reached
