"""Collect the open incidents for the next call, if they changed since the page was planned."""

from collections.abc import Mapping
from typing import Any

from adapters.aws_clients import client
from adapters.incident_store import incident_table
from adapters.logger import log
from adapters.open_incidents import collect_open_incidents
from oncall.calls.call import PagePlan
from oncall.incident import Incident

dynamodb = client("dynamodb")


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Collect the team's open incidents, and return the announcement of the next call.

    Args:
        event: `incident` (the execution's own), `plan`, `execution` (ARN).
    """
    incident = Incident.from_state(event["incident"])
    _, announcement = collect_open_incidents(
        incident_table(dynamodb), incident, PagePlan.from_state(event["plan"]), event["execution"]
    )
    log(
        "INFO",
        "open incidents collected",
        incident_id=incident.id,
        announced=announcement.announced_incident_ids,
        deferred=len(announcement.deferred_incident_ids),
    )
    return announcement.to_state()
