"""Matchers for values that an expected response cannot know."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Matcher:
    """Stands in an expected response for a value that is not known in advance.

    Attributes:
        description: the values that match, in words.
        matches: whether a value matches.
    """

    description: str
    matches: Callable[[Any], bool]

    def __str__(self) -> str:
        return self.description


def _is_text(actual: object) -> bool:
    return isinstance(actual, str) and actual != ""


def _is_up_to(limit: float, actual: float | None) -> bool:
    return actual is not None and 0 <= actual <= limit


CONTEXT_VALUE = Matcher("a text of the context object", _is_text)


def up_to(seconds: float) -> Matcher:
    """Match a delay with full jitter, which is a random part of these seconds."""
    return Matcher(f"0 to {seconds:g}", partial(_is_up_to, seconds))
