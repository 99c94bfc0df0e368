"""Whether a call is placed, given the faults of place_call and StartOutboundVoiceContact."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from local.connect.failing_numbers import FaultyAtFirst, InvalidNumber, NetworkFault, NotAllowed
from local.faults.fault_types import CONNECT, FaultKind
from tests.property.model import retry_limits
from tests.property.model.fault_budget import (
    FAILING,
    MAYBE,
    NO,
    REFUSED,
    UNKNOWN,
    YES,
    FaultBounds,
    FaultBudget,
    Possible,
    any_of,
    common,
    reaches,
    step_fails,
)

if TYPE_CHECKING:
    from local.connect.simulated_phones import Phone
    from oncall.calls.planner import PlannedCall

PLACE_CALL, START = "place_call", "StartOutboundVoiceContact"
#: Faults after which a phone may ring although place_call received no response.
MAY_RING = frozenset(kind for kind in FaultKind if kind.endswith("_after"))
#: The outcome if Connect refuses a number.
REFUSALS = {NotAllowed: "not_allowed", InvalidNumber: "failed"}
#: A phone behaves the same for all requests after this number.
MAX_REQUESTS = 200


@dataclass(frozen=True)
class PlaceCallModel:
    """The possible results of placing one call."""

    fails: Possible  # whether all tries fail or Connect denies access
    refused: str  # the outcome if Connect refuses the number, else ""
    phone: Phone  # the phone that rings
    call_counts: frozenset[int]  # the possible numbers of calls placed
    ringing_seconds: float  # the most seconds it may ring before the page detects it
    requests_seen: tuple[int, int]  # bounds of the requests that reach the phone


def model_place_call(
    call: PlannedCall, phone: Phone, requests_seen: int, budget: FaultBudget
) -> PlaceCallModel:
    """Model a call after `requests_seen` requests; call `spend_place_call` afterwards."""
    function, request_faults, denied = _faults(call, budget)
    phone_failures, ringing_phone = _split_failures(phone, requests_seen)
    refused = REFUSALS.get(type(ringing_phone), "")
    if refused and request_faults.kinds & MAY_RING:
        # Connect does not place a call that it refuses, so no response is lost.
        request_faults = (
            FaultBounds() if request_faults.kinds <= MAY_RING else replace(request_faults, least=0)
        )
    # A request whose response is lost reaches the phone: both failures may be of the same request.
    together = max if request_faults.kinds & MAY_RING else math.fsum
    requests = FaultBounds(
        together((request_faults.least, phone_failures.least)),
        request_faults.most + phone_failures.most,
        request_faults.kinds | phone_failures.kinds,
    )
    fails = any_of(step_fails(function, requests, retry_limits.PLACE_TRIES), reaches(denied, 1))
    kinds = function.kinds | requests.kinds | denied.kinds
    may_ring = bool(kinds & MAY_RING)
    call_counts: set[int] = set()
    if refused:
        call_counts |= {0}
    elif fails != NO:
        call_counts |= {1} if kinds <= MAY_RING else {0, 1} if may_ring else {0}
    if fails != YES and not refused:
        call_counts |= {1}
    # A request whose response is lost is repeated and reaches the phone again.
    retries = function.most * retry_limits.REQUEST_TRIES + requests.most if may_ring else 0
    return PlaceCallModel(
        fails=fails,
        refused=refused,
        phone=ringing_phone,
        call_counts=frozenset(call_counts),
        ringing_seconds=retry_limits.max_failure_seconds(function, requests) if may_ring else 0,
        requests_seen=(
            int(phone_failures.least) + 1 if fails == NO else 0,
            int(min(phone_failures.most + 1 + retries, MAX_REQUESTS)),
        ),
    )


def spend_place_call(
    call: PlannedCall, possible: list[PlaceCallModel], budget: FaultBudget
) -> None:
    function, request_faults, denied = _faults(call, budget)
    fails = common(case.fails for case in possible)
    if request_faults.kinds & MAY_RING and any(case.refused for case in possible):
        fails = MAYBE
    mixed = sum(bounds.most > 0 for bounds in (function, request_faults, denied)) > 1
    if fails == NO:
        invocations = requests = math.inf
    elif fails == YES and not mixed:
        invocations, requests = (
            retry_limits.PLACE_TRIES,
            retry_limits.PLACE_TRIES * retry_limits.REQUEST_TRIES,
        )
    else:
        invocations = requests = UNKNOWN
    budget.spend(invocations, PLACE_CALL, call=call)
    budget.spend(requests, CONNECT, START, FAILING, call=call)
    budget.spend(UNKNOWN if mixed else 1, CONNECT, START, REFUSED, call=call)
    if fails != NO and function.most:
        budget.attempts_match = False


def _faults(call: PlannedCall, budget: FaultBudget) -> tuple[FaultBounds, FaultBounds, FaultBounds]:
    return (
        budget.bounds(PLACE_CALL, call=call),
        budget.bounds(CONNECT, START, FAILING, call=call),
        budget.bounds(CONNECT, START, REFUSED, call=call),
    )


def _split_failures(phone: Phone, requests_seen: int) -> tuple[FaultBounds, Phone]:
    """Return the failures of the next requests to a phone, and the phone that rings afterwards."""
    script = phone.for_request(requests_seen)
    if not isinstance(script, FaultyAtFirst):
        return FaultBounds(), script
    later = (
        n
        for n in range(MAX_REQUESTS)
        if not isinstance(phone.for_request(requests_seen + n), FaultyAtFirst)
    )
    times = next(later, math.inf)
    ringing_phone = (
        script.then if math.isinf(times) else phone.for_request(requests_seen + int(times))
    )
    placed = isinstance(script, NetworkFault) and script.placed
    kind = FaultKind.DROP_AFTER if placed else FaultKind.DROP_BEFORE
    return FaultBounds(times, times, frozenset({kind})), ringing_phone
