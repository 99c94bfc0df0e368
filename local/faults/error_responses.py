"""The errors that SSM, DynamoDB, SNS and CloudWatch return under a fault, in wire format."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from local.faults.fault_types import FaultKind
from local.http_server import HttpResponse

#: Scenario seconds for which a connection is held before it is dropped: longer than the functions'
#: clients wait (functions/adapters/aws_clients.py). In real time the clients give up first, as they
#: do with AWS; in compressed time they see the connection drop, which they handle the same way.
HANG_SECONDS = 5.0

#: HTTP status and error code. Sources: botocore's models of the services, except for SSM's
#: throttling and the missing permissions of SSM and DynamoDB, which are common to all of AWS.
_ERRORS = {
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
    "cloudwatch": {
        FaultKind.THROTTLING: (400, "ThrottlingException"),
        FaultKind.UNAVAILABLE: (500, "InternalServiceFault"),
        FaultKind.DENIED: (400, "AccessDeniedException"),
    },
    "sns": {
        FaultKind.THROTTLING: (400, "Throttling"),
        FaultKind.UNAVAILABLE: (500, "InternalError"),
        FaultKind.DENIED: (403, "AuthorizationError"),
    },
}

#: Services that sign their requests with another name.
_SIGNING_NAMES = {"monitoring": "cloudwatch"}


def service_and_operation(authorization: str, target: str, body: bytes) -> tuple[str, str]:
    """Return the service and the operation of a request.

    Args:
        authorization: the Authorization header; the credential scope contains the service.
        target: the X-Amz-Target header of the JSON protocol; "" in the query protocol.
        body: in the query protocol it contains the operation.
    """
    scope = authorization.partition("Credential=")[2].partition(",")[0].split("/")
    service = scope[-2] if len(scope) > 1 else ""
    service = _SIGNING_NAMES.get(service, service)
    if target:
        return service, target.rpartition(".")[2]
    return service, dict(parse_qsl(body.decode(errors="replace"))).get("Action", "")


def error_for_fault(service: str, kind: FaultKind) -> HttpResponse | None:
    """Return a service's error for a kind of fault; None if that kind returns no error."""
    error = _ERRORS[service].get(kind)
    return error_response(service, *error) if error else None


def error_response(service: str, status: int, code: str) -> HttpResponse:
    """Return an error in the protocol of the service: XML for SNS, JSON for the others."""
    message = f"simulated: {code}"
    if service == "sns":
        sender = "Receiver" if status >= 500 else "Sender"  # noqa: PLR2004 - HTTP
        body = (
            f"<ErrorResponse><Error><Type>{sender}</Type><Code>{code}</Code>"
            f"<Message>{message}</Message></Error><RequestId>simulated</RequestId></ErrorResponse>"
        )
        return HttpResponse(status, {"Content-Type": "text/xml"}, body.encode())
    body = json.dumps({"__type": code, "message": message})
    return HttpResponse(status, {"Content-Type": "application/x-amz-json-1.1"}, body.encode())
