"""An incident's events in chronological order, and its JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from callout.time_format import format_duration, format_time
from oncall.hold import MUTE, QUIET_HOURS, SUPPRESSED
from oncall.incident import instant
from oncall.incident_record import ACKNOWLEDGED, FAILED, RESOLVED, UNANSWERED, Record, unix
from oncall.messages.email import answered_by, console_link
from oncall.messages.locale import DEFAULT, nearest
from oncall.text import clean

UNACKNOWLEDGED_TEXT = {
    UNANSWERED: "nobody acknowledged: reported to SNS",
    FAILED: "Callout failed: reported to SNS",
}
_CALL_OUTCOMES = nearest("en-US").email.outcomes | {"handled": "ended: no longer needed"}
_ARN_PARTS = 6
_HOLDS = {
    QUIET_HOURS: "quiet hours",
    MUTE: "muted",
    SUPPRESSED: "CloudWatch suppresses the alarm's actions",
}


@dataclass(frozen=True)
class TimelineEvent:
    """Something that happened to an incident."""

    at: str  # when, ISO 8601; "" if unknown
    what: str  # in one line


def timeline(record: Record) -> list[TimelineEvent]:
    """Return an incident's history, oldest first; calls without a time follow the previous one."""
    events = [TimelineEvent(record.opened, "opened")]
    since = record.opened
    for cycle in record.previous_cycles:
        events += _calls(cycle["calls"], since)
        by = _by(ACKNOWLEDGED, cycle["closed_by"], cycle.get("closed_via", ""))
        events.append(TimelineEvent(cycle["closed_at"], by))
        severity = cycle.get("severity")
        cause = f"severity rose to {severity}" if severity else "not resolved"
        kind = "" if severity else " as a reminder"
        events.append(TimelineEvent(cycle["reopened_at"], f"{cause}: reopened{kind}"))
        since = cycle["reopened_at"]
    events += _calls(record.calls, since)
    events += [
        TimelineEvent(at, f"text message to {clean(name)}") for name, at in record.texts.items()
    ]
    if record.hold:
        reason = f" ({clean(record.hold['reason'])})" if record.hold.get("reason") else ""
        events.append(TimelineEvent(record.open_since, f"{describe_hold(record.hold)}{reason}"))
    if record.released:
        events.append(TimelineEvent(record.released, "no longer waiting"))
    if record.count > 1:
        events.append(
            TimelineEvent(record.last_seen, f"repeated: seen {record.count} times so far")
        )
    reopened = [cycle["reopened_at"] for cycle in record.previous_cycles]
    if record.raised_at and record.raised_at not in reopened:
        text = f"severity rose to {record.incident.severity}"
        events.append(TimelineEvent(record.raised_at, text))
    if record.unacked_at:
        text = UNACKNOWLEDGED_TEXT.get(record.unacked_outcome, "reported to SNS")
        events.append(TimelineEvent(record.unacked_at, text))
    if not record.open:
        events.append(TimelineEvent(record.closed_at, describe_outcome(record)))
    if record.resolved and record.outcome != RESOLVED:
        events.append(TimelineEvent(record.resolved, f"resolved by {clean(record.resolved_by)}"))
    at, stamped = 0, []
    for event in events:
        at = unix(event.at) or at
        stamped.append((at, event))
    return [event for _, event in sorted(stamped, key=lambda pair: pair[0])]


def describe_hold(hold: Mapping[str, str]) -> str:
    """Return why the page of an incident waits, and until when."""
    why = _HOLDS.get(hold.get("kind", ""), "held")
    until = f" until {format_time(hold['until'])}" if hold.get("until") else ""
    return f"waiting{until}: {why}"


def describe_outcome(record: Record) -> str:
    """Return how an incident was closed, and by whom."""
    if record.outcome in UNACKNOWLEDGED_TEXT:
        return UNACKNOWLEDGED_TEXT[record.outcome]
    return _by(clean(record.outcome) or ACKNOWLEDGED, record.closed_by, record.closed_via)


def describe_call(call: Mapping[str, Any]) -> str:
    """Return a call and its outcome in one line."""
    outcome = str(call.get("outcome", ""))
    reason = f" ({clean(str(call['reason']))})" if call.get("reason") else ""
    seconds = call_seconds(call)
    duration = f", {format_duration(seconds)}" if seconds is not None else ""
    return (
        f"call {call.get('attempt', '?')}: {clean(str(call.get('contact', '')))}"
        f" {clean(str(call.get('phone', '')))}: {_CALL_OUTCOMES.get(outcome, clean(outcome))}"
        f"{reason}{duration}"
    )


def call_seconds(call: Mapping[str, Any]) -> int | None:
    """Return a call's duration, from its times or as counted; None if neither is known."""
    placed, ended_at = unix(str(call.get("placed_at"))), unix(str(call.get("ended_at")))
    if placed and ended_at:
        return max(0, ended_at - placed)
    waited = call.get("waited_seconds")
    return waited if isinstance(waited, int) else None


def console_url(record: Record) -> str:
    """Return the console's URL of the execution; "" if the record has none."""
    execution = record.execution
    return console_link(execution) if execution.count(":") >= _ARN_PARTS else ""


def incident_json(record: Record, now: int) -> dict[str, Any]:
    """Return all fields of an incident; unknown values are null."""
    incident = record.incident
    return {
        "id": incident.id,
        "team": incident.team,
        "state": _state(record, now),
        "hold": dict(record.hold) or None,
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
        "raised_at": record.raised_at or None,
        "unacked_at": record.unacked_at or None,
        "unacked_outcome": record.unacked_outcome or None,
        "closed_at": record.closed_at or None,
        "closed_by": record.closed_by or None,
        "closed_via": record.closed_via or None,
        "reminder_count": record.reminder_count,
        "previous_cycles": [dict(cycle) for cycle in record.previous_cycles],
        "resolved": record.resolved or None,
        "resolved_by": record.resolved_by or None,
        "calls": [{**call, "seconds": call_seconds(call)} for call in record.calls],
        "texts": dict(record.texts),
        "execution": record.execution,
        "console": console_url(record) or None,
    }


def _state(record: Record, now: int) -> str:
    if record.is_waiting(now):
        return "waiting"
    return "open" if record.open else record.outcome


def open_seconds(record: Record, now: int) -> int:
    """Return how long an incident has been open, since its last reminder if any."""
    return max(0, now - unix(record.open_since))


def _by(outcome: str, name: str, via: str = "") -> str:
    return f"{outcome} by {clean(answered_by(name, via, DEFAULT))}" if name else outcome


def _calls(calls: Iterable[Mapping[str, Any]], since: str) -> list[TimelineEvent]:
    """Return the calls that may have announced an incident: not those placed before it was open.

    Its record has all calls of the page that closed it, which may have begun with others. Times
    are in whole seconds; an acknowledged call announced it, whatever its times are.
    """
    return [
        _call_event(call)
        for call in calls
        if call.get("outcome") == ACKNOWLEDGED
        or not (placed := unix(str(call.get("placed_at"))))
        or placed >= unix(since)
    ]


def _call_event(call: Mapping[str, Any]) -> TimelineEvent:
    placed = str(call.get("placed_at") or "")
    return TimelineEvent(placed if instant(placed) else "", describe_call(call))
