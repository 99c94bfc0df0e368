"""See what has become of a call: DescribeContact; end one that rang or talked too long."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from clients import client
from logs import log
from looking import look
from metrics import Measure, Metric, call_over, measured
from oncall.call import Call, judge
from oncall.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Mapping

connect = client("connect")


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Look at the current call and give the progress of the page.

    Args:
        event: `progress`, `language` (of the summary), `incident_id`, `execution` (ARN);
            for metrics only: `started` (ISO 8601), `planned` (how many calls).
        _context: not used.
    """
    progress = Progress.from_state(event["progress"])
    call = Call.from_state(event["progress"]["call"])
    incident_id = event["incident_id"]
    trouble = partial(warn, incident_id=incident_id)
    verdict = judge(call, look(connect, os.environ["CONNECT_INSTANCE_ID"], call, trouble))
    if verdict.hang_up:
        hang_up(call.contact_id, incident_id)
    progress = progress.after(verdict.call, event["language"])
    over = verdict.call.over
    measures = call_over(progress, event.get("started"), event.get("planned")) if over else []
    log(
        "INFO",
        "call checked",
        incident_id=incident_id,
        **verdict.call.to_state(),
        **measured(*measures),
    )
    return progress.to_state()


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
