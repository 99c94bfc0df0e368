"""Build the JSON body of a webhook whose `fields` are paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def body_at_paths(values: Mapping[str, str]) -> dict[str, Any]:
    """Return a body with each value at its dotted path; a number selects an item of a list.

    A value at `alert` is omitted if there is another at `alert.id`: the object is read instead.
    """
    body: dict[str, Any] = {}
    for path in sorted(values, key=lambda path: path.count("."), reverse=True):
        _set(body, path.split("."), values[path])
    return body


def _set(container: Any, steps: list[str], value: str) -> None:  # noqa: ANN401 - JSON
    for step, following in zip(steps, [*steps[1:], ""], strict=True):
        new: Any = value if not following else [] if following.isdecimal() else {}
        if isinstance(container, list):
            container += [{}] * (int(step) + 1 - len(container))
            container[int(step)] = container[int(step)] or new
            container = container[int(step)]
        else:
            container = container.setdefault(step, new)
