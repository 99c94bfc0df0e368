"""The judgement of one call: what it has come to, seen through DescribeContact.

Time is counted, not read: a call carries the seconds that the state machine has waited
in it, so a run with shortened waits is judged exactly like a real one.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Outcomes of a call that goes on.
RINGING = "ringing"
TALKING = "talking"
#: Outcomes of a call that is over. FAILED is also what a planned call is until proved
#: otherwise, so that a function that dies leaves a true record behind.
ACKNOWLEDGED = "acknowledged"
DECLINED = "declined"
NO_ANSWER = "no_answer"
UNANSWERED = "unanswered"
BUSY = "busy"
NOT_ALLOWED = "not_allowed"
FAILED = "failed"
#: Ended by us, for what it was about has been handled elsewhere.
HANDLED = "handled"
#: Of a drill: everything that the call needs is there, and nobody was dialled.
DRILLED = "drilled"

#: What the contact flow may write into the attribute `response`.
RESPONSES = {"acknowledged": ACKNOWLEDGED, "declined": DECLINED}

#: Seconds to the first look at a call, early for one that ends at once (busy, not reachable),
#: and between two looks (docs/decisions/018).
FIRST_WAIT, STEADY_WAIT = 1, 2
#: The same after a look that showed nothing, and after one for which Connect had too many
#: requests: so looking makes room.
UNSEEN_WAIT, THROTTLED_WAIT = 5, 10
#: Counted seconds for which one invocation stays with a call at most and looks again and again:
#: less dear than the state machine's three transitions a look. Not longer, for what it has seen
#: is lost if it dies.
STAY_SECONDS = 20

#: What a flow sets is eventually consistent (Connect API reference, DescribeContact), so a
#: connected call that ended without an answer, by itself or by us, is looked at once more,
#: this much later: a key pressed in the last moment still counts.
SETTLING_WAIT = 2


@dataclass(frozen=True)
class Call:
    """One planned call and how far it is; every field is in the state at all times.

    Attributes:
        attempt: running number of the call within the page, from 1.
        round: the time through the list, from 1.
        contact: name of the person.
        phone: the number, masked.
        language: language tag of the message.
        ring_seconds: after this long unconnected, the call is ended.
        max_call_seconds: after this long connected without a key, the call is ended.
        acknowledge: what acknowledges: `key`, or `answer` with a flow that asks for no key.
        outcome: one of the constants above.
        reason: why, in a few words, where the outcome alone does not tell.
        contact_id: Connect's id of the call, empty before it is placed.
        wait_seconds: how long to wait before the next look.
        waited_seconds: how long the call has been waited for.
        answered_at: `waited_seconds` at the look that first saw it connected.
        settling: it has ended, or we have ended it, without an answer, and is looked at once
            more.
        drill: nobody is dialled; what the call needs is read (oncall/calls/readiness.py).
        placed_at, ended_at: when Connect took it, and when it was seen to be over; ISO 8601, UTC.
            Told afterwards, and never compared with anything.
    """

    attempt: int
    round: int
    contact: str
    phone: str
    language: str
    ring_seconds: int
    max_call_seconds: int
    acknowledge: str = "key"
    outcome: str = FAILED
    reason: str = ""
    contact_id: str = ""
    wait_seconds: int = 0
    waited_seconds: int = 0
    answered_at: int | None = None
    settling: bool = False
    drill: bool = False
    placed_at: str = ""
    ended_at: str = ""

    @classmethod
    def from_state(cls, state: Mapping[str, object]) -> Call:
        """Read a call out of the state; unknown keys are left behind."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in state.items() if key in known})  # type: ignore[arg-type]

    def to_state(self) -> dict[str, object]:
        """Give the call as the state machine carries it."""
        return asdict(self)

    @property
    def over(self) -> bool:
        """Whether nothing more can come of this call."""
        return self.outcome not in (RINGING, TALKING)

    @property
    def at_ring_limit(self) -> bool:
        """Whether the next look is one at which a call that only rings is ended."""
        return self.waited_seconds + self.wait_seconds >= self.ring_seconds


@dataclass(frozen=True)
class Sight:
    """What a look at the contact showed.

    Attributes:
        connected: the far end answered at some time: a person or a voicemail.
        ended: the call is over.
        response: what the contact flow stored, None while no key was pressed.
        reason: Connect's DisconnectReason, an open set and often absent.
        throttled: nothing was shown, for there were too many requests.
    """

    connected: bool = False
    ended: bool = False
    response: str | None = None
    reason: str = ""
    throttled: bool = False


@dataclass(frozen=True)
class Verdict:
    """A call after a look, and whether we have to end it."""

    call: Call
    hang_up: bool = False


def placed(call: Call, contact_id: str) -> Call:
    """Give the call as it is when Connect has taken it: ringing, to be looked at soon."""
    return replace(call, outcome=RINGING, contact_id=contact_id, wait_seconds=FIRST_WAIT)


def not_placed(call: Call, outcome: str, reason: str) -> Call:
    """Give the call as it is when Connect would not take it."""
    return replace(call, outcome=outcome, reason=reason, wait_seconds=0)


