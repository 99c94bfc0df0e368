"""Promises of the log: one JSON object a line, whatever is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from adapters.logger import log

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Log something and give the text that was written."""

    def _logged(**details: object) -> str:
        log("INFO", "call placed", incident_id="one", **details)
        return capsys.readouterr().out

    return _logged


def test_a_line_says_when_where_and_of_which_incident(
    logged: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "Callout-PlaceCall")

    line = json.loads(logged(attempt=2))

    assert line.pop("timestamp").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "service": "callout",
        "function": "Callout-PlaceCall",
        "incident_id": "one",
        "message": "call placed",
        "attempt": 2,
    }


def test_a_name_is_readable_in_its_own_script(logged: Callable[..., str]) -> None:
    assert "王伟" in logged(contact="王伟")


@pytest.mark.parametrize("text", ["a\nb", "\ud800", '"}{"', "\x00", "\u2028"])
def test_no_text_breaks_a_line_or_fails_the_function(logged: Callable[..., str], text: str) -> None:
    written = logged(contact=text)

    assert written.count("\n") == 1
    assert json.loads(written)["contact"] == text


def test_what_json_does_not_know_is_written_as_text(logged: Callable[..., str]) -> None:
    assert json.loads(logged(reason=ValueError("no")))["reason"] == "no"
