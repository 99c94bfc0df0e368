"""The possible outcomes of a call, given what the page observes of it."""

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
#: Events within this many seconds may be observed in either order.
MOMENT = 1e-6
NO_FAULTS = FaultBounds()
FAILED: Outcomes = frozenset({"failed"})


@dataclass(frozen=True)
class ObservedCall:
    """What the page observes of a call in spite of faults."""

    delay: float = 0  # the most seconds by which a poll may be late
    check_call_fails: Possible = NO  # whether check_call fails permanently
    #: whether DescribeContact shows nothing, up to the limits of the call
    never_described: Possible = NO
    intermittent: bool = False  # any poll may fail, also a decisive one
    key_delay: float = 0  # seconds until either operation returns a key
    attribute_faults: FaultBounds = NO_FAULTS  # of GetContactAttributes
    attribute_delay: float = 0  # seconds until GetContactAttributes returns a key
    #: how often DescribeContact lacks these
    no_connect_time: FaultBounds = NO_FAULTS
    no_end_time: FaultBounds = NO_FAULTS
    no_reason: FaultBounds = NO_FAULTS
    may_outlive_page: bool = False  # the call may continue after the page has moved on


def outcomes(call: CallLifecycle, ring_seconds: float, observed: ObservedCall) -> Outcomes:
    """Return the possible outcomes of a call that was placed; several only with faults."""
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
    """DescribeContact fails: only a key can be read, from the attributes."""
    shows = call.responded_at + observed.attribute_delay
    limit = ring_seconds + MAX_CALL_SECONDS
    if shows > limit + observed.delay or observed.attribute_faults.least == math.inf:
        return FAILED
    certain = shows <= limit and not observed.attribute_faults.most
    return frozenset({call.response}) if certain else frozenset({call.response, "failed"})


def _not_answered(call: CallLifecycle, ring_seconds: float, observed: ObservedCall) -> Outcomes:
    """The call is not answered in time."""
    found: Outcomes = frozenset({"busy"} if call.busy else {"no_answer"})
    if call.busy and observed.no_reason.most + observed.no_end_time.most > 0:
        # Connect does not return the reason or the end of the call.
        sure = math.inf in (observed.no_reason.least, observed.no_end_time.least)
        found = frozenset({"no_answer"} if sure else {"busy", "no_answer"})
    return found | _final_poll_fails(call, ring_seconds, observed)


def _answered(call: CallLifecycle, ring_seconds: float, observed: ObservedCall) -> Outcomes:
    """The call is answered, by a person or a machine."""
    limit = min(call.answered_at, ring_seconds) + MAX_CALL_SECONDS
    if observed.no_connect_time.most > 0 and call.responded_at > ring_seconds:
        found = _seen_as_ringing(call, ring_seconds, limit, observed)
    elif call.responded_at <= limit:
        found = frozenset({call.response})
    elif call.responded_at <= limit + POLL_INTERVAL + FINAL_POLL_DELAY + observed.delay:
        # The page ends the call at a poll, so a key may be pressed shortly before.
        found = frozenset({call.response, "unanswered"})
    else:
        found = frozenset({"unanswered"})
    if call.response in found:
        return found | _key_seen_late(call, observed)
    return found | _final_poll_fails(call, ring_seconds, observed)


def _seen_as_ringing(
    call: CallLifecycle, ring_seconds: float, limit: float, observed: ObservedCall
) -> Outcomes:
    """DescribeContact does not return the answer: the page ends the call at the ring limit."""
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
        found -= {"no_answer"}  # the poll at the ring limit sees the answer
        if call.responded_at <= limit:
            found -= {"unanswered"}
    return found


def _key_seen_late(call: CallLifecycle, observed: ObservedCall) -> Outcomes:
    """Neither operation returns the key at once: it may be visible too late."""
    in_time = call.responded_at + observed.key_delay <= call.ended_at + FINAL_POLL_DELAY
    lost: Outcomes = frozenset() if in_time else frozenset({"unanswered"})
    if observed.key_delay and observed.attribute_faults.most:
        lost |= {"unanswered", "failed"}
    return lost


def _final_poll_fails(call: CallLifecycle, ring_seconds: float, observed: ObservedCall) -> Outcomes:
    """The final poll fails: an ended call is polled until its limit."""
    never_described = max(
        POLL_INTERVAL * observed.attribute_faults.most, observed.attribute_faults.seconds
    )
    if (
        not observed.attribute_faults.most
        or call.ended_at + never_described + POLL_INTERVAL <= ring_seconds + MAX_CALL_SECONDS
    ):
        return frozenset()
    return FAILED
