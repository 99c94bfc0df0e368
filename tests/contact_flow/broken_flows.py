"""Mistakes in a flow: each function returns a callable that breaks a flow in place."""

from collections.abc import Callable

from workflow.contact_flow.actions import Action, Flow

Break = Callable[[Flow], object]


def named(flow: Flow, name: str) -> Action:
    """Return an action of a flow."""
    return next(action for action in flow["Actions"] if action["Identifier"] == name)


def parameters(name: str, **changes: object) -> Break:
    """Change parameters of an action."""
    return lambda flow: named(flow, name)["Parameters"].update(changes)


def transitions(name: str, **changes: object) -> Break:
    """Change transitions of an action."""
    return lambda flow: named(flow, name)["Transitions"].update(changes)


def without(name: str, part: str, key: str) -> Break:
    """Remove a parameter or transition of an action."""
    return lambda flow: named(flow, name)[part].pop(key)


def without_branch(name: str, error: str) -> Break:
    """Remove the branch of an error."""

    def take_out(flow: Flow) -> None:
        at = named(flow, name)["Transitions"]
        at["Errors"] = [branch for branch in at["Errors"] if branch["ErrorType"] != error]

    return take_out


def leading(name: str, branch: int, target: str) -> Break:
    """Change the target of the nth condition of an action."""

    def lead(flow: Flow) -> None:
        named(flow, name)["Transitions"]["Conditions"][branch]["NextAction"] = target

    return lead


def leading_on_error(name: str, target: str) -> Break:
    """Change the target of every error of an action."""

    def lead(flow: Flow) -> None:
        for branch in named(flow, name)["Transitions"]["Errors"]:
            branch["NextAction"] = target

    return lead


def on_result(name: str, branch: int, **condition: object) -> Break:
    """Change the nth condition of an action."""

    def change(flow: Flow) -> None:
        named(flow, name)["Transitions"]["Conditions"][branch]["Condition"].update(condition)

    return change


def twice(name: str, part: str, branch: int = 0) -> Break:
    """Repeat a branch of an action."""

    def repeat(flow: Flow) -> None:
        branches = named(flow, name)["Transitions"][part]
        branches.append(branches[branch])

    return repeat


def renamed(name: str, identifier: object) -> Break:
    """Change the identifier of an action but not the references to it."""
    return lambda flow: named(flow, name).update(Identifier=identifier)


def added(identifier: str, kind: str, **transitions: object) -> Break:
    """Add an unreachable action."""
    action = {
        "Identifier": identifier,
        "Type": kind,
        "Parameters": {},
        "Transitions": transitions,
    }
    return lambda flow: flow["Actions"].append(action)
