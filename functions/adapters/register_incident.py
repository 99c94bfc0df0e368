"""Register the incident of an event in the incident table: new, repeated, or reopened."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.incident_store import CLAIM_SECONDS, expires_at
from oncall.incident import SEVERITIES
from oncall.incident_record import ACKNOWLEDGED, RESOLVED, DedupState, Record

if TYPE_CHECKING:
    from adapters.incident_store import IncidentTable
    from oncall.incident import Incident
    from oncall.reminder import Reminder

#: Seconds for which an incident counts as being opened, from being set as the latest with its
#: dedup key until its record is written: longer than open_incident may take.
OPENING_SECONDS = 60

#: What happened to the incident of an event.
NEW = "incident opened"
DUPLICATE = "incident already claimed"
SEEN = "same incident again"
RECOVERED = "incident resolved by its source"
OUTDATED = "state older than the latest one of its source"
#: The same incident again, whose page waits (oncall/hold_wait.py), or that this execution released.
SEEN_HELD = "held incident again"
RELEASED = "held incident released"
#: What a reminder (oncall/reminder.py) is; only REOPENED calls people.
REOPENED = "incident reopened"
REMINDER_CLAIMED = "reminder of an incident that another execution has claimed"
REMINDER_RESOLVED = "reminder of a resolved incident"
#: What calls nobody, because the incident is resolved.
ENDED = (RECOVERED, OUTDATED, REMINDER_RESOLVED)


def register_incident(
    table: IncidentTable, incident: Incident, execution: str, started: str, now: int
) -> str:
    """Claim the incident for this execution, and return what it is."""
    if incident.is_ordered:  # before the read, so that a concurrent older resolution is seen
        table.advance_state(incident, expires_at=expires_at(now))
    key = table.dedup_state(incident)
    last = key.incident_id
    if is_outdated(incident, key):
        return OUTDATED
    if last not in ("", incident.id):
        record = table.record(incident.team, last)
        if key.opening_until >= now if record is None else is_duplicate(incident, record, key, now):
            table.count(incident.team, last, now=now)
            retried = record and record.open and record.execution == execution
            return SEEN_HELD if record and (record.held or retried) else SEEN
    if last != incident.id:
        until, expires = now + OPENING_SECONDS, expires_at(now)
        if not table.set_latest_for_dedup_key(incident, last, until=until, expires_at=expires):
            return SEEN  # another execution set it first
    claimed = now + CLAIM_SECONDS
    record = Record(incident=incident, execution=execution, opened=started, claimed_until=claimed)
    opened = table.open(record, now=now, expires_at=expires_at(now))
    # A resolution that arrived in between found no record to close.
    if incident.is_ordered and is_outdated(incident, table.dedup_state(incident)):
        close_and_resolve(table, incident, incident.id, now)
        return OUTDATED
    return NEW if opened else DUPLICATE


def release_held(
    table: IncidentTable, incident: Incident, execution: str, now: int
) -> tuple[Incident, str]:
    """Page about a held incident for an event that is not held: it is worse, or acts again.

    Return the incident as announced, and what the event is.
    """
    last = table.dedup_state(incident).incident_id
    record = table.record(incident.team, last)
    if record is None or not record.open:
        return incident, SEEN
    severity = min(incident.severity, record.incident.severity, key=SEVERITIES.index)
    released = replace(incident, id=last, severity=severity)
    if record.execution == execution and not record.held:  # a retry
        return released, RELEASED
    changed = table.release_hold(record, released, execution, now=now)
    return (released, RELEASED) if changed else (incident, SEEN)


def is_outdated(incident: Incident, key: DedupState) -> bool:
    """Return whether a later event of its source has already resolved the incident.

    EventBridge can deliver events out of order and more than once (EventBridge user guide, "How
    EventBridge delivers events"). At equal times the incident pages.
    """
    return "" < incident.state_time < key.resolved_at


def is_duplicate(incident: Incident, record: Record, key: DedupState, now: int) -> bool:
    """Return whether an incident is an earlier one seen again.

    The earlier one is claimed, or was acknowledged a short while ago and is not resolved since.
    An incident that nobody acknowledged pages again; test senders expect a call, so tests are
    never suppressed. An event after a resolution is another incident, even if the old record
    is still being closed.
    """
    if is_outdated(record.incident, key):
        return False
    window = int(os.environ["DEDUP_WINDOW_MINUTES"]) * 60
    acknowledged = record.outcome == ACKNOWLEDGED and not record.resolved
    recently = acknowledged and record.closed_since(now - window)
    return record.is_claimed(now) or (recently and not incident.test)


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
    table.close(team, incident_id, outcome=RESOLVED, by=by, now=now, expires_at=expires)
    table.resolve(team, incident_id, by=by, now=now)


def reopen_incident(
    table: IncidentTable, incident: Incident, reminder: Reminder, execution: str, now: int
) -> tuple[Incident, str]:
    """Reopen an incident for its reminder; return it as announced, and what the reminder is.

    If its record is gone, announce it as the reminder's event describes it.
    """
    record = table.record(incident.team, reminder.incident_id)
    if record is None:
        return incident, REOPENED
    by = record.closed_by or record.incident.previously_acknowledged_by
    announced = replace(record.incident, previously_acknowledged_by=by)
    if record.resolved:
        return announced, REMINDER_RESOLVED
    if record.closed_at == reminder.acknowledged:
        ours = replace(record, execution=execution)
        if table.reopen(ours, announced, now=now, expires_at=expires_at(now)):
            return announced, REOPENED
    # It is open: claimed by this execution, which retries, or by another one, which may be dead.
    claimed = table.take_over(incident.team, reminder.incident_id, execution, now=now)
    return announced, REOPENED if claimed else REMINDER_CLAIMED
