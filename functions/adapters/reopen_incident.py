"""Opens an acknowledged incident again, for its reminder (oncall/reminder.py)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.incident_store import IncidentTable
    from oncall.incident import Incident
    from oncall.reminder import Reminder

#: What a reminder finds. TO_REMIND: its execution calls people; TAKEN: another one does, or did;
#: OVER: somebody has said meanwhile that it is.
TO_REMIND = "incident opened again"
TAKEN = "reminder of what another execution has"
OVER = "reminder of what is over"


def reopened(  # noqa: PLR0913 - keyword-only where it is not what this is about
    table: IncidentTable,
    incident: Incident,
    reminder: Reminder,
    execution: str,
    *,
    now: int,
    expires_at: int,
) -> tuple[Incident, str]:
    """Give the incident that people are reminded of, as it is told, and what was found.

    Args:
        table: the incident table.
        incident: what the event itself tells, which is all there is where the record is gone.
        reminder: what it is about.
        execution: ARN of the one that is responsible from now on.
        now: Unix seconds.
        expires_at: when the table forgets it, likewise.
    """
    record = table.record(incident.team, reminder.incident_id)
    if record is None:
        return incident, TO_REMIND
    told = replace(record.incident, had_by=record.handled_by or record.incident.had_by)
    if record.resolved:
        return told, OVER
    if record.handled == reminder.acknowledged:
        ours = replace(record, execution=execution)
        if table.reopen(ours, told, now=now, expires_at=expires_at):
            return told, TO_REMIND
    # It is open: by this execution, which tries again, or by another one, which may be dead.
    taken = table.take_over(incident.team, reminder.incident_id, execution, now=now)
    return told, TO_REMIND if taken else TAKEN
