"""How a function ends that a fault strikes, and what the invocation was about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from local.faults.fault_types import FaultKind
from local.faults.injector import Request

if TYPE_CHECKING:
    from collections.abc import Mapping


class FailureMode(StrEnum):
    """How it ends."""

    RAISE = "raise"  # an exception of the handler
    EXIT = "exit"  # the process ends by itself
    KILL = "kill"  # the system kills it


@dataclass(frozen=True)
class Behavior:
    """What a function does instead of answering.

    Attributes:
        after: when the handler has done all that it does; else before it does anything.
        hangs: for as long as its time-out, first.
        mode: how it ends then.
    """

    after: bool
    hangs: bool
    mode: FailureMode


BEHAVIORS: Mapping[FaultKind, Behavior] = {
    FaultKind.EXCEPTION: Behavior(after=False, hangs=False, mode=FailureMode.RAISE),
    FaultKind.TIMEOUT_BEFORE: Behavior(after=False, hangs=True, mode=FailureMode.EXIT),
    FaultKind.TIMEOUT_AFTER: Behavior(after=True, hangs=True, mode=FailureMode.EXIT),
    FaultKind.OUT_OF_MEMORY: Behavior(after=False, hangs=False, mode=FailureMode.KILL),
    FaultKind.KILLED_BEFORE: Behavior(after=False, hangs=False, mode=FailureMode.EXIT),
    FaultKind.KILLED_AFTER: Behavior(after=True, hangs=False, mode=FailureMode.EXIT),
}


def invocation_request(function: str, event: object, now: float) -> Request:
    """Say which invocation this is, as far as a fault asks.

    Args:
        function: the name of its module.
        event: what it is given; whose call it is about is read from it where it says.
        now: the story second.
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
    """Find the call in what place_call and check_call are given; nothing in other events."""
    if not isinstance(event, dict):
        return {}
    progress = event.get("progress")
    later = progress.get("call") if isinstance(progress, dict) else None
    call = event.get("call") or later
    return call if isinstance(call, dict) else {}
