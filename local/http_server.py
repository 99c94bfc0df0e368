"""HTTP on loopback: keep-alive, a thread per connection, and connections that can be dropped."""

import contextlib
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from local.environment import LOOPBACK


@dataclass(frozen=True)
class HttpResponse:
    """An HTTP response."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Responder = Callable[[str, str, Mapping[str, str], bytes], HttpResponse | None]
"""Returns the response to a method, target, headers and body; None drops the connection."""


class HttpServer(ThreadingHTTPServer):
    """Serves on a free port of 127.0.0.1 until it is stopped.

    Args:
        respond: responds to each request.
        on_error: called with exceptions in a connection's thread.
    """

    daemon_threads = True
    request_queue_size = 128  # the default of 5 refuses clients that connect all at once

    def __init__(self, respond: Responder, on_error: Callable[[BaseException], object]) -> None:
        self.respond = respond
        self._on_error = on_error
        self._connections: set[socket.socket] = set()
        self._connections_lock = threading.Lock()
        super().__init__((LOOPBACK, 0), _RequestHandler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The URL it listens on."""
        return f"http://{LOOPBACK}:{self.server_port}"

    def stop(self) -> None:
        """Close every connection, which ends the threads that serve them, and stop listening."""
        self.shutdown()
        with self._connections_lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()
        self._thread.join()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the base class has it
        """Keep the connection, so that it can be closed."""
        with self._connections_lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as the base class has it
        """Remove the connection, and close it."""
        with self._connections_lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the base class has it
        """Report an exception, unless the client closed the connection."""
        del request, client_address
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError):
            self._on_error(error)


class _RequestHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # buffered: send head and body together

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = dict(self.headers.items())
        response = cast("HttpServer", self.server).respond(self.command, self.path, headers, body)
        if response is None:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = _serve  # noqa: N815 - as the base class has it

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class has it
        """Log nothing: each user of the server keeps its requests in a list."""
