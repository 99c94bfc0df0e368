"""See what has become of a call: DescribeContact; end one that rang or talked too long."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from clients import client
from logs import log
from metrics import Measure, Metric, call_over, measured
from oncall.call import Call, Sight, judge
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
    # At the ring limit somebody may have answered without DescribeContact showing it yet.
    last = call.waited_seconds + call.wait_seconds >= call.ring_seconds
    verdict = judge(call, look(call.contact_id, incident_id, thoroughly=last))
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


def look(contact_id: str, incident_id: str, *, thoroughly: bool = False) -> Sight | None:
    """Give what can be seen of the contact; None where nothing can.

    Args:
        contact_id: Connect's id of the call.
        incident_id: for the log.
        thoroughly: ask for the answer although nobody seems to have picked up.

    A look that fails is no fault of the call: throttling passes, and a contact may not be
    found for seconds to minutes after it was started (DescribeContact is eventually
    consistent). The judgement bounds how long a call may stay unseen.
    """
    contact = described(contact_id, incident_id)
    connected = "ConnectedToSystemTimestamp" in contact
    ended = "DisconnectTimestamp" in contact
    response = contact.get("Attributes", {}).get("response")
    reason = contact.get("DisconnectReason", "")
    # Nobody has verified how soon DescribeContact shows what a flow sets, and a contact that it
    # does not know yet may have been answered long since.
    if response is None and (connected or ended or thoroughly or not contact):
        attributes = attributes_of(contact_id, incident_id)
        if attributes is None and ended:  # the last word on it is not to be had yet
            return None
        response = (attributes or {}).get("response")
    if not contact and response is None:
        return None
    return Sight(connected, ended, response, reason)


def described(contact_id: str, incident_id: str) -> Mapping[str, Any]:
    """Give the contact as DescribeContact shows it; empty where it does not."""
    try:
        answer = connect.describe_contact(
            ContactId=contact_id, InstanceId=os.environ["CONNECT_INSTANCE_ID"]
        )
    except (ClientError, BotoCoreError) as error:
        warn("call not seen", incident_id, error)
        return {}
    contact: Mapping[str, Any] = answer["Contact"]
    return contact


def attributes_of(contact_id: str, incident_id: str) -> Mapping[str, str] | None:
    """Give the contact's attributes; None where they cannot be read."""
    try:
        answer = connect.get_contact_attributes(
            InitialContactId=contact_id, InstanceId=os.environ["CONNECT_INSTANCE_ID"]
        )
    except (ClientError, BotoCoreError) as error:
        warn("answer not seen", incident_id, error)
        return None
    attributes: Mapping[str, str] = answer.get("Attributes", {})
    return attributes


def hang_up(contact_id: str, incident_id: str) -> None:
    """End the call. That it has ended by itself, or cannot be ended, changes nothing."""
    try:
        connect.stop_contact(ContactId=contact_id, InstanceId=os.environ["CONNECT_INSTANCE_ID"])
    except connect.exceptions.ContactNotFoundException:
        log("INFO", "call had ended by itself", incident_id=incident_id)
    except (ClientError, BotoCoreError) as error:
        warn("call not ended", incident_id, error)


def warn(message: str, incident_id: str, error: ClientError | BotoCoreError) -> None:
    """Log and count what Connect did not do."""
    fault = measured(Measure(Metric.FAULTS))
    log("WARNING", message, incident_id=incident_id, reason=reason_of(error), **fault)


def reason_of(error: ClientError | BotoCoreError) -> str:
    """Name an AWS error without its text, which may quote the request."""
    if isinstance(error, ClientError):
        return str(error.response["Error"]["Code"])
    return type(error).__name__
