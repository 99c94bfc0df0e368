"""Lets AWS services put events on the emulator's bus.

PutEvents accepts no source that begins with `aws.`, and no account or region. An entry with this
module's source has the whole event in its detail instead.
"""

from __future__ import annotations

import json
from typing import Any

#: The source of an entry whose detail is the whole event.
WHOLE_EVENT = "callout.local"


def whole_event_entry(event: dict[str, Any]) -> dict[str, Any]:
    """Return the PutEvents entry for an event as EventBridge delivers it.

    It has the time so that boto3 rejects an invalid one.
    """
    detail = json.dumps(event, ensure_ascii=False)
    return {
        "Source": WHOLE_EVENT,
        "DetailType": "Event",
        "Detail": detail,
        "Time": event["time"],
    }


def accept_whole_events() -> None:
    """Deliver the event in such an entry to the targets of the rules that match it."""
    from ministack.services import eventbridge  # type: ignore[import-untyped]  # noqa: PLC0415

    put_events = eventbridge._put_events  # noqa: SLF001

    def put(data: dict[str, Any], **options: Any) -> Any:  # noqa: ANN401 - the emulator's own
        entries = data.get("Entries", [])
        if [entry.get("Source") for entry in entries] != [WHOLE_EVENT]:
            return put_events(data, **options)
        event = json.loads(entries[0]["Detail"])
        delivered = {
            "EventId": event["id"],
            "Source": event["source"],
            "DetailType": event["detail-type"],
            "Detail": json.dumps(event["detail"]),
            "EventBusName": "default",
            "Time": event["time"],
            "Resources": event["resources"],
            "Account": event["account"],
            "Region": event["region"],
        }
        eventbridge._dispatch_event(delivered)  # noqa: SLF001
        answer = {"FailedEntryCount": 0, "Entries": [{"EventId": event["id"]}]}
        return eventbridge.json_response(answer)

    eventbridge._put_events = put  # noqa: SLF001
