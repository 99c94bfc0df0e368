"""See what becomes of a call: DescribeContact; end one that rang or talked too long.

Or one that is about what somebody has handled meanwhile, which the incident table knows. An
invocation stays with the call for some looks, as long as nothing changes.
"""

from __future__ import annotations

import math
import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from adapters.aws_clients import client
from adapters.connect import look
from adapters.incident_store import MOST_OPEN, IncidentTable
from adapters.logger import log
from adapters.metrics import Measure, Metric, call_over, measured
from oncall.calls.call import ACKNOWLEDGED, HANDLED, Call, judge, stays
from oncall.calls.progress import Progress
from oncall.incident import Incident
from oncall.incident_record import RESOLVED
from oncall.team_lock import beat_is_due

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.connect import Trouble

connect = client("connect")
dynamodb = client("dynamodb", quick=True)


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Look at the current call, more than once, and give the progress of the page.

    Args:
        event: `progress`, `language` (of the summary), `incident`, `covers` (ids of the
            incidents that the call speaks), `waiting` (of others that were open then),
            `execution` (ARN); for metrics only: `started` (ISO 8601), `planned` (how many calls).
        _context: not used.
    """
    progress = Progress.from_state(event["progress"])
    first = call = Call.from_state(event["progress"]["call"])
    stayed = 0
    while True:
        began = time.monotonic()
        progress, call = looked_at(progress, call, event)
        took = time.monotonic() - began
        if call.over:
            break
        # A look that takes longer than the wait after it is time that passes too.
        late = max(0, math.ceil(took) - call.wait_seconds)
        call = replace(call, waited_seconds=call.waited_seconds + late)
        stayed += late
        if not stays(first, call, stayed):
            break
        time.sleep(max(0.0, call.wait_seconds - took))
        stayed += call.wait_seconds
    progress = progress.after(call, event["language"])
    measures = call_over(progress, event.get("started"), event.get("planned")) if call.over else []
    log(
        "INFO",
        "call checked",
        incident_id=event["incident"]["id"],
        **call.to_state(),
        **measured(*measures),
    )
    return progress.to_state()


def looked_at(progress: Progress, before: Call, event: Mapping[str, Any]) -> tuple[Progress, Call]:
    """Look at the call once; end it where that is due."""
    incident = Incident.from_state(event["incident"])
    trouble = partial(warn, incident_id=incident.id)
    verdict = judge(before, look(connect, os.environ["CONNECT_INSTANCE_ID"], before, trouble))
    call = verdict.call
    # A key counts above everything: whoever pressed it has heard that the incident is theirs.
    if call.outcome != ACKNOWLEDGED and not call.drill:
        progress = surveyed(progress, incident, event, trouble)
        keep(incident, event["execution"], trouble, before, call)
    ended_elsewhere = bool(progress.handled["outcome"])
    if verdict.hang_up or (ended_elsewhere and not call.over):
        hang_up(call.contact_id, incident.id)
    if ended_elsewhere:
        call = replace(call, outcome=HANDLED, reason="", wait_seconds=0)
    if call.over:
        call = replace(call, ended_at=datetime.now(UTC).isoformat(timespec="seconds"))
    return progress, call


def surveyed(
    progress: Progress, incident: Incident, event: Mapping[str, Any], trouble: Trouble
) -> Progress:
    """See in the table whether the call is about something still, and whether more has come.

    A table that fails shows neither: the call goes on.
    """
    covers, waiting = event["covers"], event["waiting"]
    try:
        table = IncidentTable(dynamodb, os.environ["INCIDENT_TABLE"])
        if incident.test and table.open_ids(replace(incident, test=False)):
            log("INFO", "a test gives way to what really happened", incident_id=incident.id)
            return replace(progress, handled={"outcome": RESOLVED, "by": None}, more=False)
        now_open = table.open_ids(incident)
        # Of more than are looked at, one that is missing may be open all the same.
        gone = set(covers) - set(now_open) if len(now_open) < MOST_OPEN else set()
        more = not set(now_open) <= {*covers, *waiting} or bool(gone - {incident.id})
        over = len(now_open) < MOST_OPEN and not {incident.id, *covers}.intersection(now_open)
        # Missing is also what was never entered: only a record says that it has been handled.
        record = table.record(incident.team, incident.id) if over else None
    except (ClientError, BotoCoreError) as error:
        trouble("open incidents not seen", error)
        return progress
    # That another execution has given it up is no reason to: somebody may be listening.
    if record and record.outcome in (ACKNOWLEDGED, RESOLVED):
        handled = {"outcome": record.outcome, "by": record.handled_by or None}
        return replace(progress, handled=handled, more=False)
    return replace(progress, more=more)


def keep(incident: Incident, execution: str, trouble: Trouble, before: Call, call: Call) -> None:
    """Let those that wait for the line know that this one is alive."""
    if not beat_is_due(before.waited_seconds, call.waited_seconds):
        return
    try:
        table = IncidentTable(dynamodb, os.environ["INCIDENT_TABLE"])
        kept = table.keep_line(incident.team, execution)
        table.renew_claim(incident.team, incident.id, execution, now=int(time.time()))
    except (ClientError, BotoCoreError) as error:
        trouble("line not kept", error)
        return
    if not kept:
        # The table has failed before, or this was taken for dead. The phone rings already.
        log("WARNING", "calling without the line", incident_id=incident.id)


def hang_up(contact_id: str, incident_id: str) -> None:
    """End the call. That it has ended by itself, or cannot be ended, changes nothing."""
    try:
        connect.stop_contact(ContactId=contact_id, InstanceId=os.environ["CONNECT_INSTANCE_ID"])
    except connect.exceptions.ContactNotFoundException:
        log("INFO", "call had ended by itself", incident_id=incident_id)
    except (ClientError, BotoCoreError) as error:
        warn("call not ended", error, incident_id=incident_id)


def warn(message: str, error: ClientError | BotoCoreError, *, incident_id: str) -> None:
    """Log and count what Connect did not do."""
    fault = measured(Measure(Metric.FAULTS))
    log("WARNING", message, incident_id=incident_id, reason=reason_of(error), **fault)


def reason_of(error: ClientError | BotoCoreError) -> str:
    """Name an AWS error without its text, which may quote the request."""
    if isinstance(error, ClientError):
        return str(error.response["Error"]["Code"])
    return type(error).__name__
