"""Kinds of text that settings are made of; what is wrong is said in plain words."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated

from botocore.session import Session
from pydantic import AfterValidator


def like(pattern: str, what: str) -> AfterValidator:
    """Make a validator of text that is wholly like a regular expression.

    Args:
        pattern: the expression.
        what: what it stands for, with an example, to end the sentence "must be ...".
    """

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"must be {what}, not {text!r}")
        return text

    return AfterValidator(check)


@cache
def connect_regions() -> list[str]:
    """Name the regions that have Amazon Connect, as botocore knows them."""
    regions: list[str] = Session().get_available_regions("connect")
    return sorted(regions)


def _region(text: str) -> str:
    if text not in connect_regions():
        known = ", ".join(connect_regions())
        raise ValueError(f"{text!r} is not a region with Amazon Connect; there are {known}")
    return text


E164 = Annotated[str, like(r"\+[1-9]\d{6,14}", "a number in E.164 form, like +14155550132")]
Id = Annotated[
    str,
    like(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "an id like 12345678-90ab-cdef-1234-567890abcdef, the last part of the ARN",
    ),
]
Region = Annotated[str, AfterValidator(_region)]
Team = Annotated[str, like(r"[A-Za-z0-9_-]{1,64}", "1 to 64 letters, digits, - and _")]
