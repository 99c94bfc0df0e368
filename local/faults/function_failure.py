"""How a function fails under a fault, and which call an invocation is about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from local.faults.fault_types import FaultKind
from local.faults.injector import Request

if TYPE_CHECKING:
    from collections.abc import Mapping


class FailureMode(StrEnum):
    """How an invocation ends."""

    RAISE = "raise"  # the handler raises an exception
    EXIT = "exit"  # the process exits
    KILL = "kill"  # the operating system kills the process
    THROTTLE = "throttle"  # Lambda does not start it; on the emulator the process exits


@dataclass(frozen=True)
class Behavior:
    """What a function does instead of returning a result."""

    after: bool  # fail after the handler has done its work; otherwise before it does anything
    hangs: bool  # hang for the function's timeout first
    mode: FailureMode


BEHAVIORS: Mapping[FaultKind, Behavior] = {
    FaultKind.THROTTLING: Behavior(after=False, hangs=False, mode=FailureMode.THROTTLE),
    FaultKind.EXCEPTION: Behavior(after=False, hangs=False, mode=FailureMode.RAISE),
    FaultKind.TIMEOUT_BEFORE: Behavior(after=False, hangs=True, mode=FailureMode.EXIT),
    FaultKind.TIMEOUT_AFTER: Behavior(after=True, hangs=True, mode=FailureMode.EXIT),
    FaultKind.OUT_OF_MEMORY: Behavior(after=False, hangs=False, mode=FailureMode.KILL),
    FaultKind.KILLED_BEFORE: Behavior(after=False, hangs=False, mode=FailureMode.EXIT),
    FaultKind.KILLED_AFTER: Behavior(after=True, hangs=False, mode=FailureMode.EXIT),
}


def invocation_request(function: str, event: object, now: float) -> Request:
    """Return an invocation as a request that faults can match.

    The contact and the attempt are read from the event, if present.
    """
    call = _call(event)
    contact, attempt = call.get("contact"), call.get("attempt")
    return Request(
        function,
        "",
        now,
        contact=contact if isinstance(contact, str) else "",
        attempt=attempt if isinstance(attempt, int) else None,
    )


def _call(event: object) -> Mapping[str, Any]:
    """Return the call in the input of place_call or check_call; {} for other inputs."""
    if not isinstance(event, dict):
        return {}
    progress = event.get("progress")
    later = progress.get("call") if isinstance(progress, dict) else None
    call = event.get("call") or later
    return call if isinstance(call, dict) else {}
