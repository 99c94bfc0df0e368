"""The calls of a page, as the state machine carries them: each call, the plan, and the progress.

The plan is made once, so the functions that place and poll calls do not read the roster. The
announcement (oncall/calls/announcement.py) is separate, because it changes during a page.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from oncall.messages import locale
from oncall.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
#: In the order of reports.
FINAL_OUTCOMES = (ACKNOWLEDGED, DECLINED, NO_ANSWER, UNANSWERED, BUSY, NOT_ALLOWED, FAILED, HANDLED)
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
        text: whether the person gets a text message too.
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
    text: bool = False

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Call:
        """Read a call from the state; ignore unknown keys."""
        return cls(**{name: state[name] for name in _names(cls) & state.keys()})

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


@dataclass(frozen=True)
class PagePlan:
    """The plan of one page: whom to call, in which order.

    Attributes:
        calls: the calls to make, in order, with masked numbers.
        numbers: the E.164 number of each call; only place_call receives one.
        failed_call_lines: line of the notification for each call if its function fails.
        language: language tag of the notification.
        timezone: IANA name of the time zone of spoken and written times.
        fallback_note: note at the top of the notification; "" if there is none.
        roster: `source` and `version` of the roster.
        started: when the page began, or the hold before it ended (ISO 8601); for metrics.
    """

    calls: tuple[Call, ...] = ()
    numbers: tuple[str, ...] = ()
    failed_call_lines: tuple[str, ...] = ()
    language: str = locale.DEFAULT
    timezone: str = "UTC"
    fallback_note: str = ""
    roster: dict[str, object] = field(default_factory=dict)
    started: str = ""

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> PagePlan:
        """Read the plan from the state; missing keys take their defaults, others are ignored."""
        known = {name: state[name] for name in _names(cls) & state.keys()}
        lists = {name: tuple(value) for name, value in known.items() if isinstance(value, list)}
        calls = tuple(map(Call.from_state, state.get("calls", ())))
        return cls(**known | lists | {"calls": calls})

    def to_state(self) -> dict[str, object]:
        """Return the plan as a JSON object, with the count of its calls."""
        return {**asdict(self), "count": len(self.calls)}


@dataclass(frozen=True)
class Telephony:
    """The deployment's settings of calls.

    Attributes:
        max_call_seconds: a call is ended after this long connected without a key.
        message_attribute: contact attribute that the contact flow plays.
        acknowledge: `key`, or `answer` with a flow that asks for no key.
        account_names: names of AWS accounts by ID, to be spoken.
        texts: whether people who want text messages get them.
    """

    max_call_seconds: int
    message_attribute: str = "message"
    acknowledge: str = "key"
    account_names: Mapping[str, str] = field(default_factory=dict)
    texts: bool = False


@dataclass(frozen=True)
class Progress:
    """The progress of one page.

    Attributes:
        next: index in the plan of the current or next call.
        call: the current call, or the last one.
        calls: records of the finished calls, in order.
        summary: the same as text, for the notification.
        any_call_placed: at least one call was placed, or refused by Connect for its number.
        reason: why nobody could be called; "" otherwise.
        has_new_incidents: the next call needs a new announcement: incidents were opened or
            repeated since, or an announced one was closed.
        handled_elsewhere: `outcome` and `closed_by` of this page's incident, if it was closed
            elsewhere.
    """

    next: int = 0
    call: Call | None = None
    calls: tuple[Mapping[str, object], ...] = ()
    summary: str = ""
    any_call_placed: bool = False
    reason: str = ""
    has_new_incidents: bool = False
    handled_elsewhere: Mapping[str, object] = field(
        default_factory=lambda: {"outcome": "", "closed_by": None}
    )

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Progress:
        """Read the progress from the state."""
        return cls(
            next=state["next"],
            calls=tuple(state["calls"]),
            summary=state["summary"],
            any_call_placed=state["any_call_placed"],
            reason=state["reason"],
        )

    def to_state(self) -> dict[str, object]:
        """Return the progress as a JSON object."""
        call = self.call.to_state() if self.call else {"outcome": FAILED}
        return asdict(self) | {"call": call, "calls": list(self.calls)}

    def after(self, call: Call, language: str, repeats: str = "") -> Progress:
        """Return the progress after the current call was placed or polled.

        `repeats` follows the list of calls in the notification.
        """
        progress = replace(
            self, call=call, any_call_placed=self.any_call_placed or call.outcome != FAILED
        )
        if not call.is_finished:
            return progress
        calls = (*self.calls, record(call))
        return replace(
            progress,
            next=self.next + 1,
            calls=calls,
            summary=calls_text(calls, language) + repeats,
            reason=call.reason if call.outcome == FAILED else self.reason,
        )

    def ended_elsewhere(self, outcome: str, closed_by: str | None) -> Progress:
        """Return the progress of a page whose incident was closed elsewhere."""
        closed = {"outcome": outcome, "closed_by": closed_by}
        return replace(self, handled_elsewhere=closed, has_new_incidents=False)

    def ending(self, call: Call) -> Call:
        """Return the current call: as ended, if its incidents were closed elsewhere."""
        if not self.handled_elsewhere["outcome"]:
            return call
        return replace(call, outcome=HANDLED, reason="", wait_seconds=0)

    def still_responsible(self) -> Progress:
        """Return the progress of a page whose call was acknowledged before all of that."""
        return replace(self, handled_elsewhere=Progress().handled_elsewhere)


#: Recorded fields of a finished call. A planned call has them too, so that the state machine can
#: record a call whose function failed.
RECORDED = (
    *("contact", "outcome", "attempt", "round", "phone", "reason", "contact_id"),
    *("waited_seconds", "placed_at", "ended_at"),
)


def record(call: Call) -> dict[str, object]:
    """Return the record of a finished call."""
    state = call.to_state()
    return {key: state[key] for key in RECORDED}


def calls_text(calls: Sequence[Mapping[str, object]], language: str) -> str:
    """Return a line for each finished call, like `1. Li Wei +86*********00: no answer`."""
    templates = locale.nearest(language).email
    lines = []
    for number, call in enumerate(calls, start=1):
        names = ("contact", "phone", "outcome", "reason")
        texts = {name: clean(str(call.get(name) or "")) for name in names}
        texts["outcome"] = templates.outcomes.get(texts["outcome"], texts["outcome"])
        line = templates.line_reason if texts["reason"] else templates.line
        lines.append(" ".join(line.format(number=number, **texts).split()))
    return "\n".join(lines)


def _names(cls: type[Call | PagePlan]) -> set[str]:
    return {field.name for field in fields(cls)}
