"""Kinds of text that settings are made of; what is wrong is said in plain words."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from botocore.session import Session
from pydantic import AfterValidator, ConfigDict

#: Unknown keys are errors, types are not converted, docstrings below fields describe them.
STRICT_MODEL = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


@dataclass(frozen=True)
class Asks(AfterValidator):
    """A check of a setting, and what it asks for: docs/settings.md says it in these words."""

    words: str = ""


def like(pattern: str, what: str) -> Asks:
    """Make a validator of text that is wholly like a regular expression.

    Args:
        pattern: the expression.
        what: what it stands for, with an example, to end the sentence "must be ...".
    """

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"must be {what}, not {text!r}")
        return text

    return Asks(check, what)


@cache
def connect_regions() -> list[str]:
    """Name the regions of all partitions that have Amazon Connect, as botocore knows them."""
    session = Session()
    return sorted(
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("connect", partition_name=partition)
    )


def partition_of(region: str) -> str:
    """Name the part of AWS that a region is in, such as `aws` or `aws-us-gov`."""
    name: str = Session().get_partition_for_region(region)
    return name


def with_connect(region: str) -> str:
    """Give a region that has Amazon Connect; raises ValueError for another."""
    if region not in connect_regions():
        known = ", ".join(connect_regions())
        raise ValueError(f"{region!r} is not a region with Amazon Connect; there are {known}")
    return region


def _each_once(texts: list[str]) -> list[str]:
    twice = [text for text, times in Counter(texts).items() if times > 1]
    if twice:
        raise ValueError(f"{twice[0]!r} is there twice: name each once")
    return texts


E164 = Annotated[str, like(r"\+[1-9]\d{6,14}", "a number in E.164 form, like +14155550132")]
Id = Annotated[
    str,
    like(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "an id like 12345678-90ab-cdef-1234-567890abcdef, the last part of the ARN",
    ),
]
Region = Annotated[str, Asks(with_connect, "a region with Amazon Connect")]
EachOnce = Asks(_each_once, "each once")
"""Of a list of texts. Each makes a construct of its name, and two of a name cannot be."""
Team = Annotated[str, like(r"[A-Za-z0-9_-]{1,64}", "1 to 64 letters, digits, - and _")]
