"""How many requests of a step the faults of a scenario may strike.

Only bounds: a fault that begins with the first request and strikes each is known exactly, one
with dice, a delay or a duration is known to strike so many at most.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.faults.fault import CONTACT_FAULTS
from local.faults.fault_types import CONNECT, FaultKind
from local.faults.injector import NON_BLOCKING_FAULTS
from tests.property.model.retry_limits import REQUEST_TRIES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from local.faults.fault import Fault
    from oncall.calls.planner import PlannedCall

#: The request fails, and the SDK tries it again.
FAILING = frozenset(
    {
        FaultKind.THROTTLING,
        FaultKind.TOO_MANY_REQUESTS,
        FaultKind.UNAVAILABLE,
        FaultKind.LIMIT,
        FaultKind.DROP_BEFORE,
        FaultKind.DROP_AFTER,
        FaultKind.HANG_BEFORE,
        FaultKind.HANG_AFTER,
    }
)
#: It fails, and trying again is taken to be of no use.
REFUSED = frozenset({FaultKind.DENIED})
UNKNOWN = math.nan

Possible = frozenset[bool]
NO, YES, MAYBE = frozenset({False}), frozenset({True}), frozenset({False, True})


@dataclass(frozen=True)
class FaultBounds:
    """How many requests in a row go wrong from a step's first one on."""

    least: float = 0  # least, most: how many; equal where it is known. Infinite: for good
    most: float = 0
    kinds: frozenset[FaultKind] = frozenset()  # how
    seconds: float = 0  # for faults that last until a contact is so old, or so long: the longest

    @property
    def exact(self) -> bool:
        """Whether it is known how many."""
        return self.least == self.most

    @property
    def hangs(self) -> bool:
        """Whether they take the time of a client's patience."""
        return bool(self.kinds & {FaultKind.HANG_BEFORE, FaultKind.HANG_AFTER})


@dataclass
class _RemainingFaults:
    """A fault, and how often it may still strike."""

    fault: Fault
    least: float
    most: float


class FaultBudget:
    """The faults of a scenario, as far as they are not spent; steps spend them in their order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._remaining: list[_RemainingFaults] = []
        for fault in faults:
            most = math.inf if fault.times is None else fault.times
            self._remaining.append(
                _RemainingFaults(fault, most if _is_deterministic(fault) else 0, most)
            )
        #: Whether Connect numbers the calls as the page does: not after one it never heard of.
        self.attempts_match = True

    def bounds(
        self,
        service: str,
        operation: str = "",
        kinds: Collection[FaultKind] | None = None,
        call: PlannedCall | None = None,
    ) -> FaultBounds:
        """Say what may strike a step."""
        found = self._matching(service, operation, kinds, call)
        least = [
            0 if self._attempt_is_uncertain(remaining.fault) else remaining.least
            for remaining in found
        ]
        # Those that let a request go on may strike the same one together.
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
        """Take away what struck a step: so many requests, inf for all, UNKNOWN where not known."""
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
        """Whether it is about a call by its number, and which that is is not known."""
        return fault.attempt is not None and fault.service == CONNECT and not self.attempts_match


def step_fails(function: FaultBounds, requests: FaultBounds, tries: int) -> Possible:
    """Say whether a step is given up: so many tries of its function, or its one request."""
    if function.least >= tries or requests.least >= tries * REQUEST_TRIES:
        return YES
    return MAYBE if function.most + failed_invocations(requests.most) >= tries else NO


def failed_invocations(requests: float) -> float:
    """Count the invocations that fail by so many requests which fail."""
    return requests if math.isinf(requests) else requests // REQUEST_TRIES


def reaches(strikes: FaultBounds, limit: float) -> Possible:
    """Say whether so many are struck in a row."""
    return YES if strikes.least >= limit else MAYBE if strikes.most >= limit else NO


def any_of(*several: Possible) -> Possible:
    """Say whether one at least of several things is so."""
    if YES in several:
        return YES
    return MAYBE if MAYBE in several else NO


def common(several: Iterable[Possible]) -> Possible:
    """Give what is so in each of several cases; PERHAPS where they differ."""
    found = set(several)
    return found.pop() if len(found) == 1 else MAYBE


def _is_deterministic(fault: Fault) -> bool:
    """Whether it strikes from the first request on, each, until it is used up."""
    timed = fault.seconds is not None and fault.kind not in CONTACT_FAULTS
    return fault.skip == 0 and fault.chance == 1 and not timed


def _seconds(fault: Fault) -> float:
    return math.inf if fault.seconds is None else fault.seconds
