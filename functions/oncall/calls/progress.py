"""How far a page is: the part of the state that a call changes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from oncall.calls.call import FAILED, Call
from oncall.messages.call_log import calls_text

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Progress:
    """The progress of one page.

    Attributes:
        next: index in the plan of the call that is being made or comes next.
        call: the current call, or the last one.
        calls: records of the calls that are over, in order.
        summary: the same as text, for the notification.
        reached: at least one call was placed, or refused for what it is: the pager works.
        reason: why nobody could be called, where that is so.
        more: the next call has something else to say: incidents have come in that the calls do
            not speak yet, or somebody has one meanwhile that they do.
        handled: `outcome` and `by` of what this page is about, where it was handled elsewhere.
    """

    next: int = 0
    call: Call | None = None
    calls: tuple[Mapping[str, object], ...] = ()
    summary: str = ""
    reached: bool = False
    reason: str = ""
    more: bool = False
    handled: Mapping[str, object] = field(default_factory=lambda: {"outcome": "", "by": None})

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Progress:
        """Read the progress out of the state."""
        return cls(
            next=state["next"],
            calls=tuple(state["calls"]),
            summary=state["summary"],
            reached=state["reached"],
            reason=state["reason"],
        )

    def to_state(self) -> dict[str, object]:
        """Give the progress as the state machine carries it."""
        return {
            "next": self.next,
            "call": self.call.to_state() if self.call else {"outcome": FAILED},
            "calls": list(self.calls),
            "summary": self.summary,
            "reached": self.reached,
            "reason": self.reason,
            "more": self.more,
            "handled": dict(self.handled),
        }

    def after(self, call: Call, language: str) -> Progress:
        """Give the progress after a look at the current call, or after placing it."""
        going_on = replace(self, call=call, reached=self.reached or call.outcome != FAILED)
        if not call.is_finished:
            return going_on
        calls = (*self.calls, record(call))
        return replace(
            going_on,
            next=self.next + 1,
            calls=calls,
            summary=calls_text(calls, language),
            reason=call.reason if call.outcome == FAILED else self.reason,
        )


#: What is kept of a call: what people ask about it afterwards. A planned call has these
#: fields too, so that the state machine can record a call whose function died.
RECORDED = (
    "contact",
    "outcome",
    "attempt",
    "round",
    "phone",
    "reason",
    "contact_id",
    "waited_seconds",
    "placed_at",
    "ended_at",
)


def record(call: Call) -> dict[str, object]:
    """Give the record of a call that is over."""
    state = call.to_state()
    return {key: state[key] for key in RECORDED}
