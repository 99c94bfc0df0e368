"""Other sites in the same browser can neither read nor change anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from starlette.responses import PlainTextResponse

from local.phones.origin_check import CONTENT_SECURITY_POLICY, HEADERS, OriginCheck
from tests.local.phones.asgi_client import HOST, OWN_HEADERS, PORT, request

if TYPE_CHECKING:
    from collections.abc import Mapping

APP = OriginCheck(PlainTextResponse("done"), PORT)


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in OWN_HEADERS.items() if key != name}


@pytest.mark.parametrize("host", [HOST, f"localhost:{PORT}"])
def test_own_page_can_read_and_change(host: str) -> None:
    headers = OWN_HEADERS | {"host": host, "origin": f"http://{host}"}
    assert request(APP, "GET", "/", headers={"host": host}).body == b"done"
    assert request(APP, "POST", "/", headers=headers).body == b"done"


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", f"127.0.0.1:{PORT + 1}", ""]
)
def test_dns_rebinding_is_rejected(host: str) -> None:
    """The site is its own origin, and its host name resolves to this machine."""
    rebound = OWN_HEADERS | {"host": host, "origin": f"http://{host}"}
    assert request(APP, "POST", "/", headers=rebound).status == 403
    assert request(APP, "GET", "/", headers={"host": host}).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        without("origin"),
        OWN_HEADERS | {"origin": "null"},
        OWN_HEADERS | {"origin": "https://evil.example"},
        OWN_HEADERS | {"origin": f"https://{HOST}"},
        OWN_HEADERS
        | {"origin": f"http://localhost:{PORT}"},  # our other host name is another origin
        without("content-type"),
        OWN_HEADERS | {"content-type": "text/plain"},  # forms of other sites can send this
        OWN_HEADERS | {"content-type": "application/x-www-form-urlencoded"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_requests_from_elsewhere_change_nothing(method: str, headers: Mapping[str, str]) -> None:
    response = request(APP, method, "/", headers=headers)
    assert response.status == 403
    assert response.body != b"done"
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("host", [HOST, "evil.example"])
def test_every_response_has_the_security_headers(host: str) -> None:
    response = request(APP, "GET", "/", headers={"host": host})
    for name, value in HEADERS.items():
        assert response.headers[name.lower()] == value


def test_policy_allows_only_this_server_and_nothing_inline() -> None:
    directives = dict(
        directive.strip().split(" ", 1) for directive in CONTENT_SECURITY_POLICY.split(";")
    )
    assert directives["default-src"] == "'none'"
    assert not re.search(r"unsafe|https?:|\*|data:", CONTENT_SECURITY_POLICY)
    assert directives["require-trusted-types-for"] == "'script'"
