"""End a page: close the incidents that it was about, and give the team's line back.

And say when its own is to be reminded of.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from adapters.aws_clients import client
from adapters.incident_store import IncidentTable
from adapters.logger import log
from adapters.metrics import Measure, Metric, measured
from oncall import reminder
from oncall.incident import Incident
from oncall.incident_record import ACKNOWLEDGED, FAILED, UNANSWERED

if TYPE_CHECKING:
    from collections.abc import Mapping

dynamodb = client("dynamodb")

DAY = 24 * 60 * 60

#: By how the page ended, what is counted of the incidents that it closed for others.
COUNTED = {ACKNOWLEDGED: Metric.ACKNOWLEDGED, UNANSWERED: Metric.UNANSWERED}


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Close what this page has handled.

    An acknowledgement covers what the call spoke, and nothing else. That nobody was reached holds
    for everything that is open: SNS was told of all of it.

    Args:
        event: `incident` (the execution's own), `covers` (ids that the last call spoke),
            `waiting` (ids of others that were open), `ending` (`outcome`, `acknowledged_by`,
            `calls`), `execution` (ARN).
        _context: not used.

    Returns:
        `closed`: how many incidents; `remind_seconds`: after how long the own one is to be
        reminded of, 0 for never.

    Raises:
        ClientError: the table does not answer; botocore's connection errors too. Incidents that
            stay open are called about by whoever has them.
    """
    incident = Incident.from_state(event["incident"])
    if incident.drill:
        return {"closed": 0, "remind_seconds": 0}
    ending, execution = event["ending"], event["execution"]
    outcome, by = ending["outcome"], ending["acknowledged_by"] or ""
    table = IncidentTable(dynamodb, os.environ["INCIDENT_TABLE"])
    now = int(time.time())
    covered = {incident.id, *event["covers"]}
    told = event["waiting"] if outcome in (UNANSWERED, FAILED) else []
    closed = [
        one
        for one in sorted(covered.union(told))
        if table.close(
            incident.team,
            one,
            outcome=outcome,
            by=by,
            calls=ending["calls"] if one in covered else (),
            now=now,
            expires_at=now + int(os.environ["RETENTION_DAYS"]) * DAY,
        )
    ]
    released = table.release_line(incident.team, execution, acknowledged_by=by)
    others = len(set(closed) - {incident.id})
    log(
        "INFO",
        "page ended",
        incident_id=incident.id,
        outcome=outcome,
        closed=closed,
        released=released,
        **(measured(Measure(COUNTED[outcome], others)) if others and outcome in COUNTED else {}),
    )
    return {"closed": len(closed), "remind_seconds": remind_seconds(table, incident, execution)}


def remind_seconds(table: IncidentTable, incident: Incident, execution: str) -> int:
    """Say after how long people are reminded; the record knows better than the ending.

    Somebody may have taken it by a command while the last call went unanswered.
    """
    seconds = int(os.environ["ACK_TIMEOUT_MINUTES"]) * 60
    if not seconds:
        return 0
    record = table.record(incident.team, incident.id)
    return seconds if reminder.due(record, execution) else 0
