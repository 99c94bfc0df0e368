"""Asks an ASGI application, as a browser would, without a server between."""

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
#: What our own page sends with a POST.
OURS = {"host": HOST, "origin": f"http://{HOST}", "content-type": "application/json"}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def error(self) -> str:
        """Why it was refused."""
        said: str = json.loads(self.body)["error"]
        return said


def ask(
    app: ASGIApp,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] = OURS,
    body: bytes = b"{}",
) -> Answer:
    """Send one request and wait for its answer."""
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
    sent: list[Message] = []

    async def answered() -> None:
        await app(scope, _giving(body), _into(sent))

    asyncio.run(answered())
    begin = sent[0]
    return Answer(
        begin["status"],
        {key.decode(): value.decode() for key, value in begin["headers"]},
        b"".join(one.get("body", b"") for one in sent[1:]),
    )


def _giving(body: bytes) -> Any:  # noqa: ANN401 - an ASGI callable
    parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return parts.pop(0) if parts else {"type": "http.disconnect"}

    return receive


def _into(sent: list[Message]) -> Any:  # noqa: ANN401 - an ASGI callable
    async def send(message: Message) -> None:
        sent.append(message)

    return send
