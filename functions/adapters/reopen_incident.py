"""Reopen an acknowledged incident for its reminder (oncall/reminder.py)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.incident_store import expires_at

if TYPE_CHECKING:
    from adapters.incident_store import IncidentTable
    from oncall.incident import Incident
    from oncall.reminder import Reminder

#: What a reminder finds. REOPENED: its execution calls people; CLAIMED: another one does, or did;
#: RESOLVED: the incident was resolved in the meantime.
REOPENED = "incident reopened"
CLAIMED = "reminder of an incident that another execution has claimed"
RESOLVED = "reminder of a resolved incident"


def reopen_incident(
    table: IncidentTable, incident: Incident, reminder: Reminder, execution: str, now: int
) -> tuple[Incident, str]:
    """Return the incident that this execution announces, and what the reminder finds.

    If its record is gone, announce it as the reminder's event describes it.
    """
    record = table.record(incident.team, reminder.incident_id)
    if record is None:
        return incident, REOPENED
    by = record.closed_by or record.incident.previously_acknowledged_by
    announced = replace(record.incident, previously_acknowledged_by=by)
    if record.resolved:
        return announced, RESOLVED
    if record.closed_at == reminder.acknowledged:
        ours = replace(record, execution=execution)
        if table.reopen(ours, announced, now=now, expires_at=expires_at(now)):
            return announced, REOPENED
    # It is open: claimed by this execution, which retries, or by another one, which may be dead.
    claimed = table.take_over(incident.team, reminder.incident_id, execution, now=now)
    return announced, REOPENED if claimed else CLAIMED
