"""Register the incident of an event in the incident table: new, repeated, or reopened."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adapters.incident_store import CLAIM_SECONDS, expires_at, incident_table
from adapters.metrics import tolerate_aws_errors
from oncall.incident import SEVERITIES
from oncall.incident_record import DedupState, Record
from oncall.repeat import (
    COUNTED,
    NEW,
    RAISED,
    TAKEN_OVER,
    classify_repeat,
    dedup_window_seconds,
    with_repeat,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.aws_clients import Client
    from adapters.incident_store import IncidentTable
    from oncall.incident import Incident
    from oncall.reminder import Reminder

#: Seconds for which an incident counts as being opened, from being set as the latest with its
#: dedup key until its record is written: longer than open_incident may take.
OPENING_SECONDS = 60
#: Seconds between two reads while another execution opens the incident.
OPENING_POLL_SECONDS = 0.5
#: Reads of an incident that other executions change at the same time.
MAX_READS = 6

#: What happened to the incident of an event, besides the constants of oncall/repeat.py.
DUPLICATE = "incident already claimed"
RECOVERED = "incident resolved by its source"
OUTDATED = "state older than the latest one of its source"
#: The same incident again, whose page waits (oncall/hold.py), or that this execution released.
SEEN_HELD = "held incident again"
RELEASED = "held incident released"
#: What a reminder (oncall/reminder.py) is; only REOPENED calls people.
REOPENED = "incident reopened"
REMINDER_CLAIMED = "reminder of an incident that another execution has claimed"
REMINDER_RESOLVED = "reminder of a resolved incident"
#: What calls nobody, because the incident is resolved.
ENDED = (RECOVERED, OUTDATED, REMINDER_RESOLVED)


def open_in_table(
    dynamodb: Client, incident: Incident, reminded: Reminder | None, event: Mapping[str, Any]
) -> tuple[Incident, str]:
    """Register the incident, or reopen the one that a reminder is about, and return its status.

    If the table is unavailable, treat the incident as new, or remind with the event's details:
    calling twice is better than not calling. An event that resolves never calls anyone.

    `reminded` is what a reminder is about; None for any other event. `event` is as for
    open_incident.
    """
    if reminded:
        incident = replace(incident, previously_acknowledged_by=reminded.by)
    elif incident.drill:
        return incident, NEW
    execution, now = event["execution"], int(time.time())
    table = incident_table(dynamodb)
    with tolerate_aws_errors("incident table not available", incident.id, "ERROR"):
        if reminded:
            return reopen_incident(table, incident, reminded, execution, now)
        if incident.resolved_by:
            return incident, resolve_incident(table, incident, now)
        return register_incident(table, incident, execution, event["started"], now)
    if reminded:
        return incident, REOPENED
    return incident, RECOVERED if incident.resolved_by else NEW


def register_incident(
    table: IncidentTable, incident: Incident, execution: str, started: str, now: int
) -> tuple[Incident, str]:
    """Claim the incident for this execution; return it as the execution pages it, and what it is.

    Every write depends on what was read. If another execution writes first, read again; if that
    happens too often, page.
    """
    # Before the read, so that a concurrent older resolution is seen. A webhook's alert keeps its
    # first time if it fires again after a resolution by timeout: then it pages.
    ordered = incident.is_ordered and (
        table.advance_state(incident, expires_at=expires_at(now)) or incident.kind != "page"
    )
    for _ in range(MAX_READS):
        key = table.dedup_state(incident)
        last = key.incident_id
        if ordered and is_outdated(incident, key):
            return incident, OUTDATED
        record = table.record(incident.team, last) if last else None
        if record is None and last not in ("", incident.id) and key.opening_until >= now:
            time.sleep(OPENING_POLL_SECONDS)
            continue
        # An event after a resolution is another incident, even if the old record is still being
        # closed.
        if record and not is_outdated(record.incident, key):
            found = _register_again(table, record, incident, execution, now)
            if found:
                return found
        if last == incident.id or table.set_latest_for_dedup_key(
            incident, last, until=now + OPENING_SECONDS, expires_at=expires_at(now)
        ):
            break
    claimed = now + CLAIM_SECONDS
    new = Record(incident=incident, execution=execution, opened=started, claimed_until=claimed)
    opened = table.open(new, now=now, expires_at=expires_at(now))
    # A resolution that arrived in between found no record to close.
    if ordered and is_outdated(incident, table.dedup_state(incident)):
        close_and_resolve(table, incident, incident.id, now)
        return incident, OUTDATED
    return incident, NEW if opened else DUPLICATE


def release_held(
    table: IncidentTable, incident: Incident, execution: str, now: int
) -> tuple[Incident, str]:
    """Page about a held incident for an event that is not held: it is worse, or acts again.

    Return the incident as announced, and what the event is.
    """
    last = table.dedup_state(incident).incident_id
    record = table.record(incident.team, last)
    if record is None or not record.open:
        return incident, COUNTED
    severity = min(incident.severity, record.incident.severity, key=SEVERITIES.index)
    released = replace(incident, id=last, severity=severity)
    if record.execution == execution and not record.held:  # a retry
        return released, RELEASED
    changed = table.release_hold(record, released, execution, now=now)
    return (released, RELEASED) if changed else (incident, COUNTED)


def is_outdated(incident: Incident, key: DedupState) -> bool:
    """Return whether a later event of its source has already resolved the incident.

    EventBridge can deliver events out of order and more than once (EventBridge user guide, "How
    EventBridge delivers events"). At equal times the incident pages.
    """
    return "" < incident.state_time < key.resolved_at


def _register_again(
    table: IncidentTable, record: Record, incident: Incident, execution: str, now: int
) -> tuple[Incident, str] | None:
    """Register an event of a known incident; None if it is a new incident."""
    for _ in range(MAX_READS):
        if record.execution == execution:
            return _retried(record, incident)
        window = dedup_window_seconds(os.environ["DEDUP_WINDOW_MINUTES"], incident.kind)
        status = classify_repeat(record, incident, now, window)
        if record.held and status == RAISED:
            status = COUNTED  # what holds the page decides whether it is released
        if status == NEW and record.incident.id != incident.id:
            return None
        if record.incident.id == incident.id and status != TAKEN_OVER:
            return incident, DUPLICATE  # the same event, delivered twice
        known = with_repeat(record.incident, incident)
        if _write_repeat(table, record, known, status, execution, now):
            if status == COUNTED:
                return incident, SEEN_HELD if record.held else COUNTED
            return known, status
        again = table.record(incident.team, record.incident.id)
        if again is None:
            break
        record = again
    return None


def _retried(record: Record, incident: Incident) -> tuple[Incident, str]:
    """Return what a retried event is; if its incident was closed, it ends at the team lock."""
    if record.released and record.open:
        return incident, SEEN_HELD
    return record.incident, NEW if record.incident.id == incident.id else RAISED


def _write_repeat(  # noqa: PLR0913, PLR0917 - what was read and decided
    table: IncidentTable, record: Record, known: Incident, status: str, execution: str, now: int
) -> bool:
    """Write a repeated event; False if the incident changed since it was read."""
    if status == COUNTED:
        return table.add_repeat(record, known, now=now)
    if record.open:
        return table.add_repeat(record, known, now=now, execution=execution)
    ours = replace(record, execution=execution)
    return table.reopen(ours, known, now=now, expires_at=expires_at(now))


def resolve_incident(table: IncidentTable, incident: Incident, now: int) -> str:
    """Close and resolve the latest incident with the dedup key of an event that resolves it."""
    if incident.is_ordered and not table.advance_state(incident, expires_at=expires_at(now)):
        return OUTDATED
    if last := table.dedup_state(incident).incident_id:
        close_and_resolve(table, incident, last, now)
    return RECOVERED


def close_and_resolve(table: IncidentTable, incident: Incident, incident_id: str, now: int) -> None:
    """Close an incident as its source resolved it; mark it as resolved if it was closed before."""
    team, by, expires = incident.team, incident.resolved_by or "its source", expires_at(now)
    table.close_and_resolve(team, incident_id, by=by, now=now, expires_at=expires)


def reopen_incident(
    table: IncidentTable, incident: Incident, reminder: Reminder, execution: str, now: int
) -> tuple[Incident, str]:
    """Reopen an incident for its reminder; return it as announced, and what the reminder is.

    If its record is gone, announce it as the reminder's event describes it.
    """
    announced = incident
    for _ in range(MAX_READS):  # a repeated event may be counted in between
        record = table.record(incident.team, reminder.incident_id)
        if record is None:
            return incident, REOPENED
        by = record.closed_by or record.incident.previously_acknowledged_by
        announced = replace(record.incident, previously_acknowledged_by=by)
        if record.resolved:
            return announced, REMINDER_RESOLVED
        if record.closed_at != reminder.acknowledged:
            break
        ours = replace(record, execution=execution)
        if table.reopen(ours, announced, now=now, expires_at=expires_at(now)):
            return announced, REOPENED
    # It is open: claimed by this execution, which retries, or by another one, which may be dead.
    claimed = table.take_over(incident.team, reminder.incident_id, execution, now=now)
    return announced, REOPENED if claimed else REMINDER_CLAIMED
