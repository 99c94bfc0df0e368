"""Bounds of the number of requests of a step that the faults of a scenario affect.

A fault that affects every request from the first one on has an exact number. A fault with a
chance, a delay or a duration has an upper bound only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.faults.fault import CONTACT_FAULTS
from local.faults.fault_types import CONNECT, SERVICE_FAULTS, FaultKind
from local.faults.injector import NON_BLOCKING_FAULTS
from tests.property.model.retry_limits import REQUEST_TRIES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from local.faults.fault import Fault
    from oncall.calls.planner import PlannedCall

#: The request fails, and the SDK retries it.
FAILING = SERVICE_FAULTS - {FaultKind.DENIED} | {FaultKind.TOO_MANY_REQUESTS, FaultKind.LIMIT}
#: The request fails, and the SDK does not retry it.
REFUSED = frozenset({FaultKind.DENIED})
UNKNOWN = math.nan

Possible = frozenset[bool]
NO, YES, MAYBE = frozenset({False}), frozenset({True}), frozenset({False, True})


@dataclass(frozen=True)
class FaultBounds:
    """Bounds of how many requests in a row fail, from a step's first request on."""

    least: float = 0  # infinity: permanently
    most: float = 0
    kinds: frozenset[FaultKind] = frozenset()
    seconds: float = 0  # the longest duration, or age of the contact

    @property
    def exact(self) -> bool:
        """Whether the number is known exactly."""
        return self.least == self.most

    @property
    def hangs(self) -> bool:
        """Whether they run into the client timeout."""
        return bool(self.kinds & {FaultKind.HANG_BEFORE, FaultKind.HANG_AFTER})


@dataclass
class _RemainingFaults:
    """A fault and the bounds of its remaining occurrences."""

    fault: Fault
    least: float
    most: float


class FaultBudget:
    """The unspent faults of a scenario; each step spends its faults in turn."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._remaining: list[_RemainingFaults] = []
        for fault in faults:
            most = math.inf if fault.times is None else fault.times
            self._remaining.append(
                _RemainingFaults(fault, most if _is_deterministic(fault) else 0, most)
            )
        #: Whether Connect counts the attempts like the page; not after a call it never received.
        self.attempts_match = True

    def bounds(
        self,
        service: str,
        operation: str = "",
        kinds: Collection[FaultKind] | None = None,
        call: PlannedCall | None = None,
    ) -> FaultBounds:
        """Return the bounds of the faults of a step."""
        found = self._matching(service, operation, kinds, call)
        least = [
            0 if self._attempt_is_uncertain(remaining.fault) else remaining.least
            for remaining in found
        ]
        # Faults that do not block a request may affect the same one.
        exclusive = all(remaining.fault.kind not in NON_BLOCKING_FAULTS for remaining in found)
        return FaultBounds(
            least=sum(least) if exclusive else max(least),
            most=sum(remaining.most for remaining in found),
            kinds=frozenset(remaining.fault.kind for remaining in found),
            seconds=max((_seconds(remaining.fault) for remaining in found), default=0),
        )

    def spend(
        self,
        requests: float,
        service: str,
        operation: str = "",
        kinds: Collection[FaultKind] | None = None,
        call: PlannedCall | None = None,
    ) -> None:
        """Spend the faults of a step with this many requests; infinity for all, or UNKNOWN."""
        for remaining in self._matching(service, operation, kinds, call):
            if (
                remaining.least != remaining.most
                or math.isnan(requests)
                or self._attempt_is_uncertain(remaining.fault)
            ):
                remaining.least = remaining.most if math.isinf(remaining.least) else 0
            elif not math.isinf(remaining.most):
                injected = min(remaining.most, requests)
                remaining.least = remaining.most = remaining.most - injected
                requests -= injected

    def _matching(
        self,
        service: str,
        operation: str,
        kinds: Collection[FaultKind] | None,
        call: PlannedCall | None,
    ) -> list[_RemainingFaults]:
        return [
            remaining
            for remaining in self._remaining
            if remaining.most > 0
            and remaining.fault.service == service
            and remaining.fault.operation in ("", operation)
            and (kinds is None or remaining.fault.kind in kinds)
            and remaining.fault.contact in ("", call.contact if call else "")
            and (
                remaining.fault.attempt in (None, call.attempt if call else None)
                or self._attempt_is_uncertain(remaining.fault)
            )
        ]

    def _attempt_is_uncertain(self, fault: Fault) -> bool:
        """Whether a fault is for an attempt, and the count of attempts is uncertain."""
        return fault.attempt is not None and fault.service == CONNECT and not self.attempts_match


def step_fails(function: FaultBounds, requests: FaultBounds, tries: int) -> Possible:
    """Decide whether a step fails after all tries of its function and its one request."""
    if function.least >= tries or requests.least >= tries * REQUEST_TRIES:
        return YES
    return MAYBE if function.most + failed_invocations(requests.most) >= tries else NO


def failed_invocations(requests: float) -> float:
    """Return how many invocations fail if this many requests fail."""
    return requests if math.isinf(requests) else requests // REQUEST_TRIES


def reaches(bounds: FaultBounds, limit: float) -> Possible:
    """Decide whether this many requests in a row fail."""
    return YES if bounds.least >= limit else MAYBE if bounds.most >= limit else NO


def any_of(*several: Possible) -> Possible:
    """Decide whether at least one of several is true."""
    if YES in several:
        return YES
    return MAYBE if MAYBE in several else NO


def common(several: Iterable[Possible]) -> Possible:
    """Return what is true in all cases, MAYBE if they differ."""
    found = set(several)
    return found.pop() if len(found) == 1 else MAYBE


def _is_deterministic(fault: Fault) -> bool:
    """Whether a fault affects every request from the first one until it is used up."""
    timed = fault.seconds is not None and fault.kind not in CONTACT_FAULTS
    return fault.skip == 0 and fault.chance == 1 and not timed


def _seconds(fault: Fault) -> float:
    return math.inf if fault.seconds is None else fault.seconds
