"""Invalid requests are rejected with one line, and change nothing."""

from __future__ import annotations

import json
import socket
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from callout.cli import command
from local.asl.transitions import load_definition
from local.connect.callee_action import ActionType, CalleeAction, InvalidActionError
from local.connect.inbound_call import Caller
from local.environment import LOOPBACK
from local.phones.api import MAX_BODY_BYTES, MAX_STORM_ALARMS, create_app
from local.phones.fault_toggles import FaultToggles
from local.phones.scenario_player import ScenarioPlayer
from tests.local.phones.asgi_client import request

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from local.phones.session import PhonesSession
    from tests.local.phones.asgi_client import Response


class FakeSession:
    """A session that records what the API asks for."""

    def __init__(self) -> None:
        self.actions: list[tuple[str, CalleeAction]] = []
        self.storms: list[int] = []
        self.callers: list[Caller] = []
        connect = SimpleNamespace(perform=self.perform, call_in=self.callers.append, faults=None)
        self.system = SimpleNamespace(
            connect=connect,
            proxy=SimpleNamespace(faults=None),
            alerts=SimpleNamespace(webhooks=[], topics=[]),
        )
        self.faults = FaultToggles(cast("Any", self.system), cast("Any", self))
        self.player = ScenarioPlayer(cast("Any", self.system), cast("Any", self), self.faults)
        self.published: list[dict[str, Any]] = []

    def perform(self, contact_id: str, action: CalleeAction) -> None:
        """As the simulated Connect does."""
        if contact_id == "ended":
            raise InvalidActionError("the call has ended")
        self.actions.append((contact_id, action))

    def send_storm(self, count: int) -> None:
        """As PhonesSession does."""
        self.storms.append(count)

    def publish(self, kind: str, **fields: object) -> None:
        """As EventStream does."""
        self.published.append({"kind": kind} | fields)


def app_of(session: FakeSession) -> Starlette:
    return create_app(cast("PhonesSession", session))


def post(session: FakeSession, path: str, body: object) -> Response:
    return request(app_of(session), "POST", path, body=json.dumps(body).encode())


def test_key_press_reaches_the_call() -> None:
    session = FakeSession()
    assert post(session, "/api/calls/c1", {"action": "key", "key": "1"}).status == 200
    assert session.actions == [("c1", CalleeAction(ActionType.KEY, "1"))]


def test_a_phone_calls_back() -> None:
    session = FakeSession()
    assert post(session, "/api/callbacks", {"number": "+14155550132"}).status == 200
    assert session.callers == [Caller("+14155550132", patience=None)]


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("/api/calls/c1", {"action": "dance"}, "action: use one of answer, reject"),
        ("/api/calls/c1", {}, "action: must be a string"),
        ("/api/calls/c1", {"action": "key", "key": "12"}, "keys of a phone"),
        ("/api/calls/ended", {"action": "answer"}, "the call has ended"),
        ("/api/calls/c1", [], "not a JSON object"),
        ("/api/callbacks", {}, "number: must be a string"),
        ("/api/storms", {"count": MAX_STORM_ALARMS + 1}, "count: use 1 to 100"),
        ("/api/storms", {"count": "5"}, "count: use 1 to 100"),
        ("/api/storms", {"count": True}, "count: use 1 to 100"),
        ("/api/faults", {"name": "gremlins", "enabled": True}, "there is no fault 'gremlins'"),
        ("/api/scenarios", {"name": "../secrets"}, "there is no scenario"),
        ("/api/events", {"name": "../../etc/passwd"}, "there is no event"),
        ("/api/alerts", {"name": "x"}, "there is no alert 'x'"),
        ("/api/alerts", {}, "name: must be a string"),
    ],
)
def test_invalid_request_gets_a_one_line_error(path: str, body: object, error: str) -> None:
    session = FakeSession()
    response = post(session, path, body)
    assert response.status == 400
    assert error in response.error
    assert "\n" not in response.error
    assert (session.actions, session.storms) == ([], [])


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 50_000, b'"' + b"x" * MAX_BODY_BYTES + b'"'])
def test_body_that_is_not_json_or_too_large_is_rejected(body: bytes) -> None:
    assert request(app_of(FakeSession()), "POST", "/api/storms", body=body).status == 400


def test_fault_is_injected_until_it_is_switched_off() -> None:
    session = FakeSession()
    post(session, "/api/faults", {"name": "ssm unavailable", "enabled": True})
    assert [fault.at for fault in session.system.proxy.faults] == ["ssm"]
    assert [fault.at for fault in session.system.connect.faults] == ["ssm"]
    post(session, "/api/faults", {"name": "ssm unavailable", "enabled": False})
    assert list(session.system.proxy.faults) == []
    assert [message["enabled"] for message in session.published] == [["ssm unavailable"], []]


@pytest.mark.parametrize("path", ["/page/../api.py", "/page/..%2fapi.py", "/page//etc/passwd"])
def test_only_the_files_of_the_page_are_served(path: str) -> None:
    assert request(app_of(FakeSession()), "GET", path).status == 404


def test_diagram_has_every_state_and_no_inline_style() -> None:
    svg = request(app_of(FakeSession()), "GET", "/state-machine.svg").body.decode()
    assert "<style" not in svg
    for name in load_definition()["States"]:
        assert f">{name}</text>" in svg


def test_port_in_use_is_reported_with_the_solution(capfd: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        assert command(["phones", "--port", str(port)]) == 2
    error = capfd.readouterr().err
    assert (
        error
        == f"callout: port {port} is in use: choose another with PORT=, or 0 for any free port\n"
    )
