"""What stands in the way of `callout phones` is one line, before anything is started."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from callout.cli import command
from local.environment import LOOPBACK

if TYPE_CHECKING:
    import pytest


def test_a_port_that_is_taken_is_said_with_what_to_do(capfd: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        assert command(["phones", "--port", str(port)]) == 2
    said = capfd.readouterr().err
    assert said == f"callout: port {port} is in use: choose another with PORT=, or 0 for any\n"


def test_a_roster_that_cannot_be_read_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    assert command(["phones", "--port", "0", "--roster", "/nowhere/roster.yaml"]) == 2
    assert capfd.readouterr().err == "callout: /nowhere/roster.yaml: No such file or directory\n"
