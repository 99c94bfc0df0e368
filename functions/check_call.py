"""Poll a call until it changes; end it if it takes too long or its incidents were closed."""

import math
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from adapters.aws_clients import client
from adapters.close_incidents import confirm_key
from adapters.connect import get_contact_snapshot, hang_up
from adapters.heartbeat import send_heartbeat
from adapters.incident_store import incident_table
from adapters.logger import log
from adapters.metrics import call_finished, emf_fields, log_aws_error
from adapters.refresh_open_incidents import refresh_open_incidents, repeats_text
from oncall.calls.call import Call, Progress
from oncall.calls.call_evaluation import evaluate_call, should_keep_polling, wait_outside
from oncall.incident import Incident
from oncall.team_lock import heartbeat_due

connect = client("connect")
dynamodb = client("dynamodb", quick=True)


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Poll the current call until it changes, and return the progress of the page.

    Args:
        event: `progress`, `language` (of the summary), `incident`, `announced_incident_ids` (by
            this call), `deferred_incident_ids` (of others that were open then), `snapshots` (of
            both, as announced), `execution` (ARN), `retries` (RetryCount of the context object);
            for metrics only: `started` (ISO 8601), `planned_calls` (number of calls).
    """
    progress, call = poll_until_changed(event)
    call = replace(call, wait_seconds=math.ceil(call.wait_seconds))  # a Wait state needs an integer
    table = incident_table(dynamodb)
    repeats = repeats_text(table, progress, event) if call.is_finished else ""
    progress, call, others = confirm_key(table, progress, call, event)
    progress = progress.after(call, event["language"], repeats)
    fields = call.to_state()
    if call.is_finished:
        data = call_finished(progress, event.get("started"), event.get("planned_calls"), others)
        fields |= emf_fields(*data)
    log("INFO", "call checked", incident_id=event["incident"]["id"], **fields)
    return progress.to_state()


def poll_until_changed(event: Mapping[str, Any]) -> tuple[Progress, Call]:
    """Poll the call, with waits in between, for as long as one invocation may."""
    progress = Progress.from_state(event["progress"])
    before = call = Call.from_state(event["progress"]["call"])
    polled_seconds = 0.0
    while True:
        began = time.monotonic()
        progress, call = poll_once(progress, call, event)
        took = time.monotonic() - began
        if call.is_finished:
            return progress, call
        # A poll that takes longer than the wait after it adds whole seconds to the time waited.
        late = max(0, math.ceil(took - call.wait_seconds))
        call = replace(call, waited_seconds=call.waited_seconds + late)
        polled_seconds += late
        if late:
            time.sleep(call.wait_seconds + late - took)
        if event.get("retries"):  # functions are scarce: let another run (docs/decisions/026)
            return progress, wait_outside(call)
        if not should_keep_polling(before, call, polled_seconds):
            return progress, call
        if not late:
            time.sleep(call.wait_seconds - took)
        polled_seconds += call.wait_seconds


def poll_once(progress: Progress, before: Call, event: Mapping[str, Any]) -> tuple[Progress, Call]:
    """Poll the call once, and end it if it is due to end."""
    incident = Incident.from_state(event["incident"])
    instance_id = os.environ["CONNECT_INSTANCE_ID"]
    on_error = partial(log_aws_error, "WARNING", incident_id=incident.id)
    result = evaluate_call(before, get_contact_snapshot(connect, instance_id, before, on_error))
    call, table = result.call, incident_table(dynamodb)
    progress = refresh_open_incidents(table, progress, incident, event)
    if heartbeat_due(before.waited_seconds, call.waited_seconds) and not call.is_acknowledged:
        send_heartbeat(table, incident.team, incident.id, event["execution"])
    if result.should_hang_up or (progress.handled_elsewhere["outcome"] and not call.is_finished):
        hang_up(connect, instance_id, call.contact_id, incident.id)
    call = call if call.is_acknowledged else progress.ending(call)  # confirm_key decides on key 1
    if call.is_finished:
        call = replace(call, ended_at=datetime.now(UTC).isoformat(timespec="seconds"))
    return progress, call
