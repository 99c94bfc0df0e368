"""What another event with the dedup key of a known incident does (docs/decisions/022)."""

import json
from dataclasses import replace

from oncall.incident import SEVERITIES, Incident
from oncall.incident_record import ACKNOWLEDGED, Record, unix

#: It is counted and calls nobody.
COUNTED = "same incident again"
#: It pages about the same incident: its severity rose, or its execution ended without closing it.
RAISED = "severity of the incident rose"
TAKEN_OVER = "incident of another execution taken over"
#: It is a new incident.
NEW = "incident opened"

#: Source of each kind of incident, as in the setting `dedup_window_minutes`.
_SOURCES = {
    "alarm": "alarms",
    "alarm_no_data": "alarms",
    "guardduty_finding": "guardduty",
    "health_event": "health",
    "page": "page",
}
OTHER_SOURCES = "other"


def dedup_window_seconds(setting: str, kind: str) -> int:
    """Return the dedup window of a kind of incident.

    Args:
        setting: JSON: minutes, or an object with the minutes of each source and of `other`.
        kind: one of `KINDS`.
    """
    minutes = json.loads(setting)
    if isinstance(minutes, dict):
        minutes = minutes[_SOURCES.get(kind, OTHER_SOURCES)]
    return int(minutes) * 60


def classify_repeat(record: Record, incident: Incident, now: int, window: int) -> str:
    """Return what an event does, given the latest incident with its dedup key.

    An incident that nobody acknowledged, or that was resolved, happens anew. The window (seconds)
    begins again with each event. Test senders expect a call, so after an acknowledgement tests are
    never suppressed.
    """
    same = RAISED if rises(record.incident, incident) else COUNTED
    if record.is_claimed(now):
        return same
    if record.open:
        return TAKEN_OVER
    acknowledged = record.outcome == ACKNOWLEDGED and not record.resolved
    latest = max(unix(record.closed_at), unix(record.last_seen))
    return same if acknowledged and now - latest < window and not incident.test else NEW


def rises(known: Incident, repeat: Incident) -> bool:
    """Return whether an event is more severe than its incident so far."""
    return SEVERITIES.index(repeat.severity) < SEVERITIES.index(known.severity)


def with_repeat(known: Incident, repeat: Incident) -> Incident:
    """Return an incident with the latest details and the highest severity.

    EventBridge does not keep the order of events, so the time of the events decides.
    """
    latest = known if repeat.time and repeat.time < known.time else repeat
    return replace(
        latest,
        id=known.id,
        severity=repeat.severity if rises(known, repeat) else known.severity,
        previously_acknowledged_by=known.previously_acknowledged_by,
    )
