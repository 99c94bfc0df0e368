"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a finding is to be taken."""

    OK = "ok"
    CHECK = "check"  # a person has to look: it cannot be read, or not be judged
    BAD = "bad"  # it stands in the way of a call, or of being told
    UNKNOWN = "unknown"  # it could not be read this time


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's.

    Attributes:
        check: what was looked at.
        state: how it is to be taken.
        message: what was found; no line breaks.
        fix: what to do about it; "" where nothing is.
    """

    check: str
    state: State
    message: str
    fix: str = ""


def ok(check: str, message: str) -> Finding:
    """Find something in order."""
    return Finding(check, State.OK, message)


def bad(check: str, message: str, fix: str) -> Finding:
    """Find something that has to be mended."""
    return Finding(check, State.BAD, message, fix)


def look(check: str, message: str, fix: str) -> Finding:
    """Find something that a person has to look at."""
    return Finding(check, State.CHECK, message, fix)


def unknown(check: str, message: str, fix: str = "") -> Finding:
    """Find nothing out."""
    return Finding(check, State.UNKNOWN, message, fix)
