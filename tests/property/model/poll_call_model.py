"""What can be seen of a call, by what strikes check_call and its requests."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

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
    reaches,
    whole,
)
from tests.property.model.observed_call import View

if TYPE_CHECKING:
    from oncall.calls.planner import PlannedCall

CHECK_CALL = "check_call"
DESCRIBE, ATTRIBUTES, STOP = "DescribeContact", "GetContactAttributes", "StopContact"
NOT_FOUND = frozenset({FaultKind.NOT_FOUND_YET})
THROTTLED = frozenset({FaultKind.THROTTLING, FaultKind.TOO_MANY_REQUESTS})
NO_REASON = frozenset({FaultKind.NO_DISCONNECT_REASON, FaultKind.UNKNOWN_DISCONNECT_REASON})


@dataclass(frozen=True)
class Watching:
    """How a call is watched."""

    view: View  # what can be seen of it
    stays: bool  # whether it may stay alive when the page goes on


@dataclass(frozen=True)
class _Looks:
    """What strikes the looks at one call."""

    function: Strikes  # check_call itself
    #: failing, refused, unknown: DescribeContact: tried again, not, and while it knows of no such
    #: contact
    failing: Strikes
    refused: Strikes
    unknown: Strikes
    answer: Strikes  # GetContactAttributes
    stop: Strikes  # StopContact

    @property
    def rarer(self) -> bool:
        """Whether looks may be further apart: Connect has too many requests."""
        return bool(self.failing.kinds & THROTTLED)

    @property
    def every(self) -> int:
        """Seconds between two looks, at most."""
        return retry_limits.THROTTLED_LOOK if self.rarer else retry_limits.LOOK

    @property
    def blind(self) -> Strikes:
        """How many looks show nothing, but for a contact that is not known yet."""
        least = whole(self.failing.least) + self.refused.least
        most = whole(self.failing.most) + self.refused.most
        # Where a function dies, a look may be made again: how many count is not known.
        known = self.function.most == 0 or math.isinf(least)
        return Strikes(least if known else 0, most)


def watching(call: PlannedCall, rung: float, weather: Weather) -> Watching:
    """Say what can be seen of a call that was placed; then `spend_watching`."""

    def at(operation: str, *kinds: FaultKind) -> Strikes:
        return weather.at(CONNECT, operation, kinds, call)

    looks = _looks(call, weather)
    late = rung + _late(call, looks)
    abandoned = reaches(looks.function, retry_limits.CHECK)
    blind = either(_never_seen(call, looks), _unknown(call, looks.unknown, late))
    if looks.unknown.most:
        late += max(0, looks.unknown.seconds - call.ring_seconds + retry_limits.LOOK)
    unsettled = looks.blind.most + looks.unknown.most > 0
    connected = at(DESCRIBE, FaultKind.NO_CONNECTED_TIMESTAMP)
    if unsettled and math.isfinite(connected.most):
        connected = replace(connected, least=0)  # which of the looks it strikes is not known
    hidden = [at(operation, FaultKind.LATE_ATTRIBUTES) for operation in (DESCRIBE, ATTRIBUTES)]
    view = View(
        late=late,
        abandoned=abandoned,
        blind=blind,
        patchy=not looks.blind.exact or not looks.unknown.exact,
        hidden=min(hidden[0].seconds, math.inf if looks.answer.most else hidden[1].seconds),
        answer=looks.answer,
        answer_late=hidden[1].seconds,
        connected=connected,
        ended=at(DESCRIBE, FaultKind.NO_DISCONNECT_TIMESTAMP),
        reason=at(DESCRIBE, *NO_REASON),
    )
    return Watching(view, stays=abandoned != NO or looks.stop.most > 0)


def spend_watching(call: PlannedCall, watched: Possible, view: View, weather: Weather) -> None:
    """Take away what has struck the looks at a call; PERHAPS `watched` where it may end early."""
    if watched == NO:
        return
    limit = retry_limits.looks(call.ring_seconds)
    dies = {YES: retry_limits.CHECK, NO: math.inf, PERHAPS: UNKNOWN}[view.abandoned]
    blind = {YES: limit, NO: math.inf, PERHAPS: UNKNOWN}[view.blind]
    if watched == PERHAPS:
        dies = blind = UNKNOWN
    looks = _looks(call, weather)
    several = sum(one.most > 0 for one in (looks.failing, looks.refused)) > 1
    if view.abandoned != NO or several or looks.rarer:
        blind = UNKNOWN
    weather.spend(dies, CHECK_CALL, call=call)
    weather.spend(blind * retry_limits.REQUESTS, CONNECT, DESCRIBE, FAILING, call=call)
    weather.spend(blind, CONNECT, DESCRIBE, REFUSED, call=call)
    others = set(FaultKind) - FAILING - REFUSED
    weather.spend(UNKNOWN, CONNECT, DESCRIBE, others, call=call)
    weather.spend(UNKNOWN, CONNECT, ATTRIBUTES, call=call)
    weather.spend(UNKNOWN, CONNECT, STOP, call=call)


def _looks(call: PlannedCall, weather: Weather) -> _Looks:
    nothing = FAILING | REFUSED | NOT_FOUND
    return _Looks(
        function=weather.at(CHECK_CALL, call=call),
        failing=weather.at(CONNECT, DESCRIBE, FAILING, call=call),
        refused=weather.at(CONNECT, DESCRIBE, REFUSED, call=call),
        unknown=weather.at(CONNECT, DESCRIBE, NOT_FOUND, call=call),
        answer=weather.at(CONNECT, ATTRIBUTES, nothing, call=call),
        stop=weather.at(CONNECT, STOP, nothing, call=call),
    )


def _late(call: PlannedCall, looks: _Looks) -> float:
    """Say by how many seconds a look may come later than it is counted, at most."""
    most_looks = retry_limits.looks(call.ring_seconds)
    blind = min(looks.blind.most, most_looks)
    if looks.blind.exact:  # they are the first ones
        ringing = retry_limits.looks_while_ringing(call.ring_seconds, looks.every)
        blind = max(0, blind - ringing + 1)
    function = replace(
        looks.function, most=min(looks.function.most, retry_limits.CHECK * most_looks)
    )
    slow = sum(
        retry_limits.seconds_of(
            Strikes(), replace(one, most=min(one.most, retry_limits.REQUESTS * most_looks))
        )
        for one in (looks.failing, looks.answer, looks.stop)
    )
    return blind * looks.every + retry_limits.seconds_of(function, Strikes()) + slow


def _never_seen(call: PlannedCall, looks: _Looks) -> Possible:
    """Say whether all looks at a call fail."""
    found = reaches(looks.blind, retry_limits.looks(call.ring_seconds))
    fewest = retry_limits.looks(call.ring_seconds, looks.every) - 1
    return PERHAPS if found == NO and looks.rarer and looks.blind.most >= fewest else found


def _unknown(call: PlannedCall, unknown: Strikes, late: float) -> Possible:
    """Say whether a contact stays unknown up to the limits of its call."""
    watched = call.ring_seconds + retry_limits.MAX_CALL_SECONDS
    if not unknown.most or unknown.seconds <= watched:
        return NO
    for_good = math.isinf(unknown.least) and unknown.seconds > watched + late
    return YES if for_good else PERHAPS
