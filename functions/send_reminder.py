"""Send the reminder of an acknowledged incident that is not resolved: the event of a new page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from adapters.aws_clients import client
from adapters.incident_store import incident_table
from adapters.logger import log
from oncall import reminder
from oncall.events.callout_page import DETAIL_TYPE, SOURCE
from oncall.incident import Incident

if TYPE_CHECKING:
    from collections.abc import Mapping

dynamodb = client("dynamodb")
events = client("events")


class NotSentError(RuntimeError):
    """EventBridge did not take the event; the message is its error code."""


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Put the event of a reminder on the default bus, if the incident still needs one.

    If the same has happened again since, the later incident's execution reminds: it is the one
    that a recovered alarm resolves.

    Args:
        event: `incident` (the execution's own), `execution` (ARN).
        _context: not used.

    Returns:
        `reminded`: whether the reminder was sent.

    Raises:
        ClientError: the table or EventBridge does not answer; botocore's connection errors too.
        NotSentError: EventBridge answers, but did not take it.
    """
    incident = Incident.from_state(event["incident"])
    table = incident_table(dynamodb)
    record = table.record(incident.team, incident.id)
    last, _ = table.latest_for_dedup_key(incident)
    if record is None or not reminder.due(record, event["execution"]):
        return _result(incident, "no reminder needed")
    if last not in ("", incident.id):
        return _result(incident, "no reminder: the same has happened again since")
    _send(reminder.detail(record))
    return _result(incident, "reminder sent", reminded=True)


def _result(incident: Incident, message: str, *, reminded: bool = False) -> dict[str, object]:
    log("INFO", message, incident_id=incident.id)
    return {"reminded": reminded}


def _send(detail: Mapping[str, str]) -> None:
    entry = {
        "Source": SOURCE,
        "DetailType": DETAIL_TYPE,
        "Detail": json.dumps(detail, ensure_ascii=False),
    }
    answer = events.put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        raise NotSentError(str(answer["Entries"][0].get("ErrorCode")))
