"""The constraints in botocore's model that its ParamValidator does not check."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape


@dataclass(frozen=True)
class Violation:
    """A value that violates a constraint of its shape.

    Attributes:
        path: the path of the value: members joined by dots.
        message: what is wrong with it.
    """

    path: str
    message: str


def constraint_violations(value: Any, shape: Shape | None, path: str = "") -> Iterator[Violation]:  # noqa: ANN401 - any JSON value
    """Check upper limits, patterns and enums, and that no integer is a boolean.

    Args:
        value: a value whose types ParamValidator has checked.
        shape: its shape; None (an operation without output) allows everything.
        path: the path of the value, for the message.
    """
    if isinstance(shape, StructureShape):
        for name, member in value.items():
            yield from constraint_violations(member, shape.members[name], _join(path, name))
    elif isinstance(shape, MapShape):
        for key, member in value.items():
            yield from constraint_violations(key, shape.key, _join(path, f"key {key!r}"))
            yield from constraint_violations(member, shape.value, _join(path, key))
    elif isinstance(shape, ListShape):
        yield from _above_maximum(len(value), shape, path, "items")
        for index, member in enumerate(value):
            yield from constraint_violations(member, shape.member, f"{path}[{index}]")
    elif isinstance(shape, StringShape):
        yield from _text_violations(value, shape, path)
    elif shape is not None and shape.type_name in ("integer", "long"):
        if isinstance(value, bool):
            yield Violation(path, "must be an integer, not a boolean")
        yield from _above_maximum(value, shape, path, "")


def _text_violations(value: str, shape: StringShape, path: str) -> Iterator[Violation]:
    yield from _above_maximum(len(value), shape, path, "characters")
    if shape.enum and value not in shape.enum:
        yield Violation(path, f"must be one of {', '.join(shape.enum)}, not {value!r}")
    pattern = _pattern(shape)
    if pattern and not re.match(pattern, value):
        yield Violation(path, f"must match {pattern}, not {value!r}")


def _pattern(shape: Shape) -> str | None:
    # The Connect model of botocore 1.43 escapes the pattern of PhoneNumber twice, so that no phone
    # number matches it literally; the API reference escapes it once.
    raw = shape.metadata.get("pattern")
    return raw.replace("\\\\", "\\") if isinstance(raw, str) else None


def _above_maximum(count: int, shape: Shape, path: str, unit: str) -> Iterator[Violation]:
    limit = shape.metadata.get("max")
    if limit is not None and count > limit:
        yield Violation(path, f"must be at most {limit} {unit}".rstrip() + f", not {count}")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
