"""Turn an event into an incident, open it, and acquire the team lock if it is free."""

import os
import time
from collections.abc import Mapping
from typing import Any

from adapters.acquire_lock import try_at_once
from adapters.aws_clients import client
from adapters.logger import log
from adapters.metrics import Datum, Metric, emf_fields
from adapters.page_hold import apply_hold
from adapters.register_incident import DUPLICATE, ENDED, REMINDER_CLAIMED, open_in_table
from adapters.roster_reader import has_roster
from adapters.warm_up import warm_up_place_call
from oncall import reminder
from oncall.events.parse_event import incident_from_event
from oncall.events.trigger_metadata import (
    apply_trigger_overrides,
    assign_team,
    dedup_fields,
    mark_drill,
    mark_elsewhere,
    unwrap,
)
from oncall.hold import HoldWait
from oncall.incident import Incident
from oncall.repeat import COUNTED
from oncall.team_lock import HELD, NOT_TRIED, LockWait

dynamodb = client("dynamodb")
ssm = client("ssm", quick=True)
lambda_client = client("lambda", quick=True)

#: What an event is that calls nobody.
SUPPRESSED = (COUNTED, DUPLICATE, REMINDER_CLAIMED)

#: Seconds after which it leaves the lock to acquire_team_lock, to end before its own timeout.
LOCK_DEADLINE = 5


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Open the incident.

    Args:
        event: `event` (the input of the execution: an event, or one wrapped by its trigger),
            `execution` (ARN), `started` (ISO 8601).

    Returns:
        `incident`; `duplicate`: another execution is or was responsible for it; `recovered`: it
        resolves another incident, or is about a resolved one; `hold` (oncall/hold.py);
        `team_lock` (oncall/team_lock.py).
    """
    execution, began = event["execution"], time.monotonic()
    delivered, trigger = unwrap(event["event"])
    incident = incident_from_event(
        delivered,
        fallback_id=execution.rsplit(":", 1)[-1],
        fallback_time=event["started"],
        dedup_fields=dedup_fields(trigger),
    )
    incident = assign_team(
        apply_trigger_overrides(incident, delivered, trigger),
        os.environ["TEAMS"].split(","),
        os.environ["FALLBACK_TEAM"],
        lambda team: has_roster(ssm, dynamodb, team),
    )
    incident = mark_elsewhere(mark_drill(incident, delivered), execution)
    incident, status = open_in_table(dynamodb, incident, reminder.read(delivered), event)
    incident, status, hold = apply_hold(ssm, dynamodb, incident, status, event)
    lock = LockWait(HELD if incident.drill else NOT_TRIED)  # a drill needs none
    pages = status not in (*SUPPRESSED, *ENDED) and not incident.drill and hold == HoldWait()
    if pages and time.monotonic() - began < LOCK_DEADLINE:
        lock = try_at_once(dynamodb, incident, execution)
    if lock.status == HELD:
        warm_up_place_call(lambda_client)
    details = {"kind": incident.kind, "team": incident.team, "drill": incident.drill}
    metrics = incident_metrics(incident, status)
    log("INFO", status, incident_id=incident.id, execution=execution, **details, **metrics)
    return {
        "incident": incident.to_state(),
        "duplicate": status in SUPPRESSED,
        "recovered": status in ENDED,
        "hold": hold.to_state(),
        "team_lock": lock.to_state(),
    }


def incident_metrics(incident: Incident, status: str) -> dict[str, object]:
    """Return the metric of a page or of a duplicate; none for a drill or a resolved incident."""
    if incident.drill or status in ENDED:
        return {}
    return emf_fields(Datum(Metric.DUPLICATES if status in SUPPRESSED else Metric.PAGES))
