"""What became of an incident, in the order in which it happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from callout.time_format import span
from oncall.incident import instant
from oncall.incident_record import ACKNOWLEDGED, FAILED, RESOLVED, UNANSWERED, unix
from oncall.messages.email import console_link
from oncall.messages.locale import nearest
from oncall.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from oncall.incident_record import Record

GIVEN_UP = {
    UNANSWERED: "nobody took it: handed to SNS",
    FAILED: "Callout failed: handed to SNS",
}
_WORDS = nearest("en-US").notice.outcomes | {"handled": "ended: no longer needed"}
_ARN_PARTS = 6


@dataclass(frozen=True)
class Moment:
    """Something that happened.

    Attributes:
        at: when, ISO 8601; "" where the record does not say.
        what: in a line.
    """

    at: str
    what: str


def timeline(record: Record) -> list[Moment]:
    """Tell what became of an incident, oldest first; a call of an unknown time after the last."""
    told = [Moment(record.opened, "opened")]
    since = record.opened
    for turn in record.previous_cycles:
        told += _calls(turn["calls"], since)
        told.append(Moment(turn["closed_at"], _by(ACKNOWLEDGED, turn["closed_by"])))
        told.append(Moment(turn["reopened_at"], "not resolved: opened again, as a reminder"))
        since = turn["reopened_at"]
    told += _calls(record.calls, since)
    if record.count > 1:
        told.append(Moment(record.last_seen, f"seen again: {record.count} times, last then"))
    if record.unacked_at:
        told.append(Moment(record.unacked_at, GIVEN_UP.get(record.unacked_outcome, "given up")))
    if not record.open:
        told.append(Moment(record.closed_at, ended(record)))
    if record.resolved and record.outcome != RESOLVED:
        told.append(Moment(record.resolved, f"resolved by {clean(record.resolved_by)}"))
    at, stamped = 0, []
    for one in told:
        at = unix(one.at) or at
        stamped.append((at, one))
    return [one for _, one in sorted(stamped, key=lambda pair: pair[0])]


def ended(record: Record) -> str:
    """Say how an incident was handled, and by whom."""
    if record.outcome in GIVEN_UP:
        return GIVEN_UP[record.outcome]
    return _by(clean(record.outcome) or ACKNOWLEDGED, record.closed_by)


def call_text(call: Mapping[str, Any]) -> str:
    """Say in a line what became of a call."""
    outcome = str(call.get("outcome", ""))
    reason = f" ({clean(str(call['reason']))})" if call.get("reason") else ""
    seconds = call_seconds(call)
    lasted = f", {span(seconds)}" if seconds is not None else ""
    return (
        f"call {call.get('attempt', '?')}: {clean(str(call.get('contact', '')))}"
        f" {clean(str(call.get('phone', '')))}: {_WORDS.get(outcome, clean(outcome))}"
        f"{reason}{lasted}"
    )


def call_seconds(call: Mapping[str, Any]) -> int | None:
    """Give how long a call took, by its stamps or by what was counted; None where neither is."""
    placed, ended_at = unix(str(call.get("placed_at"))), unix(str(call.get("ended_at")))
    if placed and ended_at:
        return max(0, ended_at - placed)
    waited = call.get("waited_seconds")
    return waited if isinstance(waited, int) else None


def console(record: Record) -> str:
    """Give the console's address of the execution; "" where the record names none."""
    execution = record.execution
    return console_link(execution) if execution.count(":") >= _ARN_PARTS else ""


def as_json(record: Record, now: int) -> dict[str, Any]:
    """Give all that is known of an incident; what is not there is null."""
    incident = record.incident
    return {
        "id": incident.id,
        "team": incident.team,
        "state": "open" if record.open else record.outcome,
        "severity": incident.severity,
        "kind": incident.kind,
        "title": incident.title,
        "details": incident.details,
        "test": incident.test,
        "account": incident.account or None,
        "region": incident.region or None,
        "happened": incident.time or None,
        "opened": record.opened,
        "open_seconds": open_seconds(record, now) if record.open else None,
        "count": record.count,
        "last_seen": record.last_seen or None,
        "unacked_at": record.unacked_at or None,
        "unacked_outcome": record.unacked_outcome or None,
        "closed_at": record.closed_at or None,
        "closed_by": record.closed_by or None,
        "reminder_count": record.reminder_count,
        "previous_cycles": [dict(turn) for turn in record.previous_cycles],
        "resolved": record.resolved or None,
        "resolved_by": record.resolved_by or None,
        "calls": [{**one, "seconds": call_seconds(one)} for one in record.calls],
        "execution": record.execution,
        "console": console(record) or None,
    }


def open_seconds(record: Record, now: int) -> int:
    """Give for how many seconds an incident has been open, since its last reminder if any."""
    return max(0, now - unix(record.open_since))


def _by(done: str, who: str) -> str:
    return f"{done} by {clean(who)}" if who else done


def _calls(calls: Iterable[Mapping[str, Any]], since: str) -> list[Moment]:
    """Tell the calls that may have spoken an incident: not those placed before it was open.

    Its record has all calls of the page that closed it, which may have begun with others. To the
    second, as calls are stamped; what was acknowledged for it spoke it, whatever a clock says.
    """
    return [
        _call(one)
        for one in calls
        if one.get("outcome") == ACKNOWLEDGED
        or not (placed := unix(str(one.get("placed_at"))))
        or placed >= unix(since)
    ]


def _call(call: Mapping[str, Any]) -> Moment:
    placed = str(call.get("placed_at") or "")
    return Moment(placed if instant(placed) else "", call_text(call))
