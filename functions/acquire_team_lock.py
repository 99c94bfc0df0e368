"""Acquire the team lock, so that one call at a time is made, or return how long to wait."""

from collections.abc import Mapping
from typing import Any

from adapters.acquire_lock import try_acquire
from adapters.aws_clients import client
from adapters.incident_store import incident_table
from adapters.logger import log
from adapters.metrics import tolerate_aws_errors
from oncall.incident import Incident
from oncall.team_lock import LockWait

dynamodb = client("dynamodb")


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Try to acquire the team lock, and return the state `team_lock` (oncall/team_lock.py).

    Args:
        event: `incident`, `team_lock` (as last returned), `execution` (ARN).
    """
    incident = Incident.from_state(event["incident"])
    execution = event["execution"]
    wait = LockWait.from_state(event["team_lock"]).after_wait()
    found = wait.after_failed_read(execution)
    with tolerate_aws_errors("team lock not read", incident.id, "ERROR"):
        found = try_acquire(incident_table(dynamodb), incident, execution, wait)
    log("INFO", f"team lock {found.status}", incident_id=incident.id, **found.to_state())
    return found.to_state()
