"""What can be seen of a call: DescribeContact, and the attributes that its flow has set.

For check_call, and for `callout call`, which watches one call from a terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from oncall.calls.call import Sight

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from oncall.calls.call import Call

    #: Told what could not be seen, and why.
    Trouble = Callable[[str, ClientError | BotoCoreError], None]


def look(connect: Any, instance_id: str, call: Call, trouble: Trouble) -> Sight | None:  # noqa: ANN401 - boto3 makes its clients' classes at run time
    """Give what can be seen of a call; None where nothing can.

    Args:
        connect: client of Amazon Connect.
        instance_id: the Connect instance.
        call: as it was when the wait before this look began.
        trouble: told of requests that fail. A look that fails is no fault of the call:
            throttling passes, and a contact may not be found for seconds to minutes after it
            was started (DescribeContact is eventually consistent). The judgement bounds how
            long a call may stay unseen.
    """
    throttled = False
    try:
        contact = connect.describe_contact(ContactId=call.contact_id, InstanceId=instance_id)
        seen: Mapping[str, Any] = contact["Contact"]
    except (ClientError, BotoCoreError) as error:
        trouble("call not seen", error)
        throttled = _throttled(error)
        seen = {}
    connected = "ConnectedToSystemTimestamp" in seen
    ended = "DisconnectTimestamp" in seen
    response = seen.get("Attributes", {}).get("response")
    # Nobody has verified how soon DescribeContact shows what a flow sets, or that somebody has
    # answered; and a contact that it does not know yet may have been answered long since.
    if response is None and (connected or ended or not seen or call.at_ring_limit):
        try:
            answer = connect.get_contact_attributes(
                InitialContactId=call.contact_id, InstanceId=instance_id
            )
            response = answer.get("Attributes", {}).get("response")
        except (ClientError, BotoCoreError) as error:
            trouble("answer not seen", error)
            if ended:  # the last word on it is not to be had yet
                return None
    if not seen and response is None:
        return Sight(throttled=True) if throttled else None
    return Sight(connected, ended, response, seen.get("DisconnectReason", ""))


def _throttled(error: ClientError | BotoCoreError) -> bool:
    """Say whether Connect had too many requests; the second word is not in its model, but seen."""
    words = ("ThrottlingException", "TooManyRequestsException")
    return isinstance(error, ClientError) and error.response["Error"]["Code"] in words
