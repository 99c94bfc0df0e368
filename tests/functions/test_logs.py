"""Test the log: one JSON object a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from adapters.logger import log

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Write a log line and return it."""

    def _logged(**details: object) -> str:
        log("INFO", "call placed", incident_id="one", **details)
        return capsys.readouterr().out

    return _logged


def test_line_has_time_function_and_incident(
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


def test_names_are_not_escaped(logged: Callable[..., str]) -> None:
    assert "王伟" in logged(contact="王伟")


@pytest.mark.parametrize("text", ["a\nb", "\ud800", '"}{"', "\x00", "\u2028"])
def test_any_text_stays_on_one_line_and_does_not_raise(
    logged: Callable[..., str], text: str
) -> None:
    written = logged(contact=text)

    assert written.count("\n") == 1
    assert json.loads(written)["contact"] == text


def test_values_unknown_to_json_are_written_as_text(logged: Callable[..., str]) -> None:
    assert json.loads(logged(reason=ValueError("no")))["reason"] == "no"
