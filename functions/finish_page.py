"""Finish a page: close its incidents, release the team lock, and schedule the reminder."""

import os
import time
from collections.abc import Mapping
from typing import Any

from adapters.aws_clients import client
from adapters.close_incidents import close_incidents
from adapters.incident_store import IncidentTable, incident_table
from adapters.logger import log
from adapters.metrics import Datum, Metric, emf_fields
from oncall import reminder
from oncall.incident import Incident
from oncall.incident_record import ACKNOWLEDGED, FAILED, UNANSWERED

dynamodb = client("dynamodb")

#: Outcome of a page that reached nobody: no call was acknowledged, and SNS failed.
NOT_NOTIFIED = "not_notified"

#: By outcome of the page, the metric of the incidents that it closed for other executions.
METRICS = {ACKNOWLEDGED: Metric.ACKNOWLEDGED, UNANSWERED: Metric.UNANSWERED}


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Close the incidents of this page.

    An acknowledgement closes the announced incidents only. If nobody acknowledged, every open
    incident is closed: the notification listed them all. One whose severity rose since stays open,
    for the execution of the event that raised it. If the notification failed, nobody knows of the
    incidents: they stay open, and the page's own is ready to be claimed.

    Args:
        event: `incident` (the execution's own), `announced_incident_ids` (by the last call),
            `deferred_incident_ids` (of others that were open), `snapshots` (of both, as
            announced), `result` (`outcome`, `acknowledged_by`, `calls`), `execution` (ARN).

    Returns:
        `closed`: number of incidents; `reminder_delay_seconds`: 0 for no reminder.

    Raises:
        ClientError: a request to the table fails; botocore's connection errors too. The executions
            of incidents that stay open call about them.
    """
    incident = Incident.from_state(event["incident"])
    if incident.drill:
        return {"closed": 0, "reminder_delay_seconds": 0}
    result, execution = event["result"], event["execution"]
    outcome, by = result["outcome"], result["acknowledged_by"] or ""
    table = incident_table(dynamodb)
    now = int(time.time())
    if outcome == NOT_NOTIFIED:
        released = table.release_claim(incident.team, incident.id, execution)
        table.release_lock(incident.team, execution, acknowledged_by="")
        log("ERROR", "page released", incident_id=incident.id, released=released)
        return {"closed": 0, "reminder_delay_seconds": 0}
    closed = close_incidents(table, incident, event, now)
    unanswered: list[str] = []
    if os.environ.get("CALLBACK") and outcome in (UNANSWERED, FAILED):
        listed = [*event["announced_incident_ids"], *event["deferred_incident_ids"]]
        unanswered = [each for each in listed if each in closed]
    released = table.release_lock(
        incident.team, execution, acknowledged_by=by, unanswered=unanswered
    )
    others = len(set(closed) - {incident.id})
    log(
        "INFO",
        "page finished",
        incident_id=incident.id,
        outcome=outcome,
        closed=closed,
        released=released,
        **(emf_fields(Datum(METRICS[outcome], others)) if others and outcome in METRICS else {}),
    )
    delay = reminder_delay_seconds(table, incident, execution)
    return {"closed": len(closed), "reminder_delay_seconds": delay}


def reminder_delay_seconds(table: IncidentTable, incident: Incident, execution: str) -> int:
    """Return after how long to send the reminder, 0 for never, by the incident's record.

    An operator may have acknowledged the incident by command during the last, unanswered call.
    """
    seconds = int(os.environ["ACK_TIMEOUT_MINUTES"]) * 60
    if not seconds:
        return 0
    record = table.record(incident.team, incident.id)
    return seconds if reminder.due(record, execution) else 0
