"""What the next call says: something has happened since the page was planned."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from clients import client
from gathering import gathered
from incident_table import IncidentTable
from logs import log
from oncall.incident import Incident
from oncall.page import PagePlan

if TYPE_CHECKING:
    from collections.abc import Mapping

dynamodb = client("dynamodb")


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Gather the open incidents of the team.

    Args:
        event: `incident` (whose execution calls), `plan`, `execution` (ARN).
        _context: not used.

    Returns:
        What is said (oncall/said.py).
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
