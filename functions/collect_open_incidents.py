"""What the next call says: something has happened since the page was planned."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from adapters.aws_clients import client
from adapters.incident_store import IncidentTable
from adapters.logger import log
from adapters.open_incidents import gathered
from oncall.calls.plan import PagePlan
from oncall.incident import Incident

if TYPE_CHECKING:
    from collections.abc import Mapping

dynamodb = client("dynamodb")


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Gather the open incidents of the team.

    Args:
        event: `incident` (whose execution calls), `plan`, `execution` (ARN).
        _context: not used.

    Returns:
        What is said (oncall/calls/announcement.py).
    """
    incident = Incident.from_state(event["incident"])
    table = IncidentTable(dynamodb, os.environ["INCIDENT_TABLE"])
    said = gathered(table, incident, PagePlan.from_state(event["plan"]), event["execution"])
    log(
        "INFO",
        "incidents gathered",
        incident_id=incident.id,
        covers=said.covers,
        waiting=len(said.waiting),
    )
    return said.to_state()
