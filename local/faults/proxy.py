"""A proxy between the functions and the emulator that injects faults.

Point clients at ``url`` with ``AWS_ENDPOINT_URL_SSM`` and the like, or at ``url/<caller>`` (such as
``url/plan_calls``), so that faults can tell callers apart.
"""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from time import sleep
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeAlias, cast
from urllib.parse import urlsplit

from local.environment import LOOPBACK
from local.faults.error_responses import (
    HANG_SECONDS,
    HttpResponse,
    error_for_fault,
    error_response,
    service_and_operation,
)
from local.faults.fault_types import PROXIED_SERVICES, FaultKind
from local.faults.function_failure import BEHAVIORS, invocation_request
from local.faults.injector import FaultInjector, Request

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


@dataclass(frozen=True)
class _ProxiedRequest:
    """A request as received."""

    service: str
    operation: str
    by: str
    body: bytes


class FaultProxy:
    """A context manager that listens while it is entered.

    Args:
        clock: scenario time.
        target: see Attributes.
        pause: waits for a number of scenario seconds; by default it sleeps, scaled by the clock.

    Attributes:
        target: the URL of AWS, such as http://127.0.0.1:4566, or a function that responds instead;
            set it before the first request.
        faults: the faults to inject; none by default.
        refuse: for errors that no fault describes: returns HTTP status and error code for an
            operation and its parameters (JSON protocol only), or None to forward the request.
        after: called by operation, after a request was processed and before its response is sent.
        operations: the requested operations, in order.
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
        self._lock = Lock()
        self._server: _Server

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The URL it listens on."""
        return f"http://{LOOPBACK}:{self._server.server_port}"

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

    def respond(
        self, proxied: _ProxiedRequest, forward: Callable[[], HttpResponse]
    ) -> HttpResponse | None:
        """Return the response to a request, forwarded or not; None drops the connection."""
        self.operations.append(proxied.operation)
        if proxied.service not in PROXIED_SERVICES:
            return forward()
        request = Request(proxied.service, proxied.operation, self.clock.now(), proxied.by)
        kinds = {fault.kind for fault in self.match(request)}
        if FaultKind.HANG_BEFORE in kinds:
            self._pause(HANG_SECONDS)
        if kinds & {FaultKind.HANG_BEFORE, FaultKind.DROP_BEFORE}:
            return None
        for kind in kinds:
            if error := error_for_fault(proxied.service, kind):
                return error
        if refusal := self.refuse(proxied.operation, _parameters(proxied.body)):
            return error_response(proxied.service, *refusal)
        response = forward()
        self.after.get(proxied.operation, lambda: None)()
        if FaultKind.HANG_AFTER in kinds:
            self._pause(HANG_SECONDS)
        return None if kinds & {FaultKind.HANG_AFTER, FaultKind.DROP_AFTER} else response


def _parameters(body: bytes) -> Mapping[str, Any]:
    """Return the parameters of the JSON protocol; {} for other protocols."""
    if not body.startswith(b"{"):
        return {}
    parameters: Mapping[str, Any] = json.loads(body)
    return parameters


def _forwarded(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _HOP_HEADERS}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a client that keeps its connection alive must not block shutdown
    request_queue_size = 128

    def __init__(self, proxy: FaultProxy) -> None:
        self.proxy = proxy
        super().__init__((LOOPBACK, 0), _RequestHandler)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the base class has it
        """Log nothing: faults make clients abandon connections."""


class _RequestHandler(BaseHTTPRequestHandler):
    """One client's connection, and the proxy's own to AWS for it."""

    protocol_version = "HTTP/1.1"
    # Head and body are two writes; Nagle's algorithm would delay the second by 40 ms.
    disable_nagle_algorithm = True

    def setup(self) -> None:
        """Start without a connection to AWS."""
        super().setup()
        self._proxy = cast("_Server", self.server).proxy
        self._upstream: HTTPConnection | None = None

    def finish(self) -> None:
        """Close both connections."""
        if self._upstream:
            self._upstream.close()
        super().finish()

    def do_POST(self) -> None:
        """Respond to one request."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == INVOCATIONS:
            behavior = json.dumps(self._proxy.function_behavior(json.loads(body))).encode()
            self._send(HttpResponse(200, {"Content-Type": "application/json"}, behavior))
            return
        service, operation = service_and_operation(
            self.headers.get("Authorization", ""), self.headers.get("X-Amz-Target", ""), body
        )
        proxied = _ProxiedRequest(service, operation, self.path.strip("/"), body)
        response = self._proxy.respond(proxied, lambda: self._forward(body))
        if response:
            self._send(response)
        else:
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

    def _forward(self, body: bytes) -> HttpResponse:
        headers = _forwarded(dict(self.headers.items()))
        target = self._proxy.target
        if not isinstance(target, str):
            return target(headers, body)
        if self._upstream is None:
            url = urlsplit(target)
            self._upstream = HTTPConnection(str(url.hostname), url.port)
        self._upstream.request("POST", "/", body, headers)
        response = self._upstream.getresponse()
        return HttpResponse(response.status, dict(response.getheaders()), response.read())

    def _send(self, response: HttpResponse) -> None:
        self.send_response(response.status)
        for name, value in _forwarded(response.headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class has it
        """Log nothing: the proxy keeps the operations in a list."""
