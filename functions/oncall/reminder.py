"""Reminders: an incident acknowledged but not resolved pages again (docs/decisions/016)."""

from dataclasses import dataclass

from oncall.events.callout_page import DETAIL_TYPE, SOURCE
from oncall.events.envelope import at, text, utc
from oncall.incident import is_token
from oncall.incident_record import ACKNOWLEDGED, Record


@dataclass(frozen=True)
class Reminder:
    """The fields that only the event of a reminder has.

    Attributes:
        incident_id: the incident.
        acknowledged: when it was acknowledged; ISO 8601, UTC. Each acknowledgement has one
            reminder, even if its event is delivered twice.
        by: who acknowledged it; "" if unknown.
    """

    incident_id: str
    acknowledged: str
    by: str


def due(record: Record | None, execution: str) -> bool:
    """Return whether an execution has to send a reminder of this incident.

    Only the responsible execution does: the one that opened or last reopened the incident. Tests
    have no reminders.
    """
    if record is None or record.open or record.resolved or record.incident.test:
        return False
    return record.outcome == ACKNOWLEDGED and record.execution == execution


def detail(record: Record) -> dict[str, str]:
    """Return the detail of the reminder's event.

    Title, details and severity are used only if the incident table is unavailable then.
    """
    incident = record.incident
    return {
        "reminder_of": incident.id,
        "acknowledged": record.closed_at,
        "acknowledged_by": record.closed_by,
        "team": incident.team,
        "title": incident.title,
        "details": incident.details,
        "severity": incident.severity,
        "dedup_key": f"reminder:{incident.id}:{record.closed_at}",
    }


def read(event: object) -> Reminder | None:
    """Read the reminder from an event; None if it is not one.

    Only an event of Callout's own source is a reminder: in a replay, or in an event of another
    service, the same fields are part of the event.
    """
    if at(event, "source") != SOURCE or at(event, "detail-type") != DETAIL_TYPE:
        return None
    incident_id = at(event, "detail", "reminder_of")
    if not isinstance(incident_id, str) or not is_token(incident_id):
        return None
    return Reminder(
        incident_id=incident_id,
        acknowledged=utc(at(event, "detail", "acknowledged")),
        by=text(at(event, "detail", "acknowledged_by")),
    )
