"""Whether a call is placed, by what strikes place_call and StartOutboundVoiceContact."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from local.connect.simulated_phones import FaultyAtFirst, InvalidNumber, NetworkFault, NotAllowed
from local.faults.fault_types import CONNECT, FaultKind
from tests.property.model import retry_limits
from tests.property.model.fault_budget import (
    FAILING,
    NO,
    PERHAPS,
    REFUSED,
    UNKNOWN,
    YES,
    Possible,
    Strikes,
    Weather,
    either,
    gives_up,
    merged,
    reaches,
)

if TYPE_CHECKING:
    from local.connect.simulated_phones import Phone
    from oncall.calls.planner import PlannedCall

PLACE_CALL, START = "place_call", "StartOutboundVoiceContact"
#: Faults after which a phone rings, though place_call does not know.
RINGS_UNKNOWN = frozenset(
    {
        FaultKind.DROP_AFTER,
        FaultKind.HANG_AFTER,
        FaultKind.KILLED_AFTER,
        FaultKind.TIMEOUT_AFTER,
    }
)
#: What Connect's refusal of a number comes to.
REFUSALS = {NotAllowed: "not_allowed", InvalidNumber: "failed"}
#: Requests to a phone, beyond which it does the same for ever.
FAR = 200


@dataclass(frozen=True)
class Placing:
    """What placing one call comes to."""

    given_up: Possible  # whether all tries fail, or Connect says that it is forbidden
    refused: str  # the outcome that a refusal of the number comes to; "" for none
    phone: Phone  # who rings
    rings: frozenset[int]  # how often the phone may ring
    late: float  # seconds for which it may have rung before the page knows, at most
    heard: tuple[int, int]  # requests that reach the phone: at least, at most


def placing(call: PlannedCall, phone: Phone, heard: int, weather: Weather) -> Placing:
    """Say what placing a call comes to, after `heard` requests; then `spend_placing`."""
    function, gate, denied = _strikes(call, weather)
    faulty, rung = _split(phone, heard)
    refused = REFUSALS.get(type(rung), "")
    if refused and gate.kinds & RINGS_UNKNOWN:
        # What Connect refuses, it has not done: that answer is not lost.
        gate = Strikes() if gate.kinds <= RINGS_UNKNOWN else replace(gate, least=0)
    requests = Strikes(
        gate.least + faulty.least, gate.most + faulty.most, gate.kinds | faulty.kinds
    )
    given_up = either(gives_up(function, requests, retry_limits.PLACE), reaches(denied, 1))
    kinds = function.kinds | requests.kinds | denied.kinds
    unknown = bool(kinds & RINGS_UNKNOWN)
    rings: set[int] = set()
    if refused:
        rings |= {0}
    elif given_up != NO:
        rings |= {1} if kinds <= RINGS_UNKNOWN else {0, 1} if unknown else {0}
    if given_up != YES and not refused:
        rings |= {1}
    # A request whose answer is lost is made again, and the phone hears of it again.
    again = function.most * retry_limits.REQUESTS + requests.most if unknown else 0
    return Placing(
        given_up=given_up,
        refused=refused,
        phone=rung,
        rings=frozenset(rings),
        late=retry_limits.seconds_of(function, requests) if unknown else 0,
        heard=(
            int(faulty.least) + 1 if given_up == NO else 0,
            int(min(faulty.most + 1 + again, FAR)),
        ),
    )


def spend_placing(call: PlannedCall, possible: list[Placing], weather: Weather) -> None:
    """Take away what has struck the placing of a call."""
    function, gate, denied = _strikes(call, weather)
    given_up = merged(one.given_up for one in possible)
    if gate.kinds & RINGS_UNKNOWN and any(one.refused for one in possible):
        given_up = PERHAPS
    several = sum(one.most > 0 for one in (function, gate, denied)) > 1
    if given_up == NO:
        invocations = requests = math.inf
    elif given_up == YES and not several:
        invocations, requests = retry_limits.PLACE, retry_limits.PLACE * retry_limits.REQUESTS
    else:
        invocations = requests = UNKNOWN
    weather.spend(invocations, PLACE_CALL, call=call)
    weather.spend(requests, CONNECT, START, FAILING, call=call)
    weather.spend(UNKNOWN if several else 1, CONNECT, START, REFUSED, call=call)
    if given_up != NO and function.most:
        weather.numbered = False


def _strikes(call: PlannedCall, weather: Weather) -> tuple[Strikes, Strikes, Strikes]:
    return (
        weather.at(PLACE_CALL, call=call),
        weather.at(CONNECT, START, FAILING, call=call),
        weather.at(CONNECT, START, REFUSED, call=call),
    )


def _split(phone: Phone, heard: int) -> tuple[Strikes, Phone]:
    """Split a phone whose next requests fail into what strikes them, and the phone that rings."""
    script = phone.for_request(heard)
    if not isinstance(script, FaultyAtFirst):
        return Strikes(), script
    later = (n for n in range(FAR) if not isinstance(phone.for_request(heard + n), FaultyAtFirst))
    times = next(later, math.inf)
    rung = script.then if math.isinf(times) else phone.for_request(heard + int(times))
    placed = isinstance(script, NetworkFault) and script.placed
    kind = FaultKind.DROP_AFTER if placed else FaultKind.DROP_BEFORE
    return Strikes(times, times, frozenset({kind})), rung
