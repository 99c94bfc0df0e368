"""Every command reports in one line that a response is not from AWS."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import botocore.session
import pytest

from callout.endpoint_check import is_aws_response
from local.environment import LOOPBACK, ROOT, local_environment
from tests.cli.run_cli import run_command

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENT = str(ROOT / "tests/fixtures/events/root-sign-in.json")
COMMANDS = (
    ("incidents",),
    ("incident", "5f2c"),
    ("ack", "5f2c"),
    ("resolve", "5f2c", "--by", "Ana"),
    ("report",),
    ("doctor",),
    ("replay", EVENT),
    ("page", "default", "--title", "It burns"),
    ("call", "Ana"),
    ("roster", "pull", "default"),
    ("roster", "history", "default"),
    ("roster", "who"),
)
PAGE = b"<!doctype html>\n<html><body>A router of yours, or of a hotel<br></body></html>"
XHTML = b"<html><body>A router</body></html>"


class WebServer:
    """Answers everything with 200 and the same body."""

    def __init__(self) -> None:
        self.body = b""

        class Handler(BaseHTTPRequestHandler):
            def do_POST(handler) -> None:  # noqa: N805 - http.server's; self is the server
                handler.rfile.read(int(handler.headers["Content-Length"] or 0))
                handler.send_response(200)
                handler.send_header("Content-Length", str(len(self.body)))
                handler.end_headers()
                handler.wfile.write(self.body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
        self.url = f"http://{LOOPBACK}:{self.server.server_port}"


@pytest.fixture(scope="module")
def web() -> Iterator[WebServer]:
    made = WebServer()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.mark.parametrize(
    ("body", "shown"),
    [(PAGE, "<!doctype html> <html><body>A router…"), (b"", "an empty body")],
    ids=["a page", "nothing"],
)
@pytest.mark.parametrize(
    "arguments",
    COMMANDS,
    ids=["-".join(words[:2]) if words[0] == "roster" else words[0] for words in COMMANDS],
)
def test_response_that_is_not_from_aws_is_one_line(
    web: WebServer, arguments: tuple[str, ...], body: bytes, shown: str
) -> None:
    web.body = body
    result = run_command(web.url, local_environment(web.url), *arguments)
    assert result.err.startswith(f"callout: {web.url} is not AWS: it answered ")
    assert result.error_line.endswith(
        f" with {shown} (status 200); check --endpoint-url and AWS_ENDPOINT_URL\n"
    )


def test_control_characters_of_a_response_are_removed(web: WebServer) -> None:
    web.body = b"\x1b[2Jhello \xe2\x80\xae\xff"
    result = run_command(web.url, local_environment(web.url), "incidents")
    assert (
        " is not AWS: it answered DescribeStacks with [2Jhello \ufffd (status 200); " in result.err
    )


@pytest.mark.parametrize(
    ("service", "operation", "status", "body", "expected"),
    [
        ("cloudformation", "DescribeStacks", 200, XHTML, False),
        ("cloudformation", "DescribeStacks", 404, PAGE, False),
        ("cloudformation", "DescribeStacks", 503, XHTML, True),  # a load balancer of AWS
        ("ssm", "GetParameter", 200, XHTML, False),
        ("ssm", "GetParameter", 200, b"[]", False),
        ("ssm", "GetParameter", 200, b'{"hello": "world"}', False),
        ("ssm", "GetParameter", 200, b'{"Parameter": {}}', True),
        ("ssm", "GetParameter", 404, PAGE, False),
        ("ssm", "GetParameter", 503, PAGE, True),
        ("ssm", "GetParameter", 400, b'{"__type": "ParameterNotFound"}', True),
        ("ssm", "GetParameter", 400, b"", True),
        ("dynamodb", "GetItem", 200, b"{}", True),  # no such item
        ("ssm", "AddTagsToResource", 200, b"", True),  # has an empty response
        ("connect", "StopContact", 200, b"{}", True),
        ("connect", "StartOutboundVoiceContact", 200, b'{"ContactId": "x"}', True),
        ("connect", "StartOutboundVoiceContact", 200, PAGE, False),
    ],
)
def test_aws_responses_are_recognized(
    service: str, operation: str, status: int, body: bytes, *, expected: bool
) -> None:
    model = botocore.session.get_session().get_service_model(service)
    assert is_aws_response(model.operation_model(operation), status, body) is expected
