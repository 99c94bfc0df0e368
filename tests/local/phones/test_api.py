"""What cannot be done is refused in one line, and harms nothing."""

from __future__ import annotations

import json
import socket
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from callout.cli import command
from local.asl.transitions import load_definition
from local.connect.callee_action import ActionType, CalleeAction, InvalidActionError
from local.environment import LOOPBACK
from local.phones.api import LARGEST_BODY, LARGEST_STORM, app_of
from local.phones.fault_toggles import Faults
from local.phones.scenario_player import Player
from tests.local.phones.asgi_client import ask

if TYPE_CHECKING:
    from local.phones.session import Board
    from tests.local.phones.asgi_client import Answer


class Asked:
    """A board that keeps what is asked of it."""

    def __init__(self) -> None:
        self.actions: list[tuple[str, CalleeAction]] = []
        self.storms: list[int] = []
        self.gates: dict[str, Any] = {}
        connect = SimpleNamespace(perform=self.perform, faults=None)
        self.system = SimpleNamespace(connect=connect, proxy=SimpleNamespace(faults=None))
        self.faults = Faults(cast("Any", self.system), cast("Any", self))
        self.player = Player(cast("Any", self.system), cast("Any", self), self.faults)
        self.said: list[dict[str, Any]] = []

    def perform(self, call: str, action: CalleeAction) -> None:
        """As the simulated Connect does."""
        if call == "over":
            raise InvalidActionError("the call is over")
        self.actions.append((call, action))

    def storm(self, count: int) -> None:
        """As a board does."""
        self.storms.append(count)

    def say(self, kind: str, **told: object) -> None:
        """As a feed does."""
        self.said.append({"kind": kind} | told)


def post(board: Asked, path: str, given: object) -> Answer:
    return ask(app_of(cast("Board", board)), "POST", path, body=json.dumps(given).encode())


def test_a_key_reaches_the_call() -> None:
    board = Asked()
    assert post(board, "/api/calls/c1", {"do": "key", "key": "1"}).status == 200
    assert board.actions == [("c1", CalleeAction(ActionType.KEY, "1"))]


@pytest.mark.parametrize(
    ("path", "given", "why"),
    [
        ("/api/calls/c1", {"do": "dance"}, "do: answer, reject"),
        ("/api/calls/c1", {}, "do: a text is needed"),
        ("/api/calls/c1", {"do": "key", "key": "12"}, "keys of a phone"),
        ("/api/calls/over", {"do": "answer"}, "the call is over"),
        ("/api/calls/c1", [], "not a JSON object"),
        ("/api/storms", {"count": LARGEST_STORM + 1}, "count: 1 to 100"),
        ("/api/storms", {"count": "5"}, "count: 1 to 100"),
        ("/api/storms", {"count": True}, "count: 1 to 100"),
        ("/api/faults", {"name": "gremlins", "on": True}, "there is no fault 'gremlins'"),
        ("/api/stories", {"name": "../secrets"}, "there is no story"),
        ("/api/events", {"name": "../../etc/passwd"}, "there is no event"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(path: str, given: object, why: str) -> None:
    board = Asked()
    answer = post(board, path, given)
    assert answer.status == 400
    assert why in answer.error
    assert "\n" not in answer.error
    assert (board.actions, board.storms) == ([], [])


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 50_000, b'"' + b"x" * LARGEST_BODY + b'"'])
def test_a_body_that_is_no_json_or_too_large_is_refused(body: bytes) -> None:
    answer = ask(app_of(cast("Board", Asked())), "POST", "/api/storms", body=body)
    assert answer.status == 400


def test_a_fault_strikes_until_it_is_switched_off() -> None:
    board = Asked()
    post(board, "/api/faults", {"name": "ssm unavailable", "on": True})
    assert [one.at for one in board.system.proxy.faults] == ["ssm"]
    assert [one.at for one in board.system.connect.faults] == ["ssm"]
    post(board, "/api/faults", {"name": "ssm unavailable", "on": False})
    assert list(board.system.proxy.faults) == []
    assert [one["on"] for one in board.said] == [["ssm unavailable"], []]


@pytest.mark.parametrize("path", ["/page/../app.py", "/page/..%2fapp.py", "/page//etc/passwd"])
def test_only_the_page_is_served(path: str) -> None:
    assert ask(app_of(cast("Board", Asked())), "GET", path).status == 404


def test_the_picture_has_every_state_and_no_style_of_its_own() -> None:
    drawn = ask(app_of(cast("Board", Asked())), "GET", "/machine.svg").body.decode()
    assert "<style" not in drawn
    for name in load_definition()["States"]:
        assert f">{name}</text>" in drawn


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
