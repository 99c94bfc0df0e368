"""Place one call with StartOutboundVoiceContact; a retry of the function places no second call.

A drill does not dial: it checks that a call could be placed.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from adapters.aws_clients import AWS_ERRORS, client
from adapters.heartbeat import send_heartbeat
from adapters.incident_store import incident_table
from adapters.logger import log
from adapters.metrics import Datum, Metric, call_finished, call_placed, emf_fields, log_aws_error
from adapters.outbound_call import check_readiness, place
from oncall.calls.call import DRILLED, RINGING, Call, Progress

if TEXTS := os.environ.get("TEXTS"):  # the setting notifications.texts
    from adapters.text_messages import send_text

if TYPE_CHECKING:
    from collections.abc import Mapping

connect = client("connect")
# A page does not wait for a heartbeat: one quick try.
dynamodb = client("dynamodb", quick=True)

#: Log messages of calls that succeeded; any other call was not placed.
SUCCESSES = {RINGING: "call placed", DRILLED: "drill succeeded"}


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Place the planned call and return the progress of the page.

    Args:
        event: `call` (planned), `number` (E.164), `messages` (contact attributes by
            language), `language` (of the summary), `progress`, `incident_id`,
            `execution` (ARN), `team`; for metrics only: `started` (ISO 8601), `planned_calls`
            (number of calls); for text messages: `texts` (by language, without the link),
            `announced_incident_ids`.

    Raises:
        ClientError: a retry may succeed; botocore's connection errors too.
    """
    if event.get("warm_up"):  # adapters/warm_up.py
        return Progress().to_state()
    call = Call.from_state(event["call"])
    progress = Progress.from_state(event["progress"])
    attributes = event["messages"][call.language]
    if progress.reason and not call.drill:
        keep_lock(event)
    token = client_token(event["execution"], call.attempt)
    try:
        if call.drill:
            call = check_readiness(connect, call)
        else:
            call = place(connect, call, event["number"], attributes, token)
    except AWS_ERRORS as error:
        log_aws_error("WARNING", "Connect failed", error, incident_id=event["incident_id"])
        raise
    if TEXTS and call.text and call.outcome == RINGING:
        send_text(call, event)
    progress = replace(progress, has_new_incidents=False).after(call, event["language"])
    log(
        "INFO" if call.outcome in SUCCESSES else "WARNING",
        SUCCESSES.get(call.outcome, "call not placed"),
        incident_id=event["incident_id"],
        **call.to_state(),
        **call_metrics(progress, call, event),
    )
    return progress.to_state()


def keep_lock(event: Mapping[str, Any]) -> None:
    """Send a heartbeat after a call that could not be placed or watched, so that the lock is kept.

    check_call sends it while it polls; without polls, several such calls would outlast the lease.
    """
    table = incident_table(dynamodb)
    send_heartbeat(table, event["team"], event["incident_id"], event["execution"])


def call_metrics(progress: Progress, call: Call, event: Mapping[str, Any]) -> dict[str, object]:
    """Return the metrics of the call so far."""
    if call.drill:
        return emf_fields(Datum(Metric.DRILL_SUCCEEDED)) if call.outcome == DRILLED else {}
    if call.is_finished:
        started, planned_calls = event.get("started"), event.get("planned_calls")
        return emf_fields(*call_finished(progress, started, planned_calls))
    return emf_fields(*call_placed(progress, event.get("started")))


def client_token(execution: str, attempt: int) -> str:
    """Return the token by which Connect recognizes a retry: always the same for one attempt.

    Valid for seven days, and "if a contact is already started, the contact ID is returned"
    (Connect API reference, StartOutboundVoiceContact).
    """
    return str(uuid5(NAMESPACE_URL, f"{execution}#{attempt}"))
