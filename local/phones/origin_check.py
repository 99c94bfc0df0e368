"""Who may ask this server: the page it serves, and nothing else that a browser has open.

It listens on loopback, but so does a browser with other sites open. A site cannot read our answers
(it is another origin), but it could post to us, or have its own name point at 127.0.0.1 ("DNS
rebinding") and then be the same origin. So the Host must be one of ours, and whatever
changes something must say that it comes from us.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Nothing from elsewhere, nothing inline, and no text becomes HTML, whatever the scripts do.
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
    # The page is of this run: one that was kept would ask for what is not there any more.
    "Cache-Control": "no-store",
}
_READING = ("GET", "HEAD")


class Guard:
    """Refuses requests that do not come from our own page, and adds the headers to all answers.

    Args:
        app: what is guarded.
        port: where it listens.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
        if port == 80:  # noqa: PLR2004 - http's own, which browsers leave out
            self._hosts |= {"127.0.0.1", "localhost"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        wrong = self.refusal(scope["method"], Headers(scope=scope))
        answer = JSONResponse({"error": wrong}, status_code=403) if wrong else self._app
        await answer(scope, receive, with_headers)

    def refusal(self, method: str, headers: Headers) -> str:
        """Say why a request is refused; "" where it is not."""
        host = headers.get("host", "")
        if host not in self._hosts:
            return f"this server is {' or '.join(sorted(self._hosts))}, not {host!r}"
        if method in _READING:
            return ""
        # Browsers send Origin with each POST, and no script can write another into it.
        if headers.get("origin") != f"http://{host}":
            return "only this server's own page may change something (Origin)"
        if headers.get("content-type", "").partition(";")[0] != "application/json":
            return "only JSON (Content-Type: application/json)"
        return ""
