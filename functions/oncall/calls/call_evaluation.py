"""Evaluate a call from polls of DescribeContact.

Time is counted, not read from a clock: a call carries the seconds that the state machine has
waited, so a run with shortened waits is evaluated like a real one.
"""

import math
from dataclasses import dataclass, replace

from oncall.calls.call import (
    ACKNOWLEDGED,
    BUSY,
    DECLINED,
    FAILED,
    NO_ANSWER,
    RINGING,
    TALKING,
    UNANSWERED,
    Call,
)

#: What the contact flow may write into the attribute `response`.
RESPONSES = {"acknowledged": ACKNOWLEDGED, "declined": DECLINED}

#: Seconds between two polls (docs/decisions/018).
POLL_INTERVAL = 2
#: Seconds after a failed poll, and after a throttled one, to reduce the load.
RETRY_POLL_SECONDS, THROTTLED_POLL_INTERVAL = 5, 10
#: Counted seconds for which one invocation polls at most: cheaper than three state transitions a
#: poll, but an invocation that fails loses its results.
MAX_POLL_LOOP_SECONDS = 20

#: The attributes that a flow sets are eventually consistent (Connect API reference,
#: DescribeContact). A connected call that ended without a key is polled again this long after its
#: end, so that a key pressed at the last moment counts.
FINAL_POLL_DELAY_SECONDS = 2


@dataclass(frozen=True)
class ContactSnapshot:
    """The result of a poll.

    Attributes:
        connected: a person or a voicemail has answered.
        ended: the call has ended.
        response: what the contact flow stored; None if no key was pressed.
        reason: Connect's DisconnectReason, an open set and often absent.
        throttled: Connect throttled the poll, so nothing else is known.
        ended_after: seconds from its start to its end, at most; None if unknown.
    """

    connected: bool = False
    ended: bool = False
    response: str | None = None
    reason: str = ""
    throttled: bool = False
    ended_after: float | None = None


@dataclass(frozen=True)
class PollResult:
    """A call after a poll, and whether to end it."""

    call: Call
    should_hang_up: bool = False


def evaluate_call(call: Call, snapshot: ContactSnapshot | None) -> PollResult:
    """Evaluate a call, as it was when the wait began, after that wait and a poll.

    Without snapshot, the poll failed (not yet consistent, unreachable). Then only the limits
    decide, so that a call is neither given up after one failed poll nor polled forever.
    """
    waited = math.ceil(call.waited_seconds + call.wait_seconds)
    call = replace(call, waited_seconds=waited, wait_seconds=0, reason="")
    if snapshot is None or snapshot.throttled:
        return _poll_failed(
            call, RETRY_POLL_SECONDS if snapshot is None else THROTTLED_POLL_INTERVAL
        )
    if answer := _answer(call, snapshot):
        return PollResult(replace(call, outcome=answer, awaiting_final_poll=False))
    if call.awaiting_final_poll:
        return _after_final_poll(call, snapshot)
    if snapshot.ended:
        return _ended(call, snapshot)
    if snapshot.connected or call.answered_at is not None:
        return _talking(call)
    return _ringing(call)


def _answer(call: Call, snapshot: ContactSnapshot) -> str:
    """Return the responder's answer; "" if there is none yet."""
    if snapshot.response in RESPONSES:
        # A key always counts: only a person presses one.
        return RESPONSES[snapshot.response]
    return ACKNOWLEDGED if snapshot.connected and call.acknowledge == "answer" else ""


def _ringing(call: Call) -> PollResult:
    if call.waited_seconds >= call.ring_seconds:
        return PollResult(replace(call, outcome=NO_ANSWER), should_hang_up=True)
    wait = min(POLL_INTERVAL, call.ring_seconds - call.waited_seconds)
    return PollResult(replace(call, outcome=RINGING, wait_seconds=wait))


def _talking(call: Call) -> PollResult:
    call = _answered(call)
    left = _talk_limit(call) - call.waited_seconds
    if left <= 0:
        return PollResult(_start_final_poll(call), should_hang_up=True)
    return PollResult(replace(call, wait_seconds=min(POLL_INTERVAL, left)))


