"""A proxy between the functions and the emulator that injects faults.

Point clients at ``url`` with ``AWS_ENDPOINT_URL_SSM`` and the like, or at ``url/<caller>`` (such as
``url/plan_calls``), so that faults can distinguish callers.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from http.client import HTTPConnection
from threading import Lock
from time import sleep
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeAlias
from urllib.parse import urlsplit

from local.faults.error_responses import (
    HANG_SECONDS,
    error_for_fault,
    error_response,
    service_and_operation,
)
from local.faults.fault_types import PROXIED_SERVICES, FaultKind
from local.faults.function_failure import BEHAVIORS, invocation_request
from local.faults.injector import FaultInjector, Request
from local.http_server import HttpResponse, HttpServer
from local.simulated_cloudwatch import SimulatedCloudWatch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.faults.fault import Fault

#: Where functions ask how an invocation is to fail.
INVOCATIONS = "/_invocations"
#: Headers that belong to one connection, so they are not forwarded.
_HOP_HEADERS = {
    "host",
    "connection",
    "keep-alive",
    "content-length",
    "transfer-encoding",
    "server",
    "date",
}
#: Returns the response to a request with these headers and this body.
Responder: TypeAlias = "Callable[[Mapping[str, str], bytes], HttpResponse]"
#: HTTP status and error code.
Refusal = tuple[int, str]


class Clock(Protocol):
    """Scenario time."""

    def now(self) -> float:
        """The scenario second."""

    @property
    def time_scale(self) -> float:
        """Real seconds per scenario second."""


class FaultProxy:
    """A context manager that listens while it is entered.

    Args:
        pause: waits for a number of scenario seconds; by default it sleeps, scaled by the clock.

    Attributes:
        target: the URL of AWS, such as http://127.0.0.1:4566, or a function that responds instead;
            set it before the first request.
        refuse: for errors that no fault describes: returns HTTP status and error code for an
            operation and its parameters (JSON protocol only), or None to forward the request.
        after: called by operation, after a request was processed and before its response is sent.
        operations: the requested operations, in order.
        cloudwatch: responds to DescribeAlarms.
    """

    def __init__(
        self,
        clock: Clock,
        target: str | Responder = "",
        pause: Callable[[float], None] | None = None,
    ) -> None:
        self.clock = clock
        self.target = target
        self._pause = pause or (lambda seconds: sleep(seconds * clock.time_scale))
        self.faults = FaultInjector()
        self.refuse: Callable[[str, Mapping[str, Any]], Refusal | None] = (
            lambda _operation, _parameters: None
        )
        self.after: dict[str, Callable[[], None]] = {}
        self.operations: list[str] = []
        self.cloudwatch = SimulatedCloudWatch()
        self._lock = Lock()

    def __enter__(self) -> Self:
        self._server = HttpServer(self._respond, on_error=lambda _error: None)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    @property
    def url(self) -> str:
        """The URL it listens on."""
        return self._server.url

    def match(self, request: Request) -> tuple[Fault, ...]:
        """Return the faults that match a request; thread-safe."""
        with self._lock:
            return self.faults.match(request)

    def function_behavior(self, invocation: Mapping[str, Any]) -> dict[str, Any]:
        """Return how an invocation is to fail; {} if no fault matches it.

        Args:
            invocation: `function` (the name of its module), `event`, `limit` (its timeout in
                seconds).
        """
        function, event, limit = invocation["function"], invocation["event"], invocation["limit"]
        matched = self.match(invocation_request(function, event, self.clock.now()))
        if not matched:
            return {}
        kind = matched[0].kind
        behavior = BEHAVIORS[kind]
        pause = limit * self.clock.time_scale if behavior.hangs else 0.0
        return {"kind": kind, "after": behavior.after, "pause": pause, "mode": behavior.mode}

    def _respond(
        self, _method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse | None:
        """Return the response to a request, forwarded or not; None drops the connection."""
        if path == INVOCATIONS:
            behavior = json.dumps(self.function_behavior(json.loads(body))).encode()
            return HttpResponse(200, {"Content-Type": "application/json"}, behavior)
        service, operation = service_and_operation(
            headers.get("Authorization", ""), headers.get("X-Amz-Target", ""), body
        )
        self.operations.append(operation)
        if service not in PROXIED_SERVICES:
            return self._forward(headers, body)
        request = Request(service, operation, self.clock.now(), by=path.strip("/"))
        kinds = {fault.kind for fault in self.match(request)}
        if FaultKind.HANG_BEFORE in kinds:
            self._pause(HANG_SECONDS)
        if kinds & {FaultKind.HANG_BEFORE, FaultKind.DROP_BEFORE}:
            return None
        for kind in kinds:
            if error := error_for_fault(service, kind):
                return error
        if refusal := self.refuse(operation, _parameters(body)):
            return error_response(service, *refusal)
        if service == "cloudwatch":
            response = self.cloudwatch.describe_alarms(self.clock.now())
        else:
            response = self._forward(headers, body)
        self.after.get(operation, lambda: None)()
        if FaultKind.HANG_AFTER in kinds:
            self._pause(HANG_SECONDS)
        return None if kinds & {FaultKind.HANG_AFTER, FaultKind.DROP_AFTER} else response

    def _forward(self, headers: Mapping[str, str], body: bytes) -> HttpResponse:
        headers = _without_hop_headers(headers)
        if isinstance(self.target, str):
            with closing(HTTPConnection(urlsplit(self.target).netloc)) as connection:
                connection.request("POST", "/", body, headers)
                received = connection.getresponse()
                response = HttpResponse(
                    received.status, dict(received.getheaders()), received.read()
                )
        else:
            response = self.target(headers, body)
        return replace(response, headers=_without_hop_headers(response.headers))


def _parameters(body: bytes) -> Mapping[str, Any]:
    """Return the parameters of the JSON protocol; {} for other protocols."""
    if not body.startswith(b"{"):
        return {}
    parameters: Mapping[str, Any] = json.loads(body)
    return parameters


def _without_hop_headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _HOP_HEADERS}
