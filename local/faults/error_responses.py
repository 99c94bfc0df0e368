"""What SSM, DynamoDB and SNS answer when they are ill, as it is on the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from local.faults.fault_types import FaultKind

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Story seconds for which a connection is held before it is dropped: longer than the functions'
#: clients wait (functions/adapters/aws_clients.py). At life's own speed they give up by themselves,
#: as they do with AWS; where time is compressed they see the connection drop, which they treat
#: alike.
HANG_SECONDS = 5.0

#: HTTP status and error code. Sources: botocore's models of the services, except for SSM's
#: throttling and the missing permissions of SSM and DynamoDB, which are common to all of AWS.
_REFUSALS = {
    "ssm": {
        FaultKind.THROTTLING: (400, "ThrottlingException"),
        FaultKind.UNAVAILABLE: (500, "InternalServerError"),
        FaultKind.DENIED: (400, "AccessDeniedException"),
    },
    "dynamodb": {
        FaultKind.THROTTLING: (400, "ProvisionedThroughputExceededException"),
        FaultKind.UNAVAILABLE: (500, "InternalServerError"),
        FaultKind.DENIED: (400, "AccessDeniedException"),
    },
    "sns": {
        FaultKind.THROTTLING: (400, "Throttling"),
        FaultKind.UNAVAILABLE: (500, "InternalError"),
        FaultKind.DENIED: (403, "AuthorizationError"),
    },
}


@dataclass(frozen=True)
class HttpResponse:
    """An HTTP response."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def service_and_operation(authorization: str, target: str, body: bytes) -> tuple[str, str]:
    """Say what a request asks for: service and operation.

    Args:
        authorization: the header; its credential's scope names the service.
        target: the header X-Amz-Target of the JSON protocol, "" in the query protocol.
        body: which in the query protocol names the operation.
    """
    scope = authorization.partition("Credential=")[2].partition(",")[0].split("/")
    service = scope[-2] if len(scope) > 1 else ""
    if target:
        return service, target.rpartition(".")[2]
    return service, dict(parse_qsl(body.decode(errors="replace"))).get("Action", "")


def error_for_fault(service: str, kind: FaultKind) -> HttpResponse | None:
    """Give what a service answers instead; None where a fault of this kind is no answer."""
    found = _REFUSALS[service].get(kind)
    return error_response(service, *found) if found else None


def error_response(service: str, status: int, code: str) -> HttpResponse:
    """Give an error in the protocol of the service: XML for SNS, JSON for the others."""
    said = f"simulated: {code}"
    if service == "sns":
        sender = "Receiver" if status >= 500 else "Sender"  # noqa: PLR2004 - HTTP
        body = (
            f"<ErrorResponse><Error><Type>{sender}</Type><Code>{code}</Code>"
            f"<Message>{said}</Message></Error><RequestId>simulated</RequestId></ErrorResponse>"
        )
        return HttpResponse(status, {"Content-Type": "text/xml"}, body.encode())
    body = json.dumps({"__type": code, "message": said})
    return HttpResponse(status, {"Content-Type": "application/x-amz-json-1.1"}, body.encode())
