"""Problems of a roster, reported to the operator who wrote it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from oncall.mask_phone_number import mask

ROSTER = "roster"  # field of a problem with the whole document

_MAX_QUOTE = 40
# Digits, and the separators people put between them, that could be a phone number.
_NUMBER = re.compile(r"\+?[0-9](?:[0-9 ().-]*[0-9])?")
_MIN_PHONE_DIGITS = 7


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to fix in a roster: what is wrong and how to fix it, in one line.

    `line` and `column` (in characters) count from 1. `field` is a path with indexes from 0, such as
    `contacts[1].phone`, or `roster`.
    """

    line: int
    column: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.field}: {self.message}"


class RosterError(ValueError):
    """A roster that cannot be used; its text has one line per problem, ordered by position."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


def quote(text: str) -> str:
    """Return text to quote in a message: short, on one line, phone numbers masked."""
    masked = _NUMBER.sub(_masked, text)
    printable = "".join(
        character if character.isprintable() else f"\\u{ord(character):04x}" for character in masked
    )
    if len(printable) > _MAX_QUOTE:
        printable = f"{printable[:_MAX_QUOTE]}…"
    return f"`{printable}`"


def _masked(match: re.Match[str]) -> str:
    text = match.group()
    digits = re.sub(r"[^+0-9]", "", text)
    if len(digits) < _MIN_PHONE_DIGITS or _is_date(text):
        return text
    return mask(digits)


def _is_date(text: str) -> bool:
    # `2026-01-05` has as many digits as a short number, and is quoted in messages about times.
    return re.fullmatch(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}(?: [0-9]{1,2})?", text) is not None
