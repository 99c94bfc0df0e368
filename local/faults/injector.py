"""Decides which requests fail. Counts, and draws random numbers from a seed; no side effects."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from local.faults.fault import CONTACT_FAULTS, Fault
from local.faults.fault_types import BACKGROUND_FUNCTIONS, FaultKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

#: The service still processes the request; only the response is missing, late or incomplete.
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
    """A request to a service, or an invocation of a function.

    Attributes:
        service: as in Fault.at.
        operation: as in Fault.at; "" for a function.
        now: the scenario second.
        by: the function that sends the request; "" if unknown.
        contact: the name or number that is being called, for a request about a call.
        attempt: the number of that call within the page.
        age: scenario seconds since the call was placed, if there is one.
    """

    service: str
    operation: str
    now: float
    by: str = ""
    contact: str = ""
    attempt: int | None = None
    age: float | None = None


class FaultInjector:
    """The faults of a run; requests use them up. Not thread-safe.

    Args:
        faults: the faults to inject.
        names: the contact of each number, so that a fault of a contact matches its numbers.
        seed: of the random numbers, so that a run can be reproduced.
    """

    def __init__(
        self, faults: Iterable[Fault] = (), names: Mapping[str, str] | None = None, seed: int = 0
    ) -> None:
        self._names = dict(names or {})
        self._seed = seed
        self._added = 0
        self._active: list[_ActiveFault] = []
        self._unused: list[Fault] = []
        for fault in faults:
            self.append(fault)

    def __iter__(self) -> Iterator[Fault]:
        """Iterate over the faults that may still match."""
        return iter([active.fault for active in self._active])

    @property
    def unused_faults(self) -> tuple[Fault, ...]:
        """The faults that have not matched any request so far."""
        return tuple(self._unused)

    def append(self, fault: Fault) -> None:
        """Add a fault."""
        random = Random(f"{self._seed} {self._added}")  # noqa: S311 - not for cryptography
        self._active.append(_ActiveFault(fault, random))
        self._unused.append(fault)
        self._added += 1

    def match(self, request: Request) -> tuple[Fault, ...]:
        """Return the faults that match a request, in the order added, and count one use of each.

        At most one fault of each kind matches, and none after a fault that blocks the request.
        """
        matched: dict[FaultKind, Fault] = {}
        contact = {request.contact, self._names.get(request.contact, "")}
        for active in self._active:
            if active.fault.kind not in matched and active.matches(request, contact):
                matched[active.fault.kind] = active.fault
                if active.uses == 1:
                    self._unused.remove(active.fault)
                if active.fault.kind not in NON_BLOCKING_FAULTS:
                    break
        self._active = [active for active in self._active if not active.is_exhausted(request.now)]
        return tuple(matched.values())


@dataclass
class _ActiveFault:
    """A fault, and how much of it is used up."""

    fault: Fault
    random: Random
    skipped: int = 0
    uses: int = 0
    first_used_at: float | None = None

    def matches(self, request: Request, contact: set[str]) -> bool:
        fault = self.fault
        if not self._applies_to(request, contact) or self.is_exhausted(request.now):
            return False
        if fault.kind is FaultKind.NOT_FOUND_YET and (
            request.age is None or (fault.seconds is not None and request.age >= fault.seconds)
        ):
            return False
        if self.skipped < fault.skip:
            self.skipped += 1
            return False
        if self.random.random() >= fault.chance:
            return False
        self.uses += 1
        self.first_used_at = request.now if self.first_used_at is None else self.first_used_at
        return True

    def is_exhausted(self, now: float) -> bool:
        """Whether it can never match again."""
        fault = self.fault
        if fault.times is not None and self.uses >= fault.times:
            return True
        if fault.kind in CONTACT_FAULTS or fault.seconds is None or self.first_used_at is None:
            return False
        return now >= self.first_used_at + fault.seconds

    def _applies_to(self, request: Request, contact: set[str]) -> bool:
        fault = self.fault
        return (
            fault.service == request.service
            and fault.operation in ("", request.operation)
            and (not fault.contact or fault.contact in contact)
            and fault.attempt in (None, request.attempt)
            and (fault.by == request.by if fault.by else request.by not in BACKGROUND_FUNCTIONS)
        )
