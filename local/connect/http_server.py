"""HTTP on loopback: keep-alive, a thread per connection, and connections that can drop."""

import contextlib
import socket
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from local.connect.protocol import Response

Answer = Callable[[str, str, bytes], Response | None]


class HttpServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1.

    Args:
        port: the port, 0 for any free one.
        answer: given method, target and body, the reply; None drops the connection.
        defect: told of what went wrong in a connection's thread.
    """

    daemon_threads = True
    request_queue_size = 128  # the default of 5 refuses clients that come all at once

    def __init__(
        self, port: int, answer: Answer, defect: Callable[[BaseException], object]
    ) -> None:
        self.answer = answer
        self._defect = defect
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Conversation)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the base class has it
        """Remember the connection, so that it can be closed."""
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as the base class has it
        """Forget the connection, and close it."""
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """Close what clients keep alive, which ends the threads that serve them."""
        with self._open_lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the base class has it
        """Report what went wrong; a client that went away is no defect."""
        del request, client_address
        wrong = sys.exception()
        if wrong is not None and not isinstance(wrong, ConnectionError):
            self._defect(wrong)


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body go out as two writes; Nagle would hold the second for 40 ms.
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        reply = cast("HttpServer", self.server).answer(self.command, self.path, body)
        if reply is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply.body)))
        if reply.error:
            self.send_header("x-amzn-errortype", reply.error)
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = _serve  # noqa: N815 - as the base class has it

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class has it
        """Say nothing: the server keeps its requests in a list."""
