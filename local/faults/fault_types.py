"""What faults there are, and where each of them may be."""

from __future__ import annotations

import difflib
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from botocore.loaders import Loader
from botocore.model import ServiceModel

from local.connect.protocol import OPERATIONS as CONNECT_OPERATIONS
from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

EVENTS = "events"
CONNECT = "connect"
#: What stands behind the proxy.
PROXIED_SERVICES = ("ssm", "dynamodb", "sns")
#: Who publishes to SNS besides the functions: the state machine itself.
WORKFLOW = "workflow"
#: It looks at every roster that is saved, so it would use up what is meant for the page.
BACKGROUND_FUNCTION = "validate_roster"


class FaultKind(StrEnum):
    """What a fault does to a request, an invocation or an event."""

    # of any service
    THROTTLING = "throttling"  # the service's own word for it
    UNAVAILABLE = "unavailable"  # a server error, 5xx
    DENIED = "denied"  # the caller lacks a permission
    DROP_BEFORE = "drop_before"  # the connection is dropped, and nothing was done
    DROP_AFTER = "drop_after"  # the connection is dropped, though it was done
    HANG_BEFORE = "hang_before"  # no answer for longer than a client waits; nothing was done
    HANG_AFTER = "hang_after"  # the same, though it was done

    # of Connect only
    TOO_MANY_REQUESTS = "too_many_requests"  # the second, unmodelled spelling of throttling
    LIMIT = "limit"  # LimitExceededException: as many calls at once as the account may have
    NOT_FOUND_YET = "not_found_yet"  # the contact is not known until it is `seconds` old
    LATE_ATTRIBUTES = "late_attributes"  # those of `seconds` ago; without, of the beginning
    NO_CONNECTED_TIMESTAMP = "no_connected_timestamp"  # DescribeContact lacks it
    NO_DISCONNECT_TIMESTAMP = "no_disconnect_timestamp"  # the same
    NO_DISCONNECT_REASON = "no_disconnect_reason"  # as is often so
    UNKNOWN_DISCONNECT_REASON = "unknown_disconnect_reason"  # one that nobody has seen yet
    ALREADY_ENDED = "already_ended"  # StopContact: the call ended by itself a moment before

    # of a function
    EXCEPTION = "exception"  # raised before the handler does anything
    TIMEOUT_BEFORE = "timeout_before"  # it hangs for its whole time-out; nothing was done
    TIMEOUT_AFTER = "timeout_after"  # it hangs when all is done, before it can answer
    OUT_OF_MEMORY = "out_of_memory"  # its process is killed by the system; nothing was done
    KILLED_BEFORE = "killed_before"  # its process ends; nothing was done
    KILLED_AFTER = "killed_after"  # its process ends when all is done, before it can answer

    # of EventBridge
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
        FaultKind.EXCEPTION,
        FaultKind.TIMEOUT_BEFORE,
        FaultKind.TIMEOUT_AFTER,
        FaultKind.OUT_OF_MEMORY,
        FaultKind.KILLED_BEFORE,
        FaultKind.KILLED_AFTER,
    }
)
#: By the operations that can have them.
_OF_SOME_OPERATIONS = {
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
    """Say which faults there can be at a place; none is there for a place that is none.

    Args:
        service: of AWS, a function, or "events".
        operation: of the service; "" for all of its operations.
    """
    if service == EVENTS:
        return frozenset({FaultKind.DELIVERED_TWICE})
    if service in function_names():
        return FUNCTION_FAULTS
    if service in PROXIED_SERVICES:
        return SERVICE_FAULTS
    if service != CONNECT:
        return frozenset()
    some = {kind for kind, where in _OF_SOME_OPERATIONS.items() if operation in where}
    return SERVICE_FAULTS | some | {FaultKind.TOO_MANY_REQUESTS}


def location_error(service: str, operation: str) -> str:
    """Say in one line why a place is none; "" where it is one."""
    services = (CONNECT, *PROXIED_SERVICES)
    if service in services:
        known = operation_names(service)
        if operation and operation not in known:
            return f"{service} has no operation {operation!r} here{did_you_mean(operation, known)}"
        return ""
    places = (*services, *function_names(), EVENTS)
    if service not in places:
        return f"there is no {service!r}{did_you_mean(service, places)}"
    return f"{service} has no operations: write {service} alone" if operation else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Add what there is to a line about what there is not."""
    known = sorted(known)
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f": did you mean {close[0]}?" if close else f"; there are {', '.join(known)}"


@cache
def operation_names(service: str) -> tuple[str, ...]:
    """Name the operations of a service: of Connect those that are simulated."""
    if service == CONNECT:
        return CONNECT_OPERATIONS
    model = ServiceModel(Loader().load_service_model(service, "service-2"))
    return tuple(model.operation_names)


@cache
def function_names() -> tuple[str, ...]:
    """Name the functions: the modules of the asset that have a handler."""
    modules = sorted((ROOT / "functions").glob("*.py"))
    return tuple(one.stem for one in modules if "\ndef handler(" in one.read_text())
