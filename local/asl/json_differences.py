"""Describes how a JSON value differs from the expected one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

#: Characters of a value that are shown.
WIDTH = 120


def json_differences(
    path: str,
    expected: Any,  # noqa: ANN401 - whatever JSON holds
    actual: Any,  # noqa: ANN401 - whatever JSON holds
    any_text: Collection[str] = (),
) -> Iterator[str]:
    """Yield a line for each difference, with its path; any text equals a text of `any_text`."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in expected | actual:
            if key in expected and key in actual:
                yield from json_differences(f"{path}.{key}", expected[key], actual[key], any_text)
            else:
                yield f"{path}.{key} is {'missing' if key in expected else 'unexpected'}"
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for number, (left, right) in enumerate(zip(expected, actual, strict=True)):
            yield from json_differences(f"{path}[{number}]", left, right, any_text)
    elif isinstance(expected, str) and isinstance(actual, str):
        if "\n" in expected and "\n" in actual:
            yield from json_differences(path, expected.split("\n"), actual.split("\n"), any_text)
        elif expected != actual and not (expected in any_text and actual):
            yield f"{path} is {_format(actual)}, not {_format(expected)}"
    elif expected != actual or isinstance(expected, bool) is not isinstance(actual, bool):
        yield f"{path} is {_format(actual)}, not {_format(expected)}"


def _format(value: object) -> str:
    """Format a value as one line, shortened if it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= WIDTH else text[:WIDTH] + "\N{HORIZONTAL ELLIPSIS}"
