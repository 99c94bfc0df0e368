"""Decides which requests are struck; counts, throws dice by a seed, and has no other effect."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from local.faults.fault import CONTACT_FAULTS, Fault
from local.faults.fault_types import BACKGROUND_FUNCTION, FaultKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

#: The request goes on: it is done, but something about its answer is not as it should be.
NON_BLOCKING_FAULTS = frozenset(
    {
        FaultKind.DROP_AFTER,
        FaultKind.HANG_AFTER,
        FaultKind.LATE_ATTRIBUTES,
        FaultKind.NO_CONNECTED_TIMESTAMP,
        FaultKind.NO_DISCONNECT_TIMESTAMP,
        FaultKind.NO_DISCONNECT_REASON,
        FaultKind.UNKNOWN_DISCONNECT_REASON,
        FaultKind.ALREADY_ENDED,
    }
)


@dataclass(frozen=True)
class Request:
    """What is asked of a service, or a function that is invoked.

    Attributes:
        service: as in Fault.at.
        operation: the same; "" where it is a function.
        now: the story second.
        by: the function that asks; "" where that is not known.
        contact: the name or the number of who is being called, where it is about a call.
        attempt: the number of that call in the page.
        age: story seconds since the contact was placed, where there is one.
    """

    service: str
    operation: str
    now: float
    by: str = ""
    contact: str = ""
    attempt: int | None = None
    age: float | None = None


class FaultInjector:
    """The faults of a run, used up request by request. Not safe for threads.

    Args:
        faults: what goes wrong.
        names: whose each number is, so that a fault of a contact strikes its numbers.
        seed: of the dice, so that a run can be had again.
    """

    def __init__(
        self, faults: Iterable[Fault] = (), names: Mapping[str, str] | None = None, seed: int = 0
    ) -> None:
        self._names = dict(names or {})
        self._seed = seed
        self._set = 0
        self._left: list[_Armed] = []
        self._waiting: list[Fault] = []
        for fault in faults:
            self.append(fault)

    def __iter__(self) -> Iterator[Fault]:
        """Give the faults that may still strike."""
        return iter([armed.fault for armed in self._left])

    @property
    def unused_faults(self) -> tuple[Fault, ...]:
        """The faults that have not struck anything so far."""
        return tuple(self._waiting)

    def append(self, fault: Fault) -> None:
        """Set one more fault."""
        self._left.append(_Armed(fault, Random(f"{self._seed} {self._set}")))  # noqa: S311 - dice
        self._waiting.append(fault)
        self._set += 1

    def match(self, request: Request) -> tuple[Fault, ...]:
        """Give the faults that strike a request, each used up by one; in the order they were set.

        Of a kind one strikes at a time, and after one that ends the request none does.
        """
        struck: dict[FaultKind, Fault] = {}
        who = {request.contact, self._names.get(request.contact, "")}
        for armed in self._left:
            if armed.fault.kind not in struck and armed.strikes(request, who):
                struck[armed.fault.kind] = armed.fault
                if armed.struck == 1:
                    self._waiting.remove(armed.fault)
                if armed.fault.kind not in NON_BLOCKING_FAULTS:
                    break
        self._left = [armed for armed in self._left if not armed.is_over(request.now)]
        return tuple(struck.values())


@dataclass
class _Armed:
    """A fault and how far it is used up."""

    fault: Fault
    dice: Random
    skipped: int = 0
    struck: int = 0
    first_at: float | None = field(default=None)

    def strikes(self, request: Request, who: set[str]) -> bool:
        fault = self.fault
        if not self._is_meant(request, who) or self.is_over(request.now):
            return False
        if fault.kind is FaultKind.NOT_FOUND_YET and (
            request.age is None or (fault.seconds is not None and request.age >= fault.seconds)
        ):
            return False
        if self.skipped < fault.skip:
            self.skipped += 1
            return False
        if self.dice.random() >= fault.chance:
            return False
        self.struck += 1
        self.first_at = request.now if self.first_at is None else self.first_at
        return True

    def is_over(self, now: float) -> bool:
        """Whether it will never strike again."""
        fault = self.fault
        if fault.times is not None and self.struck >= fault.times:
            return True
        if fault.kind in CONTACT_FAULTS or fault.seconds is None or self.first_at is None:
            return False
        return now >= self.first_at + fault.seconds

    def _is_meant(self, request: Request, who: set[str]) -> bool:
        fault = self.fault
        return (
            fault.service == request.service
            and fault.operation in ("", request.operation)
            and (not fault.contact or fault.contact in who)
            and fault.attempt in (None, request.attempt)
            and (fault.by == request.by if fault.by else request.by != BACKGROUND_FUNCTION)
        )
