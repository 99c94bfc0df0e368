"""One call and its outcomes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Outcomes of a call in progress.
RINGING = "ringing"
TALKING = "talking"
#: Outcomes of a finished call. FAILED is also the outcome of a planned call, so that the record is
#: correct if its function fails.
ACKNOWLEDGED = "acknowledged"
DECLINED = "declined"
NO_ANSWER = "no_answer"
UNANSWERED = "unanswered"
BUSY = "busy"
NOT_ALLOWED = "not_allowed"
FAILED = "failed"
#: Callout ended it, because its incidents were closed elsewhere.
HANDLED = "handled"
#: A drill found that a call could be placed.
DRILLED = "drilled"

#: Seconds to the first poll, short for a call that ends at once (busy, not reachable).
FIRST_POLL_DELAY = 1


@dataclass(frozen=True)
class Call:
    """One planned call and its progress; the state always has every field.

    Attributes:
        attempt: running number of the call within the page, from 1.
        round: number of the round through the escalation, from 1.
        contact: name of the person.
        phone: the number, masked.
        language: language tag of the message.
        ring_seconds: the call is ended after this long unconnected.
        max_call_seconds: the call is ended after this long connected without a key.
        acknowledge: what acknowledges: `key`, or `answer` with a flow that asks for no key.
        outcome: one of the constants above.
        reason: details of the outcome; may be empty.
        contact_id: Connect's id of the call, "" before it is placed.
        wait_seconds: wait before the next poll; only the final poll's may have a fraction.
        waited_seconds: total wait.
        answered_at: `waited_seconds` at the poll that first showed it connected.
        awaiting_final_poll: it has ended without a key, and is polled once more.
        drill: do not dial, check readiness instead (oncall/calls/readiness.py).
        placed_at, ended_at: when Connect accepted it, and when a poll found it finished; ISO 8601,
            UTC; for reports only.
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
    wait_seconds: float = 0
    waited_seconds: int = 0
    answered_at: int | None = None
    awaiting_final_poll: bool = False
    drill: bool = False
    placed_at: str = ""
    ended_at: str = ""

    @classmethod
    def from_state(cls, state: Mapping[str, object]) -> Call:
        """Read a call from the state; ignore unknown keys."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in state.items() if key in known})  # type: ignore[arg-type]

    def to_state(self) -> dict[str, object]:
        """Return the call as a JSON object."""
        return asdict(self)

    @property
    def is_finished(self) -> bool:
        """Whether the outcome of this call is final."""
        return self.outcome not in (RINGING, TALKING)

    @property
    def is_acknowledged(self) -> bool:
        """Whether the responder acknowledged."""
        return self.outcome == ACKNOWLEDGED

    @property
    def at_ring_limit(self) -> bool:
        """Whether the next poll ends the call if it still rings."""
        return self.waited_seconds + self.wait_seconds >= self.ring_seconds


def mark_placed(call: Call, contact_id: str) -> Call:
    """Return the call after Connect accepted it."""
    return replace(call, outcome=RINGING, contact_id=contact_id, wait_seconds=FIRST_POLL_DELAY)


def mark_failed(call: Call, outcome: str, reason: str) -> Call:
    """Return the call after Connect refused it."""
    return replace(call, outcome=outcome, reason=reason, wait_seconds=0)


def mark_drill_passed(call: Call) -> Call:
    """Return the call of a drill that found no problem."""
    return replace(call, outcome=DRILLED, wait_seconds=0)
