"""Accepts requests from the server's own web page only, not from other sites in the same browser.

Listening on loopback does not keep other sites out. A site cannot read responses of another
origin, but it can send POST requests, or resolve its own name to 127.0.0.1 (DNS rebinding) and so
become the same origin. Therefore the Host must be one of ours, and requests that change something
must carry our Origin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Loads nothing from other hosts, forbids inline code, and keeps scripts from making HTML of text.
#: Source: Content Security Policy Level 3; Trusted Types.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    # A cached page of an earlier version could call routes that no longer exist.
    "Cache-Control": "no-store",
}
_SAFE_METHODS = ("GET", "HEAD")


class OriginCheck:
    """ASGI middleware that rejects requests of other origins and adds HEADERS to all responses."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
        if port == 80:  # noqa: PLR2004 - the default port, which browsers omit
            self._hosts |= {"127.0.0.1", "localhost"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reject the request or pass it to the application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        error = self.check(scope["method"], Headers(scope=scope))
        response = JSONResponse({"error": error}, status_code=403) if error else self._app
        await response(scope, receive, with_headers)

    def check(self, method: str, headers: Headers) -> str:
        """Return why a request is rejected; "" if it is allowed."""
        host = headers.get("host", "")
        if host not in self._hosts:
            return f"Host must be {' or '.join(sorted(self._hosts))}, not {host!r}"
        if method in _SAFE_METHODS:
            return ""
        # Browsers send Origin with every POST, and scripts cannot change it.
        if headers.get("origin") != f"http://{host}":
            return f"Origin must be http://{host}"
        if headers.get("content-type", "").partition(";")[0] != "application/json":
            return "Content-Type must be application/json"
        return ""
