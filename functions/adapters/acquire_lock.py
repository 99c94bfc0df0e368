"""Try to acquire the team lock for an execution, by the rules in oncall/team_lock.py."""

import time
from dataclasses import replace

from adapters.aws_clients import Client
from adapters.incident_store import IncidentTable, incident_table, lock_heartbeat
from adapters.metrics import tolerate_aws_errors
from oncall.incident import Incident
from oncall.team_lock import HANDLED, NOT_TRIED, LockWait


def try_at_once(dynamodb: Client, incident: Incident, execution: str) -> LockWait:
    """Try to acquire the lock for a new page; if the table fails, acquire_team_lock tries again."""
    with tolerate_aws_errors("team lock not read", incident.id):
        return try_acquire(incident_table(dynamodb), incident, execution, LockWait())
    return LockWait(NOT_TRIED)


def try_acquire(
    table: IncidentTable, incident: Incident, execution: str, wait: LockWait
) -> LockWait:
    """Acquire the lock if it is free or its holder has expired.

    Raises:
        ClientError: a request to the table fails; botocore's connection errors too.
    """
    team = incident.team
    record = table.record(team, incident.id)
    if record and not record.open:
        closed_by = record.closed_by or None
        return replace(wait, status=HANDLED, outcome=record.outcome, closed_by=closed_by)
    if record and record.held:
        now = int(time.time())
        table.release_hold(record, record.incident, execution, now=now)
    if wait.wait_timed_out:
        return wait.acquired()
    lock = table.read_lock(team)
    holder = lock.get("holder", "")
    if holder not in ("", execution):
        wait = wait.observed(lock_heartbeat(lock))
        if not wait.holder_expired:
            return keep_waiting(table, incident, execution, wait)
    if not table.acquire_lock(team, execution, expired=wait.heartbeat):
        return keep_waiting(table, incident, execution, wait)
    found = wait.acquired(call_first=lock.get("acknowledged_by", ""))
    return found.acquired_with_delay() if found.call_first and holder != execution else found


def keep_waiting(
    table: IncidentTable, incident: Incident, execution: str, wait: LockWait
) -> LockWait:
    """Renew this execution's claim on its incident, and return how long to wait."""
    table.renew_claim(incident.team, incident.id, execution, now=int(time.time()))
    open_ids = table.open_ids(incident)
    ahead = open_ids.index(incident.id) if incident.id in open_ids else len(open_ids)
    return wait.still_held(execution, ahead)
