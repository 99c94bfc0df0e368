"""The progress of a page: the part of the state that a call changes, and the text of its calls."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from oncall.calls.call import FAILED, Call
from oncall.messages.locale import nearest
from oncall.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CALLS_SHOWN = 100  # SNS accepts 256 KiB, a reader much less


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

    def after(self, call: Call, language: str) -> Progress:
        """Return the progress after the current call was placed or polled."""
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
            summary=calls_text(calls, language),
            reason=call.reason if call.outcome == FAILED else self.reason,
        )

    def ended_elsewhere(self, outcome: str, closed_by: str | None) -> Progress:
        """Return the progress of a page whose incident was closed elsewhere."""
        closed = {"outcome": outcome, "closed_by": closed_by}
        return replace(self, handled_elsewhere=closed, has_new_incidents=False)

    def still_responsible(self) -> Progress:
        """Return the progress of a page whose call was acknowledged before all of that."""
        return replace(self, handled_elsewhere=Progress().handled_elsewhere)


#: Recorded fields of a finished call. A planned call has them too, so that the state machine can
#: record a call whose function failed.
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
    """Return the record of a finished call."""
    state = call.to_state()
    return {key: state[key] for key in RECORDED}


def calls_text(calls: Sequence[Mapping[str, object]], language: str, *, first: int = 1) -> str:
    """Return a line for each finished call, like `1. Li Wei +86*********00: no answer`.

    `first` is the number of the first call.
    """
    templates = nearest(language).email
    lines = []
    for number, call in enumerate(calls[:_CALLS_SHOWN], start=first):
        outcome = _field(call, "outcome")
        line = templates.line_reason if _field(call, "reason") else templates.line
        entry = line.format(
            number=number,
            contact=_field(call, "contact"),
            phone=_field(call, "phone"),
            outcome=templates.outcomes.get(outcome, outcome),
            reason=_field(call, "reason"),
        )
        lines.append(" ".join(entry.split()))
    if len(calls) > _CALLS_SHOWN:
        lines.append(templates.more.format(count=len(calls) - _CALLS_SHOWN))
    return "\n".join(lines) or templates.nobody_called


def _field(call: Mapping[str, object], name: str) -> str:
    value = call.get(name)
    return clean(value) if isinstance(value, str) else ""
