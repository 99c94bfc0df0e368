"""Checks the values that states read: AWS rejects or formats some differently from the engines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from local.asl.transitions import load_definition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from local.scenarios.result import StateEntry

STATES = load_definition()["States"]
_ARGUMENT = re.compile(r"States\.(\w+)\((\$[\w.]+)[^)]*\)|(?<!\$)(\$[\w.]+)")


def unsound_values(entries: Iterable[StateEntry]) -> Iterator[str]:
    """Find waits that are not whole seconds, and arguments of States.Format that are not text.

    States.JsonToString makes a text of anything.
    """
    for entry in entries:
        state = STATES[entry.name]
        if path := state.get("SecondsPath"):
            seconds = value_at(path, entry.input)
            if type(seconds) is not int or seconds < 0:
                yield f"{entry.name} waits {seconds!r} seconds"
        for path in format_arguments(state.get("Parameters", {})):
            found = value_at(path, entry.input)
            if not all(isinstance(text, str) for text in (found if path in LISTS else [found])):
                yield f"{entry.name} formats {path}, which is {found!r}"


LISTS = {"$.plan.failed_call_lines"}
"""Lists of which States.Format gets one item."""


def format_arguments(template: object) -> Iterator[str]:
    """Yield the paths that States.Format of a payload template inserts."""
    if isinstance(template, dict):
        for value in template.values():
            yield from format_arguments(value)
    elif isinstance(template, str) and template.startswith("States.Format("):
        arguments = re.sub(r"'[^']*'", "", template)
        for function, nested, path in _ARGUMENT.findall(arguments.removeprefix("States.Format(")):
            if function != "JsonToString":
                yield nested or path


def value_at(path: str, state_input: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return the value at a path such as `$.progress.next`."""
    for key in path.split(".")[1:]:
        state_input = state_input[key]
    return state_input
