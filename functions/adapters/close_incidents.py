"""Close the incidents of a page."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from adapters.incident_store import expires_at
from adapters.metrics import tolerate_aws_errors
from oncall.incident import Incident
from oncall.incident_record import ACKNOWLEDGED, FAILED, UNANSWERED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.incident_store import IncidentTable
    from oncall.calls.call import Call, Progress


def close_incidents(
    table: IncidentTable, incident: Incident, event: Mapping[str, Any], now: int
) -> list[str]:
    """Close the incidents that a page announced or, if nobody acknowledged, all open ones.

    `incident` is the execution's own, `event` as for finish_page, `now` in Unix seconds. Return the
    ids of those that were open, sorted.
    """
    result = event["result"]
    outcome, by = result["outcome"], result["acknowledged_by"] or ""
    severities = {incident.id: incident.severity} | {
        incident_id: severity for incident_id, (severity, _) in event.get("snapshots", {}).items()
    }
    announced = {incident.id, *event["announced_incident_ids"]}
    deferred = event["deferred_incident_ids"] if outcome in (UNANSWERED, FAILED) else []
    return [
        incident_id
        for incident_id in sorted(announced.union(deferred))
        if table.close(
            incident.team,
            incident_id,
            outcome=outcome,
            by=by,
            calls=result["calls"] if incident_id in announced else (),
            now=now,
            expires_at=expires_at(now),
            severity=severities.get(incident_id, ""),
        )
    ]


def confirm_key(
    table: IncidentTable, progress: Progress, call: Call, event: Mapping[str, Any]
) -> tuple[Progress, Call, int]:
    """If key 1 was pressed, decide whether it or an answer elsewhere came first.

    Without links and callback, key 1 takes precedence: the responder has heard that the incident is
    theirs. With them, a second name is likely, so the first write counts; finish_page adds the
    calls later. `event` is that of check_call.

    Returns:
        The progress, the call, and how many incidents of other executions were closed.
    """
    if not call.is_acknowledged:
        return progress, call, 0
    responsible, others = progress.still_responsible(), 0
    incident = Incident.from_state(event["incident"])
    result = {"outcome": ACKNOWLEDGED, "acknowledged_by": call.contact, "calls": ()}
    with tolerate_aws_errors("key not recorded yet", incident.id):
        if os.environ.get("FIRST_ANSWER_COUNTS"):
            closed = close_incidents(table, incident, {**event, "result": result}, int(time.time()))
            others = len(set(closed) - {incident.id})
            record = table.record(incident.team, incident.id)
            by_key = record and (record.closed_by, record.closed_via) == (call.contact, "")
            if record and record.outcome == ACKNOWLEDGED and not by_key:
                ended = progress.ended_elsewhere(ACKNOWLEDGED, record.closed_by)
                return ended, ended.ending(call), others
    return responsible, call, others
