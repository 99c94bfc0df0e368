"""Ring one phone: StartOutboundVoiceContact, once per attempt however often it is tried."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from botocore.exceptions import ClientError, ParamValidationError

from clients import client
from logs import log
from oncall.call import FAILED, NOT_ALLOWED, Call, not_placed, placed
from oncall.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Mapping

connect = client("connect")

#: Connect will not dial this number, today or on a retry.
NOT_ALLOWED_ERRORS = {"DestinationNotAllowedException", "OutboundContactNotPermittedException"}

#: Worth another try, so left to the state machine's Retry; the SDK has already retried.
PASSING_ERRORS = {
    "InternalServiceException",
    "LimitExceededException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",  # not in Connect's model, but seen
}
SERVER_ERROR = 500


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Place the planned call and give the progress of the page.

    Args:
        event: `call` (planned), `number` (E.164), `messages` (contact attributes by
            language), `language` (of the summary), `progress`, `incident_id`,
            `execution` (ARN).
        _context: not used.

    Raises:
        ClientError: a fault that may pass; botocore's connection errors likewise.
    """
    call = Call.from_state(event["call"])
    progress = Progress.from_state(event["progress"])
    attributes = event["messages"][call.language]
    token = client_token(event["execution"], call.attempt)
    call = place(call, event["number"], attributes, token)
    log(
        "WARNING" if call.over else "INFO",
        "call not placed" if call.over else "call placed",
        incident_id=event["incident_id"],
        **call.to_state(),
    )
    return progress.after(call, event["language"]).to_state()


def place(call: Call, number: str, attributes: Mapping[str, str], token: str) -> Call:
    """Ask Connect for the call; what it refuses for good is an outcome, not a fault."""
    try:
        # RingTimeoutInSeconds is left out: it has been found to work for campaigns only
        # (dev.classmethod.jp, amazon-connect-ring-timeout-in-seconds), so check_call
        # ends a call that rings too long.
        answer = connect.start_outbound_voice_contact(
            DestinationPhoneNumber=number,
            InstanceId=os.environ["CONNECT_INSTANCE_ID"],
            ContactFlowId=os.environ["CONTACT_FLOW_ID"],
            SourcePhoneNumber=os.environ["SOURCE_PHONE_NUMBER"],
            ClientToken=token,
            Attributes=dict(attributes),
        )
    except ClientError as error:
        code = error.response["Error"]["Code"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if code in PASSING_ERRORS or status >= SERVER_ERROR:
            raise
        return not_placed(call, NOT_ALLOWED if code in NOT_ALLOWED_ERRORS else FAILED, code)
    except ParamValidationError:
        # Its text would quote the number, so it is not passed on.
        return not_placed(call, FAILED, "the request was not valid")
    return placed(call, answer["ContactId"])


def client_token(execution: str, attempt: int) -> str:
    """Make the token that lets Connect know a retry: the same for one attempt, always.

    Valid for seven days, and "if a contact is already started, the contact ID is returned"
    (Connect API reference, StartOutboundVoiceContact).
    """
    return str(uuid5(NAMESPACE_URL, f"{execution}#{attempt}"))
