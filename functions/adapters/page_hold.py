"""Hold a page, or release it: find out whether it waits, and record that with its incident."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from adapters.aws_clients import AWS_ERRORS
from adapters.hold_reader import HoldReading, is_suppressed, read_hold
from adapters.incident_store import CLAIM_SECONDS, expires_at, incident_table
from adapters.metrics import log_aws_error
from adapters.register_incident import RELEASED, REOPENED, SEEN_HELD, release_held
from oncall.hold import ANNOUNCE, HoldWait
from oncall.messages.email import console_link, hold_email
from oncall.repeat import COUNTED, NEW, RAISED, TAKEN_OVER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.incident_store import IncidentTable
    from oncall.incident import Incident

#: What pages unless something holds it.
PAGING = (NEW, REOPENED, RAISED, TAKEN_OVER)


def apply_hold(
    ssm: Any,  # noqa: ANN401 - boto3's client
    dynamodb: Any,  # noqa: ANN401 - boto3's client
    incident: Incident,
    status: str,
    event: Mapping[str, Any],
) -> tuple[Incident, str, HoldWait]:
    """Hold the page of an event that was registered, or release the page that it repeats.

    Return the incident as announced, what the event is (adapters/register_incident.py), and the
    hold. `event` is that of open_incident. If it cannot be read what holds the page, it calls.
    """
    if incident.drill or status not in (*PAGING, SEEN_HELD):
        return incident, status, HoldWait()
    started, table = event["started"], incident_table(dynamodb)
    at, suppressed = datetime.fromisoformat(started), is_suppressed(incident)
    try:
        reading = read_hold(ssm, dynamodb, incident, at, suppressed=suppressed)
    except AWS_ERRORS as error:
        log_aws_error("WARNING", "holds not read", error, incident_id=incident.id)
        reading = HoldReading(None)
    if status != SEEN_HELD:
        wait = hold_page(table, incident, HoldWait(), reading, event)
        return incident, status, wait
    if reading.hold:
        return incident, COUNTED, HoldWait()
    try:
        incident, status = release_held(table, incident, event["execution"], int(time.time()))
    except AWS_ERRORS as error:
        log_aws_error("ERROR", "hold not released", error, incident_id=incident.id)
        status = RELEASED
    return incident, status, HoldWait()


def hold_page(
    table: IncidentTable,
    incident: Incident,
    wait: HoldWait,
    reading: HoldReading,
    event: Mapping[str, Any],
) -> HoldWait:
    """Return the page's hold until the next check, and record it; unchanged if nothing holds it.

    If the table is unavailable, the page waits all the same. `event` has `execution` (ARN) and
    `started` (ISO 8601).
    """
    if reading.hold is None:
        return wait
    execution, now = event["execution"], int(time.time())
    held = wait.held_by(reading.hold, datetime.fromisoformat(event["started"]))
    try:
        table.hold(
            incident,
            execution,
            hold={"kind": held.kind, "until": held.until, "reason": held.reason},
            claimed_until=now + held.wait_seconds + CLAIM_SECONDS,
            expires_at=expires_at(now),
        )
    except AWS_ERRORS as error:
        log_aws_error("WARNING", "hold not recorded", error, incident_id=incident.id)
    if held.status != ANNOUNCE:
        return replace(held, subject="", message="")
    subject, message = hold_email(
        incident,
        kind=held.kind,
        until=held.until,
        reason=held.reason,
        language=reading.language,
        timezone=reading.timezone,
    )
    return replace(held, subject=subject, message=f"{message}\n{console_link(execution)}")
