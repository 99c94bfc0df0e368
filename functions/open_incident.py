"""Turn an event into an incident, and open it unless another execution has it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adapters.aws_clients import client
from adapters.aws_errors import AWS_ERRORS, log_aws_error
from adapters.incident_store import incident_table
from adapters.logger import log
from adapters.metrics import Measure, Metric, measured
from adapters.register_incident import (
    DUPLICATE,
    NEW,
    RECOVERED,
    SEEN,
    register_incident,
    resolve_alarm,
)
from adapters.reopen_incident import OVER, TAKEN, TO_REMIND, reopen_incident
from oncall import reminder
from oncall.events import incident_from_event
from oncall.events.trigger_metadata import apply_trigger_overrides, mark_drill, unwrap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oncall.incident import Incident
    from oncall.reminder import Reminder

dynamodb = client("dynamodb")

UNAVAILABLE = "incident table not available, paging without it"


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Open the incident.

    Args:
        event: `event` (the input of the execution: an event, or one wrapped by its trigger),
            `execution` (ARN), `started` (ISO 8601).
        _context: not used.

    Returns:
        `incident`; `duplicate`: another execution is or was responsible for it; `recovered`: it
        is none, but the end of another one, or the reminder of a resolved one.
    """
    execution = event["execution"]
    delivered, trigger = unwrap(event["event"])
    incident = incident_from_event(
        delivered,
        fallback_id=execution.rsplit(":", 1)[-1],
        fallback_time=event["started"],
    )
    incident = mark_drill(apply_trigger_overrides(incident, delivered, trigger), delivered)
    if reminds := reminder.read(delivered):
        incident, standing = reopen_for_reminder(incident, reminds, execution)
    else:
        standing = register(incident, execution, event["started"])
    details = {"kind": incident.kind, "team": incident.team, "drill": incident.drill}
    metrics = incident_metrics(incident, standing)
    log("INFO", standing, incident_id=incident.id, execution=execution, **details, **metrics)
    return {
        "incident": incident.to_state(),
        "duplicate": standing in (DUPLICATE, SEEN, TAKEN),
        "recovered": standing in (RECOVERED, OVER),
    }


def register(incident: Incident, execution: str, started: str) -> str:
    """Register the incident in the table, and return what it is.

    If the table is unavailable, treat the incident as new: calling twice is better than not
    calling. Only an alarm that is OK calls nobody even then.
    """
    if incident.drill:
        return NEW
    recovered, now = incident.kind == "alarm_ok", int(time.time())
    try:
        table = incident_table(dynamodb)
        if recovered:
            return resolve_alarm(table, incident, now)
        return register_incident(table, incident, execution, started, now)
    except AWS_ERRORS as error:
        log_aws_error("ERROR", UNAVAILABLE, error, incident_id=incident.id)
    return RECOVERED if recovered else NEW


def reopen_for_reminder(
    incident: Incident, reminds: Reminder, execution: str
) -> tuple[Incident, str]:
    """Reopen the incident that a reminder is about, and return it with what was found.

    If the table is unavailable, remind with what the event says.
    """
    incident = replace(incident, had_by=reminds.by)
    try:
        table, now = incident_table(dynamodb), int(time.time())
        return reopen_incident(table, incident, reminds, execution, now)
    except AWS_ERRORS as error:
        log_aws_error("ERROR", UNAVAILABLE, error, incident_id=incident.id)
    return incident, TO_REMIND


def incident_metrics(incident: Incident, standing: str) -> dict[str, object]:
    """Return the metric of a page or of a duplicate; none for a drill or a recovered alarm."""
    if incident.drill or standing in (RECOVERED, OVER):
        return {}
    pages = standing in (NEW, TO_REMIND)
    return measured(Measure(Metric.PAGES if pages else Metric.DUPLICATES))
