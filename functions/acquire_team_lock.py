"""Take the team's line, so that one call at a time is made; or say how long to wait for it."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from adapters.aws_clients import client
from adapters.incident_store import IncidentTable
from adapters.logger import log
from adapters.metrics import Measure, Metric, measured
from adapters.team_lock_store import beat_of
from oncall.incident import Incident
from oncall.team_lock import HANDLED, Waiting

if TYPE_CHECKING:
    from collections.abc import Mapping

dynamodb = client("dynamodb")


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Look at the line.

    Args:
        event: `incident`, `line` (what this answered before), `execution` (ARN).
        _context: not used.

    Returns:
        The line as this execution finds it (oncall/team_lock.py).
    """
    incident = Incident.from_state(event["incident"])
    execution = event["execution"]
    waiting = Waiting.from_state(event["line"]).passed()
    try:
        table = IncidentTable(dynamodb, os.environ["INCIDENT_TABLE"])
        found = looked(table, incident, execution, waiting)
    except (ClientError, BotoCoreError) as error:
        log(
            "ERROR",
            "incident table not available, line not seen",
            incident_id=incident.id,
            reason=type(error).__name__,
            **measured(Measure(Metric.FAULTS)),
        )
        found = waiting.blinded(execution)
    log("INFO", f"line {found.status}", incident_id=incident.id, **found.to_state())
    return found.to_state()


def looked(table: IncidentTable, incident: Incident, execution: str, waiting: Waiting) -> Waiting:
    """Take the line where it is free, and say what was found."""
    team = incident.team
    record = table.record(team, incident.id)
    if record and not record.open:
        by = record.handled_by or None
        return replace(waiting, status=HANDLED, outcome=record.outcome, by=by)
    if waiting.long_enough:
        return waiting.held()
    line = table.line(team)
    holder = line.get("holder", {}).get("S", "")
    if holder not in ("", execution):
        waiting = waiting.seen(beat_of(line))
        if not waiting.holder_is_dead:
            return still_waiting(table, incident, execution, waiting)
    if not table.take_line(team, execution, unless=waiting.beat):
        return still_waiting(table, incident, execution, waiting)
    found = waiting.held(first=line.get("acknowledged_by", {}).get("S", ""))
    return waiting.after_a_breath() if found.first and holder != execution else found


def still_waiting(
    table: IncidentTable, incident: Incident, execution: str, waiting: Waiting
) -> Waiting:
    """Say that this execution lives, and wait on."""
    table.renew_claim(incident.team, incident.id, execution, now=int(time.time()))
    now_open = table.open_ids(incident)
    ahead = now_open.index(incident.id) if incident.id in now_open else len(now_open)
    return waiting.busy(execution, ahead)
