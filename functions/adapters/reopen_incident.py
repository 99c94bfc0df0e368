"""Reopen an acknowledged incident for its reminder (oncall/reminder.py)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.retention import expires_at

if TYPE_CHECKING:
    from adapters.incident_store import IncidentTable
    from oncall.incident import Incident
    from oncall.reminder import Reminder

#: What a reminder finds. TO_REMIND: its execution calls people; TAKEN: another one does, or did;
#: OVER: the incident was resolved in the meantime.
TO_REMIND = "incident reopened"
TAKEN = "reminder of an incident that another execution has"
OVER = "reminder of a resolved incident"


def reopen_incident(
    table: IncidentTable, incident: Incident, reminder: Reminder, execution: str, now: int
) -> tuple[Incident, str]:
    """Return the incident as it is announced by the reminder, and what was found.

    Args:
        table: the incident table.
        incident: as the event describes it, which is all there is if the record is gone.
        reminder: what it is about.
        execution: ARN of the one that is responsible from now on.
        now: Unix seconds.
    """
    record = table.record(incident.team, reminder.incident_id)
    if record is None:
        return incident, TO_REMIND
    announced = replace(record.incident, had_by=record.handled_by or record.incident.had_by)
    if record.resolved:
        return announced, OVER
    if record.handled == reminder.acknowledged:
        ours = replace(record, execution=execution)
        if table.reopen(ours, announced, now=now, expires_at=expires_at(now)):
            return announced, TO_REMIND
    # It is open: by this execution, which retries, or by another one, which may be dead.
    taken = table.take_over(incident.team, reminder.incident_id, execution, now=now)
    return announced, TO_REMIND if taken else TAKEN
