"""Compare a call in progress with the incidents that are open by now."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.incident_store import MAX_OPEN, IncidentTable
from adapters.logger import log
from adapters.metrics import tolerate_aws_errors
from oncall.calls.call import Progress
from oncall.incident import Incident
from oncall.incident_record import ACKNOWLEDGED, RESOLVED


def refresh_open_incidents(
    table: IncidentTable, progress: Progress, incident: Incident, event: Mapping[str, Any]
) -> Progress:
    """Return the progress with what changed since the call began; unchanged if the table fails.

    The ids in the event are those from the beginning of the call.
    """
    with tolerate_aws_errors("open incidents not read", incident.id):
        return _refresh(table, progress, incident, event)
    return progress


def _refresh(
    table: IncidentTable, progress: Progress, incident: Incident, event: Mapping[str, Any]
) -> Progress:
    announced, open_ids = event["announced_incident_ids"], table.open_snapshots(incident)
    if open_ids is None:
        log("INFO", "test ended in favor of a real incident", incident_id=incident.id)
        return progress.ended_elsewhere(RESOLVED, None)
    # An incident missing from a full result may still be open.
    complete = len(open_ids) < MAX_OPEN
    closed = set(announced) - open_ids.keys() if complete else set()
    opened = not open_ids.keys() <= {*announced, *event["deferred_incident_ids"]}
    page = {incident.id, *announced}
    all_closed = complete and not page.intersection(open_ids)
    # A held incident is missing too, and so is one that was never written: only the records show
    # that the incidents were closed.
    records = {each: table.record(incident.team, each) for each in page} if all_closed else {}
    still_open = any(record.open for record in records.values() if record)
    record = None if still_open else records.get(incident.id)
    # Do not hang up because another execution gave up: someone may be listening.
    if record and record.outcome in (ACKNOWLEDGED, RESOLVED):
        return progress.ended_elsewhere(record.outcome, record.closed_by or None)
    # An execution that began before a deployment has no snapshots.
    repeated = any(
        tuple(snapshot) != open_ids.get(incident_id, tuple(snapshot))
        for incident_id, snapshot in event.get("snapshots", {}).items()
    )
    changed = opened or repeated or bool(closed - {incident.id})
    return replace(progress, has_new_incidents=changed)


def repeats_text(table: IncidentTable, progress: Progress, event: Mapping[str, Any]) -> str:
    """Return the details of events that arrived during the call, to append; "" if there are none.

    The notification has what the call announced; a next call announces the rest.
    """
    if not progress.has_new_incidents:
        return ""
    from oncall.messages.email import repeated_details  # noqa: PLC0415 - it loads time zones

    incident, snapshots = Incident.from_state(event["incident"]), event.get("snapshots", {})
    repeated: list[tuple[Incident, int]] = []
    with tolerate_aws_errors("repeated incidents not read", incident.id):
        repeated = [
            (record.incident, record.count)
            for record in table.open_incidents(incident)
            if record.incident.id in event["announced_incident_ids"]
            and record.count > snapshots.get(record.incident.id, ("", record.count))[1]
        ]
    return repeated_details(repeated, event["language"])
