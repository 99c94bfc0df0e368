"""Poll and end a call: DescribeContact, GetContactAttributes and StopContact.

For check_call, and for `callout call`, which shows one call in a terminal.
"""

from collections.abc import Callable, Mapping
from typing import Any

from adapters.aws_clients import AWS_ERRORS, AwsError, Client, error_code
from adapters.logger import log
from adapters.metrics import log_aws_error
from oncall.calls.call import Call
from oncall.calls.call_evaluation import ContactSnapshot

#: The second code is not in Connect's model, but was observed.
THROTTLING_ERRORS = ("ThrottlingException", "TooManyRequestsException")


def get_contact_snapshot(
    connect: Client, instance_id: str, call: Call, on_error: Callable[[str, AwsError], None]
) -> ContactSnapshot | None:
    """Poll a call once; return None if the poll failed.

    A failed poll is not a failed call: throttling passes, and DescribeContact, which is eventually
    consistent, may not find a contact for seconds to minutes after it was started. `evaluate_call`
    limits how long polls may fail. `call` is as it was when the wait before this poll began.
    """
    throttled = False
    try:
        response = connect.describe_contact(ContactId=call.contact_id, InstanceId=instance_id)
        contact: Mapping[str, Any] = response["Contact"]
    except AWS_ERRORS as error:
        on_error("contact not described", error)
        throttled = error_code(error) in THROTTLING_ERRORS
        contact = {}
    connected = "ConnectedToSystemTimestamp" in contact
    ended = "DisconnectTimestamp" in contact
    key = contact.get("Attributes", {}).get("response")
    # Unverified: how soon DescribeContact shows the attributes that a flow sets, or that the call
    # was answered. A contact that it does not find yet may have been answered already.
    if key is None and (connected or ended or not contact or call.at_ring_limit):
        try:
            answer = connect.get_contact_attributes(
                InitialContactId=call.contact_id, InstanceId=instance_id
            )
            key = answer.get("Attributes", {}).get("response")
        except AWS_ERRORS as error:
            on_error("contact attributes not read", error)
            if ended:  # a key may have been pressed
                return None
    if not contact and key is None:
        return ContactSnapshot(throttled=True) if throttled else None
    reason = contact.get("DisconnectReason", "")
    return ContactSnapshot(connected, ended, key, reason, ended_after=_ended_after(contact))


def _ended_after(contact: Mapping[str, Any]) -> float | None:
    """Return the seconds from the start of a contact to its end, by Connect's clock.

    Unverified: whether the times have fractions. Of whole seconds, the end is rounded up.
    """
    try:
        ended, began = contact["DisconnectTimestamp"], contact["InitiationTimestamp"]
    except KeyError:
        return None
    seconds: float = (ended - began).total_seconds()
    return seconds if ended.microsecond else seconds + 1


def hang_up(connect: Client, instance_id: str, contact_id: str, incident_id: str) -> None:
    """End a call; if it has already ended, or cannot be ended, only log that."""
    try:
        connect.stop_contact(ContactId=contact_id, InstanceId=instance_id)
    except connect.exceptions.ContactNotFoundException:
        log("INFO", "call had already ended", incident_id=incident_id)
    except AWS_ERRORS as error:
        log_aws_error("WARNING", "call not ended", error, incident_id=incident_id)
