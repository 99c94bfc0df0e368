"""Close the incidents of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.incident_store import expires_at
from oncall.incident_record import FAILED, UNANSWERED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.incident_store import IncidentTable
    from oncall.incident import Incident


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
