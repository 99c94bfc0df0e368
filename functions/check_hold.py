"""Check whether a page is still held: by quiet hours, a mute, or the suppression of its alarm."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.aws_clients import client
from adapters.incident_store import IncidentTable, incident_table
from adapters.logger import log
from adapters.metrics import tolerate_aws_errors
from adapters.page_hold import OK, QUIET, alarm_state, hold_page, is_suppressed, read_hold
from adapters.register_incident import close_and_resolve
from oncall.hold import TAKEN_OVER, HoldWait
from oncall.incident import Incident
from oncall.incident_record import Record

ssm = client("ssm")
dynamodb = client("dynamodb")
cloudwatch = client("cloudwatch")


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Check the hold after a wait, and return the state `hold` (oncall/hold.py).

    Args:
        event: `incident`, `hold` (as last returned), `execution` (ARN), `started` (ISO 8601).

    Raises:
        ClientError: neither the roster nor its copy, or not the alarm, can be read; botocore's
            connection errors too. If it cannot be read at all, the page calls.
    """
    incident, execution = Incident.from_state(event["incident"]), event["execution"]
    elapsed = time.time() - datetime.fromisoformat(event["started"]).timestamp()
    wait = HoldWait.from_state(event["hold"]).after_wait(elapsed)
    table = incident_table(dynamodb)
    record = None
    with tolerate_aws_errors("incident not read", incident.id):
        record = table.record(incident.team, incident.id)
    if record and record.execution != execution:
        wait = replace(wait, status=TAKEN_OVER)
    else:
        wait = check(table, incident, record, wait.over(), event)
    log("INFO", f"hold {wait.status}", incident_id=incident.id, kind=wait.kind, until=wait.until)
    return wait.to_state()


def check(
    table: IncidentTable,
    incident: Incident,
    record: Record | None,
    over: HoldWait,
    event: Mapping[str, Any],
) -> HoldWait:
    """Return the hold, `over` unless something still holds the page."""
    if over.timed_out or (record and not record.open):
        return over
    latest = record.incident if record else incident
    state = alarm_state(cloudwatch, latest) if is_suppressed(latest) else ""
    if state == OK:
        # Its event may not have closed it, for example because the table failed.
        resolved = replace(incident, resolved_by="CloudWatch")
        close_and_resolve(table, resolved, incident.id, int(time.time()))
        return over
    at = over.now(datetime.fromisoformat(event["started"]))
    reading = read_hold(ssm, dynamodb, latest, at, suppressed=state == QUIET)
    return hold_page(table, latest, over, reading, event)
