"""Test responses that do not come from Connect, such as those of a broken proxy."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from local.connect.simulated_phones import NoAnswer
from tests.functions.call_harness import CallHarness, outcome
from tests.functions.invoke import imported, invoke, placing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from local.connect.server import SimulatedConnect

ENVIRONMENT = {"CONNECT_INSTANCE_ID": "i", "CONTACT_FLOW_ID": "f", "SOURCE_PHONE_NUMBER": "+1"}


class _BadGateway(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        self.send_response(502)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_PUT = do_GET = _answer  # noqa: N815 - the base class has it so

    def log_message(self, *_: object) -> None:
        """Do not log."""


@pytest.fixture(scope="module")
def bad_gateway() -> Iterator[str]:
    """Return the URL of a gateway that fails every request."""
    with HTTPServer(("127.0.0.1", 0), _BadGateway) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_bad_gateway_while_placing_a_call_is_retried(bad_gateway: str) -> None:
    with (
        imported("place_call", bad_gateway, ENVIRONMENT) as module,
        pytest.raises(ClientError, match="502"),
    ):
        invoke(module, placing())


def test_bad_gateway_while_polling_keeps_the_call_going(
    bad_gateway: str, connect: SimulatedConnect, place_call: ModuleType, check_call: ModuleType
) -> None:
    ringing = CallHarness(connect, place_call, check_call).place(NoAnswer())

    with imported("check_call", bad_gateway, {}) as module:
        progress = invoke(module, ringing)

    assert outcome(progress) == "ringing"