def drilled(call: Call) -> Call:
    """Give the call of a drill that found everything in order."""
    return replace(call, outcome=DRILLED, wait_seconds=0)


def judge(call: Call, sight: Sight | None) -> Verdict:
    """Say what has become of a call that was just waited for.

    Args:
        call: the call as it was when the wait began.
        sight: what the look showed; None when it showed nothing (throttled, not yet
            consistent, unreachable): then only the limits decide, so that a call is
            neither given up for one failed look nor watched for ever.
    """
    call = replace(
        call, waited_seconds=call.waited_seconds + call.wait_seconds, wait_seconds=0, reason=""
    )
    if sight is None or sight.throttled:
        return _unseen(call, UNSEEN_WAIT if sight is None else THROTTLED_WAIT)
    if answer := _answer(call, sight):
        return Verdict(replace(call, outcome=answer, settling=False))
    if call.settling:
        return _settled(call, sight)
    if sight.ended:
        return _ended(call, sight)
    if sight.connected or call.answered_at is not None:
        return _talking(call)
    return _ringing(call)


def _answer(call: Call, sight: Sight) -> str:
    """Give what the callee answered; "" where nothing yet."""
    if sight.response in RESPONSES:
        # A key counts whatever else is seen: it is the one thing only a person does.
        return RESPONSES[sight.response]
    return ACKNOWLEDGED if sight.connected and call.acknowledge == "answer" else ""


def _ringing(call: Call) -> Verdict:
    if call.waited_seconds >= call.ring_seconds:
        return Verdict(replace(call, outcome=NO_ANSWER), hang_up=True)
    wait = min(STEADY_WAIT, call.ring_seconds - call.waited_seconds)
    return Verdict(replace(call, outcome=RINGING, wait_seconds=wait))


def _talking(call: Call) -> Verdict:
    call = _answered(call)
    left = _talk_limit(call) - call.waited_seconds
    if left <= 0:
        return Verdict(_to_settle(call), hang_up=True)
    return Verdict(replace(call, wait_seconds=min(STEADY_WAIT, left)))


def _ended(call: Call, sight: Sight) -> Verdict:
    if sight.connected or call.answered_at is not None:
        return Verdict(_to_settle(_answered(call)))
    outcome = BUSY if "BUSY" in sight.reason.upper() else NO_ANSWER
    return Verdict(replace(call, outcome=outcome, reason=sight.reason))


def _settled(call: Call, sight: Sight) -> Verdict:
    reason = "no key pressed" if call.waited_seconds > _talk_limit(call) else sight.reason
    lost = replace(call, outcome=UNANSWERED, reason=reason, settling=False)
    return Verdict(lost, hang_up=not sight.ended)


def _unseen(call: Call, wait: int) -> Verdict:
    """Go on waiting within the limits; unseen, a call may be ringing or talking."""
    left = _talk_limit(call) - call.waited_seconds
    if left > 0:
        to_ring_limit = call.ring_seconds - call.waited_seconds
        if call.answered_at is None and to_ring_limit > 0:
            left = to_ring_limit  # it may be ringing: the next look must not be late
        return Verdict(replace(call, wait_seconds=min(wait, left)))
    if call.answered_at is None:
        given_up = replace(call, outcome=FAILED, reason="the call could not be observed")
        return Verdict(given_up, hang_up=True)
    if call.settling:
        return Verdict(replace(call, outcome=UNANSWERED, reason="no key seen", settling=False))
    return Verdict(_to_settle(call), hang_up=True)


def _answered(call: Call) -> Call:
    answered_at = call.waited_seconds if call.answered_at is None else call.answered_at
    return replace(call, outcome=TALKING, answered_at=answered_at)


def _to_settle(call: Call) -> Call:
    """Give an answered call that is over but for one more look."""
    return replace(call, outcome=TALKING, settling=True, wait_seconds=SETTLING_WAIT)


def _talk_limit(call: Call) -> int:
    """Counted seconds after which the call is ended, answered or not known to be.

    From the answer on, but no later than from the ring limit: a call that was unseen for
    long may have been talking all the while, and the number of looks has to be bounded.
    """
    since = call.ring_seconds if call.answered_at is None else call.answered_at
    return min(since, call.ring_seconds) + call.max_call_seconds


def stays(before: Call, after: Call, stayed: int) -> bool:
    """Say whether the same invocation looks at a call once more.

    Args:
        before: the call as the invocation was given it.
        after: as it is after the last look.
        stayed: counted seconds for which the invocation has stayed so far.

    What has changed goes back to the state machine at once: so it is on record, whatever then
    becomes of the function.
    """
    return after.outcome == before.outcome and stayed + after.wait_seconds <= STAY_SECONDS


def stays_at_most(ring_seconds: int, max_call_seconds: int) -> int:
    """Upper limit of the invocations for one call, which its history and its cost grow with.

    What an invocation stays and the wait after it are more than STAY_SECONDS together, but for
    the one that sees an answer, and the last.
    """
    seconds = ring_seconds + max_call_seconds + SETTLING_WAIT
    return math.ceil(seconds / (STAY_SECONDS + 1)) + 2
