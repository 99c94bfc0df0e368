"""Stands between the functions and the emulator, and answers some requests as an ill AWS does.

Where to point a client: ``AWS_ENDPOINT_URL_SSM`` and the like at ``url``, or at ``url`` and
the name of who asks (``url/plan_calls``), so that faults can tell one from another.
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

#: Where functions ask what is to become of an invocation.
INVOCATIONS = "/_invocations"
#: Headers that are made anew on each side.
_OWN = {"host", "connection", "keep-alive", "content-length", "transfer-encoding", "server", "date"}
#: Given headers and body of a request, the answer.
Answering: TypeAlias = "Callable[[Mapping[str, str], bytes], HttpResponse]"
#: HTTP status and error code.
Refusal = tuple[int, str]


class Clock(Protocol):
    """Story time."""

    def now(self) -> float:
        """Story seconds."""

    @property
    def time_scale(self) -> float:
        """Real seconds per story second."""


@dataclass(frozen=True)
class _Asked:
    """One request as it came in."""

    service: str
    operation: str
    by: str
    body: bytes


class FaultProxy:
    """Listens from entering to leaving.

    Args:
        clock: of the story.
        target: see below.
        pause: lets that many story seconds pass; by default it sleeps as long as the clock says.

    Attributes:
        target: where AWS is, such as http://127.0.0.1:4566, or what answers in its place; set it
            before the first request.
        gate: what goes wrong; a healthy AWS without.
        refuse: for what the vocabulary does not say: gives HTTP status and error code for an
            operation and the parameters of a JSON protocol, or None to hand the request on.
        after: called when a request of this operation has been answered, before the answer
            goes back.
        operations: those requested, in order.
    """

    def __init__(
        self,
        clock: Clock,
        target: str | Answering = "",
        pause: Callable[[float], None] | None = None,
    ) -> None:
        self.clock = clock
        self.target = target
        self._pause = pause or (lambda seconds: sleep(seconds * clock.time_scale))
        self.faults = FaultInjector()
        self.refuse: Callable[[str, Mapping[str, Any]], Refusal | None] = lambda _asked, _given: (
            None
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
        """Where it listens."""
        return f"http://{LOOPBACK}:{self._server.server_port}"

    def match(self, request: Request) -> tuple[Fault, ...]:
        """Ask the gate, one request at a time."""
        with self._lock:
            return self.faults.match(request)

    def function_behavior(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Tell a function what to do with an invocation; nothing where no fault strikes it.

        Args:
            given: `function` (name of its module), `event`, `limit` (its time-out, seconds).
        """
        struck = self.match(invocation_request(given["function"], given["event"], self.clock.now()))
        if not struck:
            return {}
        behavior = BEHAVIORS[struck[0].kind]
        pause = given["limit"] * self.clock.time_scale if behavior.hangs else 0.0
        return {
            "kind": struck[0].kind,
            "after": behavior.after,
            "pause": pause,
            "mode": behavior.mode,
        }

    def answer(self, asked: _Asked, hand_on: Callable[[], HttpResponse]) -> HttpResponse | None:
        """Answer one request, or hand it on; None drops the connection."""
        self.operations.append(asked.operation)
        if asked.service not in PROXIED_SERVICES:
            return hand_on()
        request = Request(asked.service, asked.operation, self.clock.now(), asked.by)
        kinds = {fault.kind for fault in self.match(request)}
        if FaultKind.HANG_BEFORE in kinds:
            self._pause(HANG_SECONDS)
        if kinds & {FaultKind.HANG_BEFORE, FaultKind.DROP_BEFORE}:
            return None
        for kind in kinds:
            if instead := error_for_fault(asked.service, kind):
                return instead
        if refused := self.refuse(asked.operation, _parameters(asked.body)):
            return error_response(asked.service, *refused)
        answer = hand_on()
        self.after.get(asked.operation, lambda: None)()
        if FaultKind.HANG_AFTER in kinds:
            self._pause(HANG_SECONDS)
        return None if kinds & {FaultKind.HANG_AFTER, FaultKind.DROP_AFTER} else answer


def _parameters(body: bytes) -> Mapping[str, Any]:
    """Give the parameters of the JSON protocol; none of another."""
    if not body.startswith(b"{"):
        return {}
    given: Mapping[str, Any] = json.loads(body)
    return given


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {key: one for key, one in headers.items() if key.lower() not in _OWN}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a client that keeps its connection alive must not hinder leaving
    request_queue_size = 128

    def __init__(self, proxy: FaultProxy) -> None:
        self.proxy = proxy
        super().__init__((LOOPBACK, 0), _Conversation)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the base class has it
        """Say nothing of a connection that a client gave up: that is what faults lead to."""


class _Conversation(BaseHTTPRequestHandler):
    """One client's connection, and ours to AWS beside it."""

    protocol_version = "HTTP/1.1"
    # Head and body go out as two writes; Nagle would hold the second for 40 ms.
    disable_nagle_algorithm = True

    def setup(self) -> None:
        """Begin, without a connection to AWS yet."""
        super().setup()
        self._proxy = cast("_Server", self.server).proxy
        self._onward: HTTPConnection | None = None

    def finish(self) -> None:
        """End both connections."""
        if self._onward:
            self._onward.close()
        super().finish()

    def do_POST(self) -> None:
        """Answer or hand on one request."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == INVOCATIONS:
            said = json.dumps(self._proxy.function_behavior(json.loads(body))).encode()
            self._send(HttpResponse(200, {"Content-Type": "application/json"}, said))
            return
        authorization = self.headers.get("Authorization", "")
        service, operation = service_and_operation(
            authorization, self.headers.get("X-Amz-Target", ""), body
        )
        asked = _Asked(service, operation, self.path.strip("/"), body)
        answer = self._proxy.answer(asked, lambda: self._hand_on(body))
        if answer:
            self._send(answer)
        else:
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

    def _hand_on(self, body: bytes) -> HttpResponse:
        headers = _kept(dict(self.headers.items()))
        target = self._proxy.target
        if not isinstance(target, str):
            return target(headers, body)
        if self._onward is None:
            where = urlsplit(target)
            self._onward = HTTPConnection(str(where.hostname), where.port)
        self._onward.request("POST", "/", body, headers)
        answer = self._onward.getresponse()
        return HttpResponse(answer.status, dict(answer.getheaders()), answer.read())

    def _send(self, answer: HttpResponse) -> None:
        self.send_response(answer.status)
        for key, value in _kept(answer.headers).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class has it
        """Say nothing: the proxy keeps what was asked in a list."""
