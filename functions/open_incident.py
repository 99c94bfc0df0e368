"""Turn an event into an incident, and see whether somebody is already at work on it."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from adapters.aws_clients import client
from adapters.incident_store import CLAIM_SECONDS, IncidentTable
from adapters.logger import log
from adapters.metrics import Measure, Metric, measured
from adapters.reopen_incident import OVER, TAKEN, TO_REMIND, reopened
from oncall import reminder
from oncall.events import incident_from_event
from oncall.events.trigger_metadata import as_drill, assigned, unwrap
from oncall.incident_record import ACKNOWLEDGED, RESOLVED, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oncall.incident import Incident
    from oncall.reminder import Reminder

dynamodb = client("dynamodb")

#: Seconds for which an incident counts as being opened, between the note that it is the last of
#: its kind and its record: longer than this function may take.
OPENING_SECONDS = 60
DAY = 24 * 60 * 60

#: What an event is.
NEW = "incident opened"
DUPLICATE = "incident already being worked on"
SEEN = "the same incident again"
RECOVERED = "alarm is OK again"


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Open the incident.

    Args:
        event: `event` (what the state machine was started with: an event, or one wrapped
            by its trigger), `execution` (ARN), `started` (ISO 8601).
        _context: not used.

    Returns:
        `incident`; `duplicate`: another execution is or was responsible for it; `recovered`:
        it is none, but says that another one is over, or would have reminded of one that is.
    """
    execution = event["execution"]
    delivered, trigger = unwrap(event["event"])
    incident = incident_from_event(
        delivered,
        fallback_id=execution.rsplit(":", 1)[-1],
        fallback_time=event["started"],
    )
    incident = as_drill(assigned(incident, delivered, trigger), delivered)
    now = int(time.time())
    if of := reminder.read(delivered):
        incident, standing = reminded(incident, of, execution, now)
    else:
        standing = registered(incident, execution, event["started"], now=now)
    log(
        "INFO",
        standing,
        incident_id=incident.id,
        execution=execution,
        kind=incident.kind,
        team=incident.team,
        drill=incident.drill,
        **counted(incident, standing),
    )
    return {
        "incident": incident.to_state(),
        "duplicate": standing in (DUPLICATE, SEEN, TAKEN),
        "recovered": standing in (RECOVERED, OVER),
    }


def counted(incident: Incident, standing: str) -> dict[str, object]:
    """Count what somebody has to see to, and what another execution does; not drills."""
    if incident.drill or standing in (RECOVERED, OVER):
        return {}
    pages = standing in (NEW, TO_REMIND)
    return measured(Measure(Metric.PAGES if pages else Metric.DUPLICATES))


def registered(incident: Incident, execution: str, started: str, *, now: int) -> str:
    """Enter the incident into the table, and say what it is.

    A table that fails knows of nothing and hinders nothing: calling twice is better than not
    calling. Only an alarm that is OK calls nobody all the same.
    """
    recovered = incident.kind == "alarm_ok"
    if incident.drill:
        return NEW
    try:
        table = IncidentTable(dynamodb, os.environ["INCIDENT_TABLE"])
        if recovered:
            close(table, incident, now)
            return RECOVERED
        return entered(table, incident, execution, started, now)
    except (ClientError, BotoCoreError) as error:
        not_available(incident, error)
    return RECOVERED if recovered else NEW


def reminded(incident: Incident, of: Reminder, execution: str, now: int) -> tuple[Incident, str]:
    """Open the incident again that an event reminds of; give it, and what was found.

    Without a table people are reminded by what the event says.
    """
    incident = replace(incident, had_by=of.by)
    try:
        table = IncidentTable(dynamodb, os.environ["INCIDENT_TABLE"])
        expires_at = now + int(os.environ["RETENTION_DAYS"]) * DAY
        return reopened(table, incident, of, execution, now=now, expires_at=expires_at)
    except (ClientError, BotoCoreError) as error:
        not_available(incident, error)
    return incident, TO_REMIND


def not_available(incident: Incident, error: ClientError | BotoCoreError) -> None:
    """Note that people are paged without the table."""
    log(
        "ERROR",
        "incident table not available, paging without it",
        incident_id=incident.id,
        reason=type(error).__name__,
        **measured(Measure(Metric.FAULTS)),
    )


def entered(
    table: IncidentTable, incident: Incident, execution: str, started: str, now: int
) -> str:
    """Claim the incident for this execution, unless it is an old one."""
    expires_at = now + int(os.environ["RETENTION_DAYS"]) * DAY
    last, opening_until = table.same(incident)
    if last not in ("", incident.id):
        record = table.record(incident.team, last)
        if opening_until >= now if record is None else is_the_same(incident, record, now):
            table.count(incident.team, last, now=now)
            return SEEN
    if last != incident.id:
        until = now + OPENING_SECONDS
        if not table.replace_same(incident, last, until=until, expires_at=expires_at):
            return SEEN  # another execution was quicker by a moment
    record = Record(
        incident=incident,
        execution=execution,
        opened=started,
        claimed_until=now + CLAIM_SECONDS,
    )
    return NEW if table.open(record, now=now, expires_at=expires_at) else DUPLICATE


def is_the_same(incident: Incident, record: Record, now: int) -> bool:
    """Say whether an incident is an earlier one seen again.

    The earlier one is being worked on, or somebody took it a short while ago and it has not been
    over since. Of what nobody took, people are told again; and who sends a test wants to see it
    ring.
    """
    suppressed = int(os.environ["DEDUP_WINDOW_MINUTES"]) * 60
    has_it = record.outcome == ACKNOWLEDGED and not record.resolved
    taken = has_it and record.handled_since(now - suppressed)
    return record.worked_on(now) or (taken and not incident.test)


def close(table: IncidentTable, incident: Incident, now: int) -> None:
    """Close the incident that this alarm has opened, if it has."""
    last, _ = table.same(incident)
    if not last:
        return
    expires_at = now + int(os.environ["RETENTION_DAYS"]) * DAY
    by = "CloudWatch"
    table.close(incident.team, last, outcome=RESOLVED, by=by, now=now, expires_at=expires_at)
    table.resolve(incident.team, last, by=by, now=now)
