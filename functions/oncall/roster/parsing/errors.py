"""What is wrong with a roster, said to the person who wrote it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from oncall.mask_phone_number import mask

ROSTER = "roster"  # the field of a problem with the whole document

_LONGEST_QUOTE = 40
# A run of digits, with the signs people put between them, that could be a phone number.
_NUMBER = re.compile(r"\+?[0-9](?:[0-9 ().-]*[0-9])?")
_FEWEST_DIGITS_OF_A_NUMBER = 7


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to fix in a roster.

    Attributes:
        line: in the roster's text, from 1.
        column: in that line, in characters, from 1.
        field: where in the roster, counted from 0: `contacts[1].phone`;
            `roster` for the whole.
        message: what is wrong and what to write, in one line.
    """

    line: int
    column: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.field}: {self.message}"


class RosterError(ValueError):
    """A roster that cannot be used, with everything that is wrong with it.

    Its text has one line for each problem, in the order of the roster's text.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


def quote(text: str) -> str:
    """A piece of the roster inside a message: short, on one line, phone numbers masked."""
    masked = _NUMBER.sub(_masked, text)
    printable = "".join(
        character if character.isprintable() else f"\\u{ord(character):04x}" for character in masked
    )
    if len(printable) > _LONGEST_QUOTE:
        printable = f"{printable[:_LONGEST_QUOTE]}…"
    return f"`{printable}`"


def _masked(match: re.Match[str]) -> str:
    written = match.group()
    digits = re.sub(r"[^+0-9]", "", written)
    if len(digits) < _FEWEST_DIGITS_OF_A_NUMBER or _is_a_date(written):
        return written
    return mask(digits)


def _is_a_date(written: str) -> bool:
    # `2026-01-05` has as many digits as a short number, and is quoted in messages about times.
    return re.fullmatch(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}(?: [0-9]{1,2})?", written) is not None
