"""The result of a check."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How to treat a result."""

    OK = "ok"
    WARN = "warn"  # a person has to check it: no API returns it, or it may be intended
    FAIL = "fail"  # it prevents calls or notifications
    UNKNOWN = "unknown"  # it could not be read this time


@dataclass(frozen=True)
class CheckResult:
    """One line of the doctor's output."""

    check: str
    state: State
    message: str  # the finding, without line breaks
    fix: str = ""  # what to do about it; "" for nothing


def ok(check: str, message: str) -> CheckResult:
    """Return a result that needs no action."""
    return CheckResult(check, State.OK, message)


def fail(check: str, message: str, fix: str) -> CheckResult:
    """Return a result that must be fixed."""
    return CheckResult(check, State.FAIL, message, fix)


def warn(check: str, message: str, fix: str) -> CheckResult:
    """Return a result that a person has to check."""
    return CheckResult(check, State.WARN, message, fix)


def unknown(check: str, message: str, fix: str = "") -> CheckResult:
    """Return the result of a check that could not read its input."""
    return CheckResult(check, State.UNKNOWN, message, fix)
