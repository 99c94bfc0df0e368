"""Another site that is open in the same browser can do nothing here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from starlette.responses import PlainTextResponse

from local.phones.origin_check import CONTENT_SECURITY_POLICY, HEADERS, Guard
from tests.local.phones.asgi_client import HOST, OURS, PORT, ask

if TYPE_CHECKING:
    from collections.abc import Mapping

GUARDED = Guard(PlainTextResponse("done"), PORT)


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in OURS.items() if key != name}


@pytest.mark.parametrize("host", [HOST, f"localhost:{PORT}"])
def test_our_own_page_may_read_and_change(host: str) -> None:
    ours = OURS | {"host": host, "origin": f"http://{host}"}
    assert ask(GUARDED, "GET", "/", headers={"host": host}).body == b"done"
    assert ask(GUARDED, "POST", "/", headers=ours).body == b"done"


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", f"127.0.0.1:{PORT + 1}", ""]
)
def test_a_name_that_points_here_is_not_ours(host: str) -> None:
    """DNS rebinding: the site is its own origin, and its name leads to this machine."""
    rebound = OURS | {"host": host, "origin": f"http://{host}"}
    assert ask(GUARDED, "POST", "/", headers=rebound).status == 403
    assert ask(GUARDED, "GET", "/", headers={"host": host}).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        without("origin"),
        OURS | {"origin": "null"},
        OURS | {"origin": "https://evil.example"},
        OURS | {"origin": f"https://{HOST}"},
        OURS | {"origin": f"http://localhost:{PORT}"},  # the other of our names is not this page
        without("content-type"),
        OURS | {"content-type": "text/plain"},  # a form of another site can post that unasked
        OURS | {"content-type": "application/x-www-form-urlencoded"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_what_does_not_come_from_our_page_changes_nothing(
    method: str, headers: Mapping[str, str]
) -> None:
    answer = ask(GUARDED, method, "/", headers=headers)
    assert answer.status == 403
    assert answer.body != b"done"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("host", [HOST, "evil.example"])
def test_every_answer_says_what_a_page_may_load(host: str) -> None:
    answer = ask(GUARDED, "GET", "/", headers={"host": host})
    for name, value in HEADERS.items():
        assert answer.headers[name.lower()] == value


def test_the_policy_allows_this_server_and_nothing_inline() -> None:
    rules = dict(one.strip().split(" ", 1) for one in CONTENT_SECURITY_POLICY.split(";"))
    assert rules["default-src"] == "'none'"
    assert not re.search(r"unsafe|https?:|\*|data:", CONTENT_SECURITY_POLICY)
    assert rules["require-trusted-types-for"] == "'script'"
