"""The request that docs/local-phones.md shows for scripts is one that the page's server takes."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlsplit

from local.phones.app import app_of
from local.phones.guard import Guard
from local.phones.samples import sample
from tests.documented.shown import everything_shown
from tests.phones.asking import PORT, ask


def test_the_event_that_is_shown_is_sent() -> None:
    [shown] = [one.words for one in everything_shown() if one.words[0] == "curl"]
    options = dict(zip(shown[1::2], shown[2::2], strict=False))
    url = urlsplit(shown[-1])
    name, _, value = options["-H"].partition(": ")
    sent: list[Any] = []

    def send(event: object, _within: float) -> str:
        sent.append(event)
        return "arn:1"

    board = cast("Any", SimpleNamespace(system=SimpleNamespace(send=send)))
    # As curl sends --json.
    headers = {"host": url.netloc, "content-type": "application/json", name.lower(): value}
    body = options["--json"].encode()

    answer = ask(Guard(app_of(board), PORT), "POST", url.path, headers=headers, body=body)

    assert answer.status == 200
    assert sent == [sample(json.loads(body)["name"])]
