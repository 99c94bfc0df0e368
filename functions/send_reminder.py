"""Send the reminder of an acknowledged incident that is not resolved: the event of a new page."""

from collections.abc import Mapping
from typing import Any

from adapters.aws_clients import client
from adapters.incident_store import incident_table
from adapters.logger import log
from oncall import reminder
from oncall.events.callout_page import put_events_entry
from oncall.incident import Incident

dynamodb = client("dynamodb")
events = client("events")

SENT = "reminder sent"


class NotSentError(RuntimeError):
    """EventBridge rejected the event; the message is its error code."""


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Put the reminder's event on the default bus, if the incident still needs one.

    If a later incident has the same dedup key, its execution sends the reminder instead: a
    resolving event resolves the later one.

    Args:
        event: `incident` (the execution's own), `execution` (ARN).

    Returns:
        `reminder_sent`: whether the reminder was sent.

    Raises:
        ClientError: the table or EventBridge fails; botocore's connection errors too.
        NotSentError: EventBridge rejected the event.
    """
    incident = Incident.from_state(event["incident"])
    table = incident_table(dynamodb)
    record = table.record(incident.team, incident.id)
    last = table.dedup_state(incident).incident_id
    if record is None or not reminder.due(record, event["execution"]):
        result = "reminder not needed"
    elif last not in ("", incident.id):
        result = "reminder left to a later incident with the same dedup key"
    else:
        _send(reminder.detail(record))
        result = SENT
    log("INFO", result, incident_id=incident.id)
    return {"reminder_sent": result == SENT}


def _send(detail: Mapping[str, str]) -> None:
    answer = events.put_events(Entries=[put_events_entry(detail)])
    if answer["FailedEntryCount"]:
        raise NotSentError(str(answer["Entries"][0].get("ErrorCode")))
