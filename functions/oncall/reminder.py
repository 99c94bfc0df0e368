"""A reminder: what somebody took, and nobody has said is over, pages again (docs/decisions/016)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from oncall.events.callout_page import DETAIL_TYPE, SOURCE
from oncall.events.envelope import at, text, utc
from oncall.incident import is_token
from oncall.incident_record import ACKNOWLEDGED

if TYPE_CHECKING:
    from oncall.incident_record import Record


@dataclass(frozen=True)
class Reminder:
    """What the event of a reminder says besides what every page of Callout's own does.

    Attributes:
        incident_id: which incident people are reminded of.
        acknowledged: when it was acknowledged; ISO 8601, UTC. A reminder is of one
            acknowledgement: it comes once, however often its event is delivered.
        by: who did; "" where nobody knows.
    """

    incident_id: str
    acknowledged: str
    by: str


def due(record: Record | None, execution: str) -> bool:
    """Say whether people are reminded of an incident, if that stays as it is.

    Each execution reminds of what it is responsible for: whoever opens the incident again is
    from then on. Tests are over when they are acknowledged.
    """
    return (
        record is not None
        and record.execution == execution
        and not record.open
        and record.outcome == ACKNOWLEDGED
        and not record.resolved
        and not record.incident.test
    )


def detail(record: Record) -> dict[str, str]:
    """Give the detail of the event that reminds.

    Title, details and severity are for when the incident table cannot be read then.
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
    """Read which incident an event reminds of; None where it is no reminder.

    Only a Page of Callout's own source is: in a replay, or in what another service sends, the
    same words are part of what happened.
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
