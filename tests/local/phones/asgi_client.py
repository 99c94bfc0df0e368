"""Sends requests to an ASGI application without a server."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message

PORT = 8321
HOST = f"127.0.0.1:{PORT}"
#: The headers of a POST from the server's own web page.
OWN_HEADERS = {"host": HOST, "origin": f"http://{HOST}", "content-type": "application/json"}


@dataclass(frozen=True)
class Response:
    """A response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def error(self) -> str:
        """The error message."""
        message: str = json.loads(self.body)["error"]
        return message


def request(
    app: ASGIApp,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] = OWN_HEADERS,
    body: bytes = b"{}",
) -> Response:
    """Send one request and wait for the response."""
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(key.encode(), value.encode()) for key, value in headers.items()],
    }
    incoming: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[Message] = []

    async def receive() -> Message:
        return incoming.pop(0) if incoming else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    async def run() -> None:
        await app(scope, receive, send)

    asyncio.run(run())
    start = sent[0]
    return Response(
        start["status"],
        {key.decode(): value.decode() for key, value in start["headers"]},
        b"".join(message.get("body", b"") for message in sent[1:]),
    )
