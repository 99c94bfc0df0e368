"""How the simulated Connect responds under the faults of local/faults."""

from collections.abc import Mapping
from typing import Any

from local.connect.protocol import ServiceError
from local.faults.error_responses import HANG_SECONDS
from local.faults.fault import Fault
from local.faults.fault_types import FaultKind
from local.faults.injector import FaultInjector, Request

Faults = Mapping[FaultKind, Fault]
"""The faults that match one request, by kind."""

#: The error that is returned instead of a result.
_ERRORS = {
    FaultKind.THROTTLING: "ThrottlingException",
    FaultKind.TOO_MANY_REQUESTS: "TooManyRequestsException",
    FaultKind.UNAVAILABLE: "InternalServiceException",
    FaultKind.LIMIT: "LimitExceededException",
    FaultKind.DENIED: "AccessDeniedException",
    FaultKind.NOT_FOUND_YET: "ResourceNotFoundException",
}
#: The field that is missing from DescribeContact.
_MISSING_FIELDS = {
    FaultKind.NO_CONNECTED_TIMESTAMP: "ConnectedToSystemTimestamp",
    FaultKind.NO_DISCONNECT_TIMESTAMP: "DisconnectTimestamp",
    FaultKind.NO_DISCONNECT_REASON: "DisconnectReason",
}
#: DisconnectReason is an open set (Connect API reference, DescribeContact).
UNKNOWN_REASON = "A_REASON_NOT_SEEN_BEFORE"


class DroppedError(Exception):
    """The connection must be dropped without a response.

    Args:
        held: scenario seconds to hold the connection first.
    """

    def __init__(self, held: float = 0.0) -> None:
        super().__init__(held)
        self.held = held


def fail_before(injector: FaultInjector, request: Request) -> Faults:
    """Apply the faults that prevent a request from being processed; return the others.

    Raises:
        ServiceError: Connect returns this error instead of processing the request.
        DroppedError: Connect does not respond.
    """
    faults = {fault.kind: fault for fault in injector.match(request)}
    if FaultKind.DROP_BEFORE in faults:
        raise DroppedError
    if FaultKind.HANG_BEFORE in faults:
        raise DroppedError(held=HANG_SECONDS)
    for kind in faults:
        if code := _ERRORS.get(kind):
            raise ServiceError(code, f"simulated: {kind}")
    return faults


def fail_after(faults: Faults) -> None:
    """Apply the faults that withhold the result of a processed request.

    Raises:
        ServiceError: Connect returns this error instead of the result.
        DroppedError: Connect does not respond.
    """
    if FaultKind.ALREADY_ENDED in faults:
        raise ServiceError("ContactNotFoundException", "The contact is not active")
    if FaultKind.DROP_AFTER in faults:
        raise DroppedError
    if FaultKind.HANG_AFTER in faults:
        raise DroppedError(held=HANG_SECONDS)


def change_contact(contact: dict[str, Any], faults: Faults) -> None:
    """Remove or replace the fields of a described contact that the faults affect."""
    if FaultKind.UNKNOWN_DISCONNECT_REASON in faults and "DisconnectReason" in contact:
        contact["DisconnectReason"] = UNKNOWN_REASON
    for kind in faults.keys() & _MISSING_FIELDS.keys():
        contact.pop(_MISSING_FIELDS[kind], None)