def _ended(call: Call, snapshot: ContactSnapshot) -> PollResult:
    if snapshot.connected or call.answered_at is not None:
        call = _start_final_poll(_answered(call), snapshot.ended_after)
        return PollResult(call) if call.wait_seconds else _after_final_poll(call, snapshot)
    outcome = BUSY if "BUSY" in snapshot.reason.upper() else NO_ANSWER
    return PollResult(replace(call, outcome=outcome, reason=snapshot.reason))


def _after_final_poll(call: Call, snapshot: ContactSnapshot) -> PollResult:
    reason = "no key pressed" if call.waited_seconds > _talk_limit(call) else snapshot.reason
    unanswered = replace(call, outcome=UNANSWERED, reason=reason, awaiting_final_poll=False)
    return PollResult(unanswered, should_hang_up=not snapshot.ended)


def _poll_failed(call: Call, wait: int) -> PollResult:
    """Keep waiting within the limits; the call may be ringing or talking."""
    left = _seconds_left(call)
    if left > 0:
        return PollResult(replace(call, wait_seconds=min(wait, left)))
    if call.answered_at is None:
        given_up = replace(call, outcome=FAILED, reason="the call could not be observed")
        return PollResult(given_up, should_hang_up=True)
    if call.awaiting_final_poll:
        return PollResult(
            replace(call, outcome=UNANSWERED, reason="no key seen", awaiting_final_poll=False)
        )
    return PollResult(_start_final_poll(call), should_hang_up=True)


def _answered(call: Call) -> Call:
    answered_at = call.waited_seconds if call.answered_at is None else call.answered_at
    return replace(call, outcome=TALKING, answered_at=answered_at)


def _start_final_poll(call: Call, ended_after: float | None = None) -> Call:
    """Return an answered call that has ended, with the wait until its final poll, 0 if over.

    The call started before its time was counted, so at least the difference has passed since it
    ended (docs/decisions/018).
    """
    since = 0.0 if ended_after is None else call.waited_seconds - ended_after
    wait = min(max(0.0, FINAL_POLL_DELAY_SECONDS - since), FINAL_POLL_DELAY_SECONDS)
    return replace(call, outcome=TALKING, awaiting_final_poll=True, wait_seconds=wait)


def _seconds_left(call: Call) -> int:
    """Return the seconds to the next limit, for which a poll must not be late."""
    to_ring_limit = call.ring_seconds - call.waited_seconds
    if call.answered_at is None and to_ring_limit > 0:
        return to_ring_limit  # it may be ringing
    return _talk_limit(call) - call.waited_seconds


def _talk_limit(call: Call) -> int:
    """Return the counted seconds after which the call is ended.

    They start with the answer, or with the ring limit at the latest: a call whose polls failed may
    have been connected all the time, and the number of polls must be bounded.
    """
    since = call.ring_seconds if call.answered_at is None else call.answered_at
    return min(since, call.ring_seconds) + call.max_call_seconds


def should_keep_polling(before: Call, after: Call, polled: float) -> bool:
    """Return whether the same invocation polls a call again.

    A change since its start (`before`) returns to the state machine at once, which records it.
    `polled` is the number of counted seconds for which it has polled.
    """
    return after.outcome == before.outcome and polled + after.wait_seconds <= MAX_POLL_LOOP_SECONDS


def wait_outside(call: Call) -> Call:
    """Return a call that waits in the state machine for as long as one invocation would poll.

    The ring limit and the maximum duration of the call stay exact. A rest of less than half such a
    wait is added to it: short rests before both limits would take more invocations.
    """
    if call.awaiting_final_poll and call.wait_seconds <= FINAL_POLL_DELAY_SECONDS:
        return call
    left = _seconds_left(call)
    wait = left if left < 1.5 * MAX_POLL_LOOP_SECONDS else MAX_POLL_LOOP_SECONDS
    return replace(call, wait_seconds=max(call.wait_seconds, wait))
