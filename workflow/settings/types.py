"""The field types of the settings, with error messages for people."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, ConfigDict

#: Refuse unknown keys, convert no types, take the docstring below a field as its description.
STRICT_MODEL = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)

MINUTES_PER_DAY = 24 * 60
MAX_JSON_BYTES = 3_000  # of 4 KB for all environment variables of a function
FITS_VARIABLE = f"at most {MAX_JSON_BYTES:,} bytes as JSON"


@dataclass(frozen=True)
class Constraint(AfterValidator):
    """A validator and the description of what it requires, for docs/settings.md."""

    description: str = ""


def pattern_constraint(pattern: str, description: str) -> Constraint:
    """Return a constraint on strings that must fully match a pattern.

    The description, with an example, completes the sentence "must be ...".
    """

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"must be {description}, not {text!r}")
        return text

    return Constraint(check, description)


def require_unique(
    texts: list[str], problem: str = "{!r} is listed twice: remove one"
) -> list[str]:
    """Return a list; raise ValueError with the problem if it has an item twice."""
    for text, count in Counter(texts).items():
        if count > 1:
            raise ValueError(problem.format(text))
    return texts


def require_room(value: str, fix: str) -> None:
    """Raise ValueError if a text is too long for an environment variable beside others."""
    if (size := len(value)) > MAX_JSON_BYTES:
        raise ValueError(f"has {size:,} bytes as JSON; at most {MAX_JSON_BYTES:,} fit: {fix}")


E164 = Annotated[
    str,
    pattern_constraint(r"\+[1-9]\d{6,14}", "a phone number in E.164 form, like +14155550132"),
]
Id = Annotated[
    str,
    pattern_constraint(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "an ID like 12345678-90ab-cdef-1234-567890abcdef, the last part of the ARN",
    ),
]


def _require_short(names: dict[str, str]) -> dict[str, str]:
    require_room(json.dumps(names), "use shorter names, or leave out accounts")
    return names


Unique = Constraint(require_unique, "unique")
"""On a list of strings: each names a construct, and construct ids must be unique."""
AccountId = Annotated[str, pattern_constraint(r"[0-9]{12}", "an AWS account ID of 12 digits")]
RegionName = Annotated[
    str, pattern_constraint(r"[a-z]{2}(-[a-z]+)+-[0-9]{1,2}", "a region, like eu-west-1")
]
AccountName = Annotated[
    str, pattern_constraint(r"\S(.{0,38}\S)?", "a name of 1 to 40 characters, in one line")
]
Team = Annotated[str, pattern_constraint(r"[A-Za-z0-9_-]{1,64}", "1 to 64 letters, digits, - or _")]
AccountNames = Constraint(_require_short, f"object: names by account ID, {FITS_VARIABLE}")
