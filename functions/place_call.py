"""Ring one phone: StartOutboundVoiceContact, once per attempt however often it is tried.

In a drill nobody is dialled: what a call needs is read instead.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from adapters.aws_clients import client
from adapters.logger import log
from adapters.metrics import Measure, Metric, call_over, call_placed, measured
from oncall.calls.call import (
    DRILLED,
    FAILED,
    NOT_ALLOWED,
    RINGING,
    Call,
    drilled,
    not_placed,
    placed,
)
from oncall.calls.progress import Progress
from oncall.calls.readiness import trouble

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

#: What the log says of a call that came to this; anything else was not placed.
SUCCESSES = {RINGING: "call placed", DRILLED: "drill succeeded"}


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Place the planned call and give the progress of the page.

    Args:
        event: `call` (planned), `number` (E.164), `messages` (contact attributes by
            language), `language` (of the summary), `progress`, `incident_id`,
            `execution` (ARN); for metrics only: `started` (ISO 8601), `planned` (how many
            calls), `team`.
        _context: not used.

    Raises:
        ClientError: a fault that may pass; botocore's connection errors likewise.
    """
    call = Call.from_state(event["call"])
    progress = Progress.from_state(event["progress"])
    attributes = event["messages"][call.language]
    token = client_token(event["execution"], call.attempt)
    incident_id = event["incident_id"]
    try:
        call = rehearse(call) if call.drill else place(call, event["number"], attributes, token)
    except (ClientError, BotoCoreError) as error:
        fault = measured(Measure(Metric.FAULTS))
        reason = type(error).__name__
        log("WARNING", "Connect failed", incident_id=incident_id, reason=reason, **fault)
        raise
    progress = replace(progress, more=False).after(call, event["language"])
    log(
        "INFO" if call.outcome in SUCCESSES else "WARNING",
        SUCCESSES.get(call.outcome, "call not placed"),
        incident_id=incident_id,
        **call.to_state(),
        **counted(progress, call, event),
    )
    return progress.to_state()


def counted(progress: Progress, call: Call, event: Mapping[str, Any]) -> dict[str, object]:
    """Measure what became of the call so far."""
    if call.drill:
        succeeded = Measure(Metric.DRILL_SUCCEEDED, of=str(event.get("team")))
        return measured(succeeded) if call.outcome == DRILLED else {}
    if call.over:
        return measured(*call_over(progress, event.get("started"), event.get("planned")))
    return measured(*call_placed(progress, event.get("started")))


def rehearse(call: Call) -> Call:
    """Read what the call would need, and dial nobody."""
    instance_id = os.environ["CONNECT_INSTANCE_ID"]
    flow_id = os.environ["CONTACT_FLOW_ID"]
    try:
        instance = connect.describe_instance(InstanceId=instance_id)["Instance"]
        flow = connect.describe_contact_flow(InstanceId=instance_id, ContactFlowId=flow_id)
    except ClientError as error:
        if may_pass(error):
            raise
        code = error.response["Error"]["Code"]
        return not_placed(call, FAILED, f"{error.operation_name}: {code}")
    except ParamValidationError:
        return not_placed(call, FAILED, "the instance or the contact flow has no valid id")
    found = trouble(instance, flow["ContactFlow"])
    return not_placed(call, FAILED, found) if found else drilled(call)


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
        if may_pass(error):
            raise
        code = error.response["Error"]["Code"]
        return not_placed(call, NOT_ALLOWED if code in NOT_ALLOWED_ERRORS else FAILED, code)
    except ParamValidationError:
        # Its text would quote the number, so it is not passed on.
        return not_placed(call, FAILED, "the request was not valid")
    taken = placed(call, answer["ContactId"])
    return replace(taken, placed_at=datetime.now(UTC).isoformat(timespec="seconds"))


def may_pass(error: ClientError) -> bool:
    """Say whether another try is worth it."""
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return error.response["Error"]["Code"] in PASSING_ERRORS or status >= SERVER_ERROR


def client_token(execution: str, attempt: int) -> str:
    """Make the token that lets Connect know a retry: the same for one attempt, always.

    Valid for seven days, and "if a contact is already started, the contact ID is returned"
    (Connect API reference, StartOutboundVoiceContact).
    """
    return str(uuid5(NAMESPACE_URL, f"{execution}#{attempt}"))
