"""What Amazon Connect knows of a call: DescribeContact, and the attributes that the flow set.

For check_call, and for `callout call`, which watches one call from a terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.aws_errors import AWS_ERRORS, error_code, log_aws_error
from adapters.logger import log
from oncall.calls.call import ContactSnapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from adapters.aws_errors import AwsError
    from oncall.calls.call import Call

    #: Called with what failed, and the error.
    OnError = Callable[[str, AwsError], None]

#: The second code is not in Connect's model, but was seen.
THROTTLING_ERRORS = ("ThrottlingException", "TooManyRequestsException")


def get_contact_snapshot(
    connect: Any,  # noqa: ANN401 - boto3 makes its clients' classes at run time
    instance_id: str,
    call: Call,
    on_error: OnError,
) -> ContactSnapshot | None:
    """Return what Connect shows of a call; None if it shows nothing.

    Args:
        connect: client of Amazon Connect.
        instance_id: the Connect instance.
        call: as it was when the wait before this poll began.
        on_error: called with requests that fail. A failed poll is not a failed call: throttling
            passes, and a contact may not be found for seconds to minutes after it was started
            (DescribeContact is eventually consistent). `evaluate_call` limits how long a call
            may stay unseen.
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
    # Unverified: how soon DescribeContact shows what a flow sets, or that the call was answered;
    # and a contact that it does not know yet may have been answered already.
    if key is None and (connected or ended or not contact or call.at_ring_limit):
        try:
            answer = connect.get_contact_attributes(
                InitialContactId=call.contact_id, InstanceId=instance_id
            )
            key = answer.get("Attributes", {}).get("response")
        except AWS_ERRORS as error:
            on_error("contact attributes not read", error)
            if ended:  # whether a key was pressed is not known yet
                return None
    if not contact and key is None:
        return ContactSnapshot(throttled=True) if throttled else None
    return ContactSnapshot(connected, ended, key, contact.get("DisconnectReason", ""))


def hang_up(connect: Any, instance_id: str, contact_id: str, incident_id: str) -> None:  # noqa: ANN401 - as above
    """End a call. It does not matter if it has already ended, or cannot be ended."""
    try:
        connect.stop_contact(ContactId=contact_id, InstanceId=instance_id)
    except connect.exceptions.ContactNotFoundException:
        log("INFO", "call had already ended", incident_id=incident_id)
    except AWS_ERRORS as error:
        log_aws_error("WARNING", "call not ended", error, incident_id=incident_id)
