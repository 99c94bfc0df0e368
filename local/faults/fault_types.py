"""The kinds of faults, and where each of them is possible."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from botocore.loaders import Loader
from botocore.model import ServiceModel

from local.connect.protocol import OPERATIONS as CONNECT_OPERATIONS
from local.did_you_mean import did_you_mean
from local.environment import ROOT

EVENTS = "events"
CONNECT = "connect"
#: The services whose requests pass through the proxy.
PROXIED_SERVICES = ("ssm", "dynamodb", "sns", "cloudwatch")
#: The state machine, which publishes to SNS itself.
WORKFLOW = "workflow"
#: `validate_roster` runs for each saved roster, `post_to_chat` for each notification: these would
#: use up faults that are meant for the page.
BACKGROUND_FUNCTIONS = ("validate_roster", "post_to_chat")


class FaultKind(StrEnum):
    """What a fault does to a request, an invocation or an event."""

    # any service
    THROTTLING = "throttling"  # the service's own throttling error
    UNAVAILABLE = "unavailable"  # a server error, 5xx
    DENIED = "denied"  # the caller lacks a permission
    DROP_BEFORE = "drop_before"  # the connection drops; the request was not processed
    DROP_AFTER = "drop_after"  # the connection drops; the request was processed
    HANG_BEFORE = "hang_before"  # no response until the client times out; not processed
    HANG_AFTER = "hang_after"  # no response until the client times out; processed

    # Connect only
    TOO_MANY_REQUESTS = "too_many_requests"  # the second, unmodeled spelling of throttling
    LIMIT = "limit"  # LimitExceededException: the account's quota of concurrent calls is used up
    NOT_FOUND_YET = "not_found_yet"  # the contact is unknown until it is `seconds` old
    LATE_ATTRIBUTES = "late_attributes"  # as of `seconds` ago; without `seconds`, the initial ones
    NO_CONNECTED_TIMESTAMP = "no_connected_timestamp"  # missing from DescribeContact
    NO_DISCONNECT_TIMESTAMP = "no_disconnect_timestamp"  # missing from DescribeContact
    NO_DISCONNECT_REASON = "no_disconnect_reason"  # missing from DescribeContact, as is common
    UNKNOWN_DISCONNECT_REASON = "unknown_disconnect_reason"  # a value not seen before
    ALREADY_ENDED = "already_ended"  # StopContact: the call ended a moment before

    # a function; `throttling`: Lambda does not run it, because too many functions are running
    EXCEPTION = "exception"  # raised before the handler does anything
    TIMEOUT_BEFORE = "timeout_before"  # hangs for its whole timeout before it does anything
    TIMEOUT_AFTER = "timeout_after"  # does its work, then hangs before it returns
    OUT_OF_MEMORY = "out_of_memory"  # the system kills its process before it does anything
    KILLED_BEFORE = "killed_before"  # its process exits before it does anything
    KILLED_AFTER = "killed_after"  # does its work, then its process exits before it returns

    # EventBridge
    DELIVERED_TWICE = "delivered_twice"  # a rule may run more than once for one event


SERVICE_FAULTS = frozenset(
    {
        FaultKind.THROTTLING,
        FaultKind.UNAVAILABLE,
        FaultKind.DENIED,
        FaultKind.DROP_BEFORE,
        FaultKind.DROP_AFTER,
        FaultKind.HANG_BEFORE,
        FaultKind.HANG_AFTER,
    }
)
FUNCTION_FAULTS = frozenset(
    {
        FaultKind.THROTTLING,
        FaultKind.EXCEPTION,
        FaultKind.TIMEOUT_BEFORE,
        FaultKind.TIMEOUT_AFTER,
        FaultKind.OUT_OF_MEMORY,
        FaultKind.KILLED_BEFORE,
        FaultKind.KILLED_AFTER,
    }
)
#: Faults of certain operations of Connect.
_OPERATION_FAULTS = {
    FaultKind.LIMIT: ("StartOutboundVoiceContact",),
    FaultKind.NOT_FOUND_YET: ("DescribeContact", "GetContactAttributes", "StopContact"),
    FaultKind.LATE_ATTRIBUTES: ("DescribeContact", "GetContactAttributes"),
    FaultKind.NO_CONNECTED_TIMESTAMP: ("DescribeContact",),
    FaultKind.NO_DISCONNECT_TIMESTAMP: ("DescribeContact",),
    FaultKind.NO_DISCONNECT_REASON: ("DescribeContact",),
    FaultKind.UNKNOWN_DISCONNECT_REASON: ("DescribeContact",),
    FaultKind.ALREADY_ENDED: ("StopContact",),
}


def possible_faults(service: str, operation: str) -> frozenset[FaultKind]:
    """Return the faults that are possible at a location; none if there is no such location.

    The service is an AWS service, a function or "events"; the operation "" stands for all of them.
    """
    if service == EVENTS:
        return frozenset({FaultKind.DELIVERED_TWICE})
    if service in function_names():
        return FUNCTION_FAULTS
    if service in PROXIED_SERVICES:
        return SERVICE_FAULTS
    if service != CONNECT:
        return frozenset()
    specific = {kind for kind, operations in _OPERATION_FAULTS.items() if operation in operations}
    return SERVICE_FAULTS | specific | {FaultKind.TOO_MANY_REQUESTS}


def location_error(service: str, operation: str) -> str:
    """Return in one line why a location does not exist; "" if it does."""
    services = (CONNECT, *PROXIED_SERVICES)
    if service in services:
        known = operation_names(service)
        if operation and operation not in known:
            return f"{service} has no operation {operation!r}{did_you_mean(operation, known)}"
        return ""
    locations = (*services, *function_names(), EVENTS)
    if service not in locations:
        return f"there is no {service!r}{did_you_mean(service, locations)}"
    return f"{service} has no operations: write {service} alone" if operation else ""


@cache
def operation_names(service: str) -> tuple[str, ...]:
    """Return the operations of a service; for Connect, those that are simulated."""
    if service == CONNECT:
        return CONNECT_OPERATIONS
    model = ServiceModel(Loader().load_service_model(service, "service-2"))
    return tuple(model.operation_names)


@cache
def function_names() -> tuple[str, ...]:
    """Return the functions: the modules of the asset that have a handler."""
    modules = sorted((ROOT / "functions").glob("*.py"))
    return tuple(module.stem for module in modules if "\ndef handler(" in module.read_text())
