"""What the page observes of a call, given the faults of check_call and its requests."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

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
    failed_invocations,
    reaches,
)
from tests.property.model.observed_call import ObservedCall

if TYPE_CHECKING:
    from oncall.calls.planner import PlannedCall

CHECK_CALL = "check_call"
DESCRIBE, ATTRIBUTES, STOP = "DescribeContact", "GetContactAttributes", "StopContact"
NOT_FOUND = frozenset({FaultKind.NOT_FOUND_YET})
THROTTLED = frozenset({FaultKind.THROTTLING, FaultKind.TOO_MANY_REQUESTS})
NO_REASON = frozenset({FaultKind.NO_DISCONNECT_REASON, FaultKind.UNKNOWN_DISCONNECT_REASON})


@dataclass(frozen=True)
class _PollFaults:
    """The faults of the polls of one call."""

    function: FaultBounds  # check_call itself
    #: DescribeContact: errors that are retried, errors that are not, and contacts not found
    failing: FaultBounds
    refused: FaultBounds
    not_found: FaultBounds
    attribute_faults: FaultBounds  # GetContactAttributes
    stop: FaultBounds  # StopContact

    @property
    def throttled(self) -> bool:
        """Whether polls may be further apart because Connect throttles."""
        return bool(self.failing.kinds & THROTTLED)

    @property
    def interval(self) -> int:
        """The longest interval of two polls, in seconds."""
        return (
            retry_limits.THROTTLED_POLL_INTERVAL if self.throttled else retry_limits.POLL_INTERVAL
        )

    @property
    def failed_polls(self) -> FaultBounds:
        """The number of polls that fail, besides those of a contact that is not found yet."""
        least = failed_invocations(self.failing.least) + self.refused.least
        most = failed_invocations(self.failing.most) + self.refused.most
        # If the function dies, Step Functions may repeat a poll: the number is unknown.
        known = self.function.most == 0 or math.isinf(least)
        return FaultBounds(least if known else 0, most)


def model_poll_call(call: PlannedCall, ringing_seconds: float, budget: FaultBudget) -> ObservedCall:
    """Model the polling of a call that was placed; call `spend_poll_call` afterwards."""

    def connect_faults(operation: str, *kinds: FaultKind) -> FaultBounds:
        return budget.bounds(CONNECT, operation, kinds, call)

    faults = _poll_faults(call, budget)
    delay = ringing_seconds + _poll_delay(call, faults)
    check_call_fails = reaches(faults.function, retry_limits.CHECK_TRIES)
    never_described = any_of(
        _all_polls_fail(call, faults), _stays_not_found(call, faults.not_found, delay)
    )
    if faults.not_found.most:
        delay += max(0, faults.not_found.seconds - call.ring_seconds + retry_limits.POLL_INTERVAL)
    unsettled = faults.failed_polls.most + faults.not_found.most > 0
    no_connect_time = connect_faults(DESCRIBE, FaultKind.NO_CONNECTED_TIMESTAMP)
    if unsettled and math.isfinite(no_connect_time.most):
        # It is not known which polls the fault affects.
        no_connect_time = replace(no_connect_time, least=0)
    key_delays = [
        connect_faults(operation, FaultKind.LATE_ATTRIBUTES) for operation in (DESCRIBE, ATTRIBUTES)
    ]
    return ObservedCall(
        delay=delay,
        check_call_fails=check_call_fails,
        never_described=never_described,
        intermittent=not faults.failed_polls.exact or not faults.not_found.exact,
        key_delay=min(
            key_delays[0].seconds,
            math.inf if faults.attribute_faults.most else key_delays[1].seconds,
        ),
        attribute_faults=faults.attribute_faults,
        attribute_delay=key_delays[1].seconds,
        no_connect_time=no_connect_time,
        no_end_time=connect_faults(DESCRIBE, FaultKind.NO_DISCONNECT_TIMESTAMP),
        no_reason=connect_faults(DESCRIBE, *NO_REASON),
        may_outlive_page=check_call_fails != NO or faults.stop.most > 0,
    )


def spend_poll_call(
    call: PlannedCall, reached: Possible, observed: ObservedCall, budget: FaultBudget
) -> None:
    """Spend the faults of the polls of a call; `reached` is MAYBE if polling may end early."""
    if reached == NO:
        return
    limit = retry_limits.max_polls(call.ring_seconds)
    invocations = {YES: retry_limits.CHECK_TRIES, NO: math.inf, MAYBE: UNKNOWN}[
        observed.check_call_fails
    ]
    failed_polls = {YES: limit, NO: math.inf, MAYBE: UNKNOWN}[observed.never_described]
    if reached == MAYBE:
        invocations = failed_polls = UNKNOWN
    faults = _poll_faults(call, budget)
    mixed = sum(bounds.most > 0 for bounds in (faults.failing, faults.refused)) > 1
    if observed.check_call_fails != NO or mixed or faults.throttled:
        failed_polls = UNKNOWN
    budget.spend(invocations, CHECK_CALL, call=call)
    budget.spend(failed_polls * retry_limits.REQUEST_TRIES, CONNECT, DESCRIBE, FAILING, call=call)
    budget.spend(failed_polls, CONNECT, DESCRIBE, REFUSED, call=call)
    others = set(FaultKind) - FAILING - REFUSED
    budget.spend(UNKNOWN, CONNECT, DESCRIBE, others, call=call)
    budget.spend(UNKNOWN, CONNECT, ATTRIBUTES, call=call)
    budget.spend(UNKNOWN, CONNECT, STOP, call=call)


def _poll_faults(call: PlannedCall, budget: FaultBudget) -> _PollFaults:
    blocking = FAILING | REFUSED | NOT_FOUND
    return _PollFaults(
        function=budget.bounds(CHECK_CALL, call=call),
        failing=budget.bounds(CONNECT, DESCRIBE, FAILING, call=call),
        refused=budget.bounds(CONNECT, DESCRIBE, REFUSED, call=call),
        not_found=budget.bounds(CONNECT, DESCRIBE, NOT_FOUND, call=call),
        attribute_faults=budget.bounds(CONNECT, ATTRIBUTES, blocking, call=call),
        stop=budget.bounds(CONNECT, STOP, blocking, call=call),
    )


def _poll_delay(call: PlannedCall, faults: _PollFaults) -> float:
    """Return the most seconds by which a poll may be later than its count implies."""
    most_polls = retry_limits.max_polls(call.ring_seconds)
    failed_polls = min(faults.failed_polls.most, most_polls)
    if faults.failed_polls.exact:  # the first polls fail
        ringing = retry_limits.polls_while_ringing(call.ring_seconds, faults.interval)
        failed_polls = max(0, failed_polls - ringing + 1)
    function = replace(
        faults.function, most=min(faults.function.most, retry_limits.CHECK_TRIES * most_polls)
    )
    request_seconds = sum(
        retry_limits.max_failure_seconds(
            FaultBounds(),
            replace(bounds, most=min(bounds.most, retry_limits.REQUEST_TRIES * most_polls)),
        )
        for bounds in (faults.failing, faults.attribute_faults, faults.stop)
    )
    return (
        failed_polls * faults.interval
        + retry_limits.max_failure_seconds(function, FaultBounds())
        + request_seconds
    )


def _all_polls_fail(call: PlannedCall, faults: _PollFaults) -> Possible:
    """Decide whether all polls of a call fail."""
    found = reaches(faults.failed_polls, retry_limits.max_polls(call.ring_seconds))
    min_polls = retry_limits.max_polls(call.ring_seconds, faults.interval) - 1
    return (
        MAYBE
        if found == NO and faults.throttled and faults.failed_polls.most >= min_polls
        else found
    )


def _stays_not_found(call: PlannedCall, not_found: FaultBounds, delay: float) -> Possible:
    """Decide whether a contact is not found until the limits of its call."""
    reached = call.ring_seconds + retry_limits.MAX_CALL_SECONDS
    if not not_found.most or not_found.seconds <= reached:
        return NO
    permanent = math.isinf(not_found.least) and not_found.seconds > reached + delay
    return YES if permanent else MAYBE
