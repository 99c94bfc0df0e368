"""What lets a container reach a server that listens on loopback only."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING
from urllib.request import ProxyHandler, build_opener

import pytest

from local.environment import LOOPBACK
from local.step_functions_local.relay import Relay

if TYPE_CHECKING:
    from collections.abc import Iterator

#: All of 127.0.0.0/8 is this machine on Linux; elsewhere the tests of it are skipped.
ELSEWHERE = "127.0.0.2"
LONG = "wait" * 100_000


class Echo(BaseHTTPRequestHandler):
    """Says what it is told."""

    def do_POST(self) -> None:
        """Answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    """The port of a server on loopback."""
    server = HTTPServer((LOOPBACK, 0), Echo)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_a_server_on_loopback_is_reached_at_another_address(port: int) -> None:
    opener = build_opener(ProxyHandler({}))
    try:
        with (
            Relay(ELSEWHERE, port),
            opener.open(f"http://{ELSEWHERE}:{port}/", LONG.encode()) as answer,
        ):
            assert answer.read().decode() == LONG
    except OSError as error:
        pytest.skip(f"{ELSEWHERE} is not this machine's here: {error}")


def test_an_address_that_is_not_this_machines_is_refused(port: int) -> None:
    """It is how a Docker Desktop is known, whose bridge is in a machine of its own."""
    with pytest.raises(OSError, match="assign"), Relay("192.0.2.1", port):
        pass
