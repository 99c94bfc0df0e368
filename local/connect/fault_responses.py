"""What Connect answers under a fault (local/faults/), and the account's rate limit."""

from collections.abc import Mapping
from typing import Any

from local.connect.protocol import ServiceError
from local.faults.error_responses import HANG_SECONDS
from local.faults.fault import Fault
from local.faults.fault_types import FaultKind
from local.faults.injector import FaultInjector, Request

Struck = Mapping[FaultKind, Fault]

#: The error that comes in place of an answer.
_ANSWERED_INSTEAD = {
    FaultKind.THROTTLING: "ThrottlingException",
    FaultKind.TOO_MANY_REQUESTS: "TooManyRequestsException",
    FaultKind.UNAVAILABLE: "InternalServiceException",
    FaultKind.LIMIT: "LimitExceededException",
    FaultKind.DENIED: "AccessDeniedException",
    FaultKind.NOT_FOUND_YET: "ResourceNotFoundException",
}
#: What DescribeContact may lack.
_MISSING = {
    FaultKind.NO_CONNECTED_TIMESTAMP: "ConnectedToSystemTimestamp",
    FaultKind.NO_DISCONNECT_TIMESTAMP: "DisconnectTimestamp",
    FaultKind.NO_DISCONNECT_REASON: "DisconnectReason",
}
#: DisconnectReason is an open set (Connect API reference, DescribeContact).
UNKNOWN_REASON = "A_REASON_NOT_SEEN_BEFORE"


class DroppedError(Exception):
    """The connection is to be dropped without an answer.

    Args:
        held: story seconds for which it is held before.
    """

    def __init__(self, held: float = 0.0) -> None:
        super().__init__(held)
        self.held = held


def strike(gate: FaultInjector, request: Request) -> Struck:
    """Let the faults strike that keep a request from being done; give the others.

    Raises:
        ServiceError: Connect answers with this error instead.
        DroppedError: it answers nothing.
    """
    struck = {fault.kind: fault for fault in gate.match(request)}
    if FaultKind.DROP_BEFORE in struck:
        raise DroppedError
    if FaultKind.HANG_BEFORE in struck:
        raise DroppedError(held=HANG_SECONDS)
    for kind in struck:
        if code := _ANSWERED_INSTEAD.get(kind):
            raise ServiceError(code, f"simulated: {kind}")
    return struck


def end(struck: Struck) -> None:
    """Let the faults strike that keep the answer back of what has been done.

    Raises:
        ServiceError: Connect answers with this error instead.
        DroppedError: it answers nothing.
    """
    if FaultKind.ALREADY_ENDED in struck:
        raise ServiceError("ContactNotFoundException", "The contact is not active")
    if FaultKind.DROP_AFTER in struck:
        raise DroppedError
    if FaultKind.HANG_AFTER in struck:
        raise DroppedError(held=HANG_SECONDS)


def alter(contact: dict[str, Any], struck: Struck) -> None:
    """Make a description of a contact as incomplete or strange as the faults have it."""
    if FaultKind.UNKNOWN_DISCONNECT_REASON in struck and "DisconnectReason" in contact:
        contact["DisconnectReason"] = UNKNOWN_REASON
    for kind in struck.keys() & _MISSING.keys():
        contact.pop(_MISSING[kind], None)
