"""What one call may come to, by what can be seen of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.property.model.fault_budget import NO, YES, FaultBounds, Possible
from tests.property.model.retry_limits import (
    FINAL_POLL_DELAY,
    MAX_CALL_SECONDS,
    POLL_INTERVAL,
    polls_while_ringing,
)

if TYPE_CHECKING:
    from tests.property.model.call_lifecycle import CallLifecycle

Outcomes = frozenset[str]
#: Seconds: what happens so close together may be seen in either order.
MOMENT = 1e-6
NO_FAULTS = FaultBounds()
FAILED: Outcomes = frozenset({"failed"})


@dataclass(frozen=True)
class ObservedCall:
    """What the faults leave to be seen of a call."""

    delay: float = 0  # seconds by which a look may come later than it is counted, at most
    check_call_fails: Possible = NO  # whether check_call dies for good
    never_described: Possible = (
        NO  # whether DescribeContact shows nothing, up to the limits of the call
    )
    intermittent: bool = False  # it may show nothing at any look, the decisive ones too
    key_delay: float = 0  # seconds until a key that was pressed shows in one way or the other
    attribute_faults: FaultBounds = NO_FAULTS  # what strikes GetContactAttributes, the other way
    attribute_delay: float = 0  # seconds until a key shows there
    no_connect_time: FaultBounds = (
        NO_FAULTS  # connected, ended, reason: how often DescribeContact lacks these
    )
    no_end_time: FaultBounds = NO_FAULTS
    no_reason: FaultBounds = NO_FAULTS


def outcomes(call: CallLifecycle, ring_seconds: float, observed: ObservedCall) -> Outcomes:
    """Say what a call that was placed may come to; one outcome, unless faults allow of two."""
    if observed.check_call_fails == YES:
        return FAILED
    found: Outcomes = frozenset()
    if observed.never_described != YES:
        if call.answered_at > ring_seconds - MOMENT:
            found |= _not_answered(call, ring_seconds, observed)
        if call.answered_at <= ring_seconds + observed.delay + MOMENT:
            found |= _answered(call, ring_seconds, observed)
        if observed.intermittent and (
            found != {call.response} or observed.attribute_faults.most or observed.attribute_delay
        ):
            found |= {"failed", "unanswered"}
    if observed.never_described != NO:
        found |= _never_described(call, ring_seconds, observed)
    return found if observed.check_call_fails == NO else found | FAILED


def _never_described(call: CallLifecycle, ring_seconds: float, observed: ObservedCall) -> Outcomes:
    """The contact is never described: only its attributes can tell, and only of a key."""
    shows = call.responded_at + observed.attribute_delay
    limit = ring_seconds + MAX_CALL_SECONDS
    if shows > limit + observed.delay or observed.attribute_faults.least == math.inf:
        return FAILED
    certain = shows <= limit and not observed.attribute_faults.most
    return frozenset({call.response}) if certain else frozenset({call.response, "failed"})


def _not_answered(call: CallLifecycle, ring_seconds: float, observed: ObservedCall) -> Outcomes:
    """Nobody picked up in time."""
    found: Outcomes = frozenset({"busy"} if call.busy else {"no_answer"})
    if call.busy and observed.no_reason.most + observed.no_end_time.most > 0:
        # It is not said that it is busy, or not even that it is over.
        sure = math.inf in (observed.no_reason.least, observed.no_end_time.least)
        found = frozenset({"no_answer"} if sure else {"busy", "no_answer"})
    return found | _final_poll_fails(call, ring_seconds, observed)


def _answered(call: CallLifecycle, ring_seconds: float, observed: ObservedCall) -> Outcomes:
    """Somebody picked up, or something."""
    limit = min(call.answered_at, ring_seconds) + MAX_CALL_SECONDS
    if observed.no_connect_time.most > 0 and call.responded_at > ring_seconds:
        found = _seen_as_ringing(call, ring_seconds, limit, observed)
    elif call.responded_at <= limit:
        found = frozenset({call.response})
    elif call.responded_at <= limit + POLL_INTERVAL + FINAL_POLL_DELAY + observed.delay:
        # Our end of the call comes at a look, so a little late: the key may come first.
        found = frozenset({call.response, "unanswered"})
    else:
        found = frozenset({"unanswered"})
    if call.response in found:
        return found | _key_seen_late(call, observed)
    return found | _final_poll_fails(call, ring_seconds, observed)


def _seen_as_ringing(
    call: CallLifecycle, ring_seconds: float, limit: float, observed: ObservedCall
) -> Outcomes:
    """DescribeContact does not say that it was answered: at the ring limit it is ended."""
    found: Outcomes = frozenset({"no_answer"})
    certain = observed.no_connect_time.least == math.inf
    if not certain:
        found |= {"unanswered"}
    if (
        call.responded_at
        <= (ring_seconds if certain else limit + POLL_INTERVAL + FINAL_POLL_DELAY) + observed.delay
    ):
        found |= {call.response}
    enough = observed.no_connect_time.exact and observed.no_connect_time.most < polls_while_ringing(
        ring_seconds
    )
    if enough and call.ended_at > ring_seconds:
        found -= {"no_answer"}  # the look at the ring limit sees it
        if call.responded_at <= limit:
            found -= {"unanswered"}
    return found


def _key_seen_late(call: CallLifecycle, observed: ObservedCall) -> Outcomes:
    """Neither way of looking shows at once that a key was pressed: it may come too late."""
    in_time = call.responded_at + observed.key_delay <= call.ended_at + FINAL_POLL_DELAY
    lost: Outcomes = frozenset() if in_time else frozenset({"unanswered"})
    if observed.key_delay and observed.attribute_faults.most:
        lost |= {"unanswered", "failed"}
    return lost


def _final_poll_fails(call: CallLifecycle, ring_seconds: float, observed: ObservedCall) -> Outcomes:
    """The last word on a call that has ended is not to be had: it is watched to its limit."""
    never_described = max(
        POLL_INTERVAL * observed.attribute_faults.most, observed.attribute_faults.seconds
    )
    if (
        not observed.attribute_faults.most
        or call.ended_at + never_described + POLL_INTERVAL <= ring_seconds + MAX_CALL_SECONDS
    ):
        return frozenset()
    return FAILED
