"""Remind of an incident that was acknowledged and is not over: have a page of its own begin."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from adapters.aws_clients import client
from adapters.incident_store import IncidentTable
from adapters.logger import log
from oncall import reminder
from oncall.events.callout_page import SOURCE
from oncall.incident import Incident

if TYPE_CHECKING:
    from collections.abc import Mapping

dynamodb = client("dynamodb")
events = client("events")


class NotSentError(RuntimeError):
    """EventBridge did not take the event; says its word for why."""


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Put the event of a reminder on the default bus, unless there is nothing to be reminded of.

    Of what has happened again since, the later incident reminds: it is the one that a recovered
    alarm resolves.

    Args:
        event: `incident` (the execution's own), `execution` (ARN).
        _context: not used.

    Returns:
        `reminded`: whether people are.

    Raises:
        ClientError: the table or EventBridge does not answer; botocore's connection errors too.
        NotSentError: EventBridge answers, but did not take it.
    """
    incident = Incident.from_state(event["incident"])
    table = IncidentTable(dynamodb, os.environ["INCIDENT_TABLE"])
    record = table.record(incident.team, incident.id)
    last, _ = table.same(incident)
    if record is None or not reminder.due(record, event["execution"]):
        return _said(incident, "nothing to be reminded of")
    if last not in ("", incident.id):
        return _said(incident, "has happened again since, which is reminded of")
    _send(reminder.detail(record))
    return _said(incident, "people are reminded", reminded=True)


def _said(incident: Incident, what: str, *, reminded: bool = False) -> dict[str, object]:
    log("INFO", what, incident_id=incident.id)
    return {"reminded": reminded}


def _send(detail: Mapping[str, str]) -> None:
    entry = {
        "Source": SOURCE,
        "DetailType": "Page",
        "Detail": json.dumps(detail, ensure_ascii=False),
    }
    answer = events.put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        raise NotSentError(str(answer["Entries"][0].get("ErrorCode")))
