"""The notification about an event for which no execution could be started."""

from oncall.events.envelope import EventEnvelope
from oncall.events.parse_event import incident_from_event
from oncall.text import clean

#: One line of ASCII under 100 characters, as SNS requires.
SUBJECT = "Callout: PAGE FAILED - NOBODY WAS CALLED"


def undelivered_text(event: object, *, reason: str, error: str) -> str:
    """Return what happened, from which event, and what failed.

    Args:
        event: as EventBridge delivers it, or any other JSON value.
        reason: why the event started no execution, as EventBridge or Step Functions reported it.
        error: code of the error of the last attempt.
    """
    envelope = EventEnvelope(event, "unknown")
    incident = incident_from_event(event, fallback_id="unknown")
    return (
        "Nobody was called about this event, because Callout could not start a page.\n\n"
        f"What happened: {incident.title}\n{incident.details}\n"
        f"Account {envelope.account}, region {envelope.region}, {envelope.time}\n"
        f"Event: {envelope.id}\nSource: {envelope.source}\nType: {envelope.detail_type}\n\n"
        f"What failed: {clean(reason)}; then {error}\n"
        "Callout tries again every hour for 14 days. Call someone now."
    )
