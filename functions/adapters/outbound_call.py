"""Place a call with StartOutboundVoiceContact, or check, in a drill, that it could be placed."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, ParamValidationError

from adapters.aws_clients import error_code
from oncall.calls.call import FAILED, NOT_ALLOWED, Call, mark_drill_passed, mark_failed, mark_placed
from oncall.calls.readiness import readiness_problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.aws_clients import Client

#: Connect does not dial this number; a retry does not help.
NOT_ALLOWED_ERRORS = {"DestinationNotAllowedException", "OutboundContactNotPermittedException"}

#: Raised for the state machine's Retry, after the SDK has retried.
RETRYABLE_ERRORS = {
    "InternalServiceException",
    "LimitExceededException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",  # not in Connect's model, but was observed
}
SERVER_ERROR = 500


def place(
    connect: Client, call: Call, number: str, attributes: Mapping[str, str], token: str
) -> Call:
    """Place a call; a request that Connect refuses for good is an outcome, not an error."""
    try:
        # RingTimeoutInSeconds is omitted: it works for campaigns only
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
        if is_retryable(error):
            raise
        code = error_code(error)
        return mark_failed(call, NOT_ALLOWED if code in NOT_ALLOWED_ERRORS else FAILED, code)
    except ParamValidationError:
        # The error's message quotes the number.
        return mark_failed(call, FAILED, "the request was not valid")
    placed = mark_placed(call, answer["ContactId"])
    return replace(placed, placed_at=datetime.now(UTC).isoformat(timespec="seconds"))


def check_readiness(connect: Client, call: Call) -> Call:
    """Read what a call would need, without dialing."""
    instance_id = os.environ["CONNECT_INSTANCE_ID"]
    flow_id = os.environ["CONTACT_FLOW_ID"]
    try:
        instance = connect.describe_instance(InstanceId=instance_id)["Instance"]
        flow = connect.describe_contact_flow(InstanceId=instance_id, ContactFlowId=flow_id)
    except ClientError as error:
        if is_retryable(error):
            raise
        return mark_failed(call, FAILED, f"{error.operation_name}: {error_code(error)}")
    except ParamValidationError:
        return mark_failed(call, FAILED, "the instance or the contact flow has no valid id")
    problems = readiness_problems(instance, flow["ContactFlow"])
    return mark_failed(call, FAILED, problems) if problems else mark_drill_passed(call)


def is_retryable(error: ClientError) -> bool:
    """Return whether a retry may succeed."""
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return error_code(error) in RETRYABLE_ERRORS or status >= SERVER_ERROR
