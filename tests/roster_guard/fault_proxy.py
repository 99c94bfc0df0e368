"""Stands between a function and the emulator, and answers some requests as an ill AWS does."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from local.environment import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

#: Headers that are made anew on the way.
OWN = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding"}
Refusal = tuple[int, str]


@dataclass
class FaultProxy:
    """What it does.

    Attributes:
        url: where it listens.
        refuse: gives HTTP status and error code for an operation and its parameters, or None
            to hand the request on.
        after: called when a request of this operation has been answered, before the answer
            goes back.
        asked: the operations, in order.
    """

    url: str
    refuse: Callable[[str, Mapping[str, Any]], Refusal | None] = lambda _operation, _given: None
    after: dict[str, Callable[[], None]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@contextmanager
def fault_proxy(target: str) -> Iterator[FaultProxy]:
    """Listen, for services of the JSON protocol, and hand on to where AWS is."""
    opener = build_opener(ProxyHandler({}))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Answer or hand on one request."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            proxy.asked.append(operation)
            refusal = proxy.refuse(operation, json.loads(body))
            if refusal:
                said = json.dumps({"__type": refusal[1], "message": "as asked for"}).encode()
                self._send(refusal[0], said)
                return
            headers = {key: one for key, one in self.headers.items() if key.lower() not in OWN}
            request = Request(target, data=body, headers=headers)  # noqa: S310 - http, ours
            try:
                with opener.open(request) as answer:
                    status, said = answer.status, answer.read()
            except HTTPError as error:
                status, said = error.code, error.read()
            proxy.after.get(operation, lambda: None)()
            self._send(status, said)

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((LOOPBACK, 0), Handler) as server:
        proxy = FaultProxy(f"http://{LOOPBACK}:{server.server_port}")
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield proxy
        server.shutdown()
        thread.join()
