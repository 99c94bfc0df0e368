"""The HTTP API of the web page: one route for each action, JSON in and out."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from local.asl.diagram import PATH as DIAGRAM
from local.connect.callee_action import ActionType, CalleeAction
from local.connect.inbound_call import Caller
from local.emulator.process import LocalError
from local.environment import ROOT
from local.phones.sample_alerts import sample_alerts
from local.phones.sample_events import read_sample_event
from local.scenarios.alerts import WebhookRequest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request

    from local.phones.session import PhonesSession

PAGE = ROOT / "local" / "phones" / "page"
#: EventBridge accepts events of up to 256 KB.
MAX_BODY_BYTES = 300_000
MAX_STORM_ALARMS = 100
#: Real seconds to wait for an event's execution before reporting that no rule matches the event.
MATCH_TIMEOUT = 4

_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)


class BadRequestError(ValueError):
    """The request is invalid; the message is one line for the user."""


def create_app(session: PhonesSession) -> Starlette:
    """Return the application that serves a session."""
    actions = _Actions(session)
    post_routes = {
        "/api/calls/{contact_id}": actions.act_on_call,
        "/api/callbacks": actions.call_back,
        "/api/events": actions.send_event,
        "/api/alerts": actions.send_alert,
        "/api/storms": actions.send_storm,
        "/api/incidents/forget": actions.forget_incidents,
        "/api/roster": actions.save_roster,
        "/api/faults": actions.toggle_fault,
        "/api/scenarios": actions.play_scenario,
    }

    async def index(_request: Request) -> Response:
        return FileResponse(PAGE / "index.html")

    async def diagram(_request: Request) -> Response:
        # The page has its own colors, and its Content-Security-Policy forbids inline styles.
        svg = _STYLE.sub("", DIAGRAM.read_text(encoding="utf-8"))
        return Response(svg, media_type="image/svg+xml")

    async def config(_request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(session.config))

    async def stream(request: Request) -> Response:
        last_id = request.headers.get("last-event-id", "")
        return StreamingResponse(session.stream.subscribe(last_id), media_type="text/event-stream")

    return Starlette(
        routes=[
            Route("/", index),
            Route("/state-machine.svg", diagram),
            Route("/api/config", config),
            Route("/api/stream", stream),
            *(
                Route(path, _endpoint(action), methods=["POST"])
                for path, action in post_routes.items()
            ),
            Mount("/page", StaticFiles(directory=PAGE)),
        ]
    )


class _Actions:
    """What the web page can do; each method handles the JSON body of a POST."""

    def __init__(self, session: PhonesSession) -> None:
        self._session = session

    def act_on_call(self, body: Mapping[str, Any], request: Request) -> None:
        kind = _string(body, "action")
        if kind not in list(ActionType):
            raise BadRequestError(f"action: use one of {', '.join(ActionType)}, not {kind!r}")
        action = CalleeAction(ActionType(kind), _string(body, "key", ""))
        self._session.system.connect.perform(request.path_params["contact_id"], action)

    def call_back(self, body: Mapping[str, Any], _request: Request) -> None:
        caller = Caller(_string(body, "number"), patience=None)
        self._session.system.connect.call_in(caller)

    def send_event(self, body: Mapping[str, Any], _request: Request) -> dict[str, object]:
        event = body.get("event")
        if event is None:
            try:
                event = read_sample_event(_string(body, "name"))
            except KeyError as error:
                raise BadRequestError(f"there is no event {error}") from None
        execution = self._session.system.send(event, MATCH_TIMEOUT)
        return {"execution": execution.rpartition(":")[2] if execution else None}

    def send_alert(self, body: Mapping[str, Any], _request: Request) -> dict[str, object]:
        sender = self._session.system.alerts
        try:
            sent = sample_alerts(self._session.system)[_string(body, "name")].sent
        except KeyError as error:
            raise BadRequestError(f"there is no alert {error}") from None
        if not isinstance(sent, WebhookRequest):
            sender.send(sent)
            return {}
        status, answer = sender.post(sent)
        return {"status": status, "answer": answer}

    def send_storm(self, body: Mapping[str, Any], _request: Request) -> None:
        count = body.get("count")
        if type(count) is not int or not 1 <= count <= MAX_STORM_ALARMS:
            raise BadRequestError(f"count: use 1 to {MAX_STORM_ALARMS}, not {count!r}")
        self._session.send_storm(count)

    def forget_incidents(self, _body: Mapping[str, Any], _request: Request) -> None:
        for team in self._session.system.teams:
            self._session.system.delete_incidents(team)

    def save_roster(self, body: Mapping[str, Any], _request: Request) -> None:
        self._session.roster.save(_string(body, "text"))

    def toggle_fault(self, body: Mapping[str, Any], _request: Request) -> None:
        try:
            self._session.faults.toggle(_string(body, "name"), enabled=body.get("enabled") is True)
        except KeyError as error:
            raise BadRequestError(f"there is no fault {error}") from None

    def play_scenario(self, body: Mapping[str, Any], _request: Request) -> None:
        name = _string(body, "name", "")
        try:
            self._session.player.play(name) if name else self._session.player.stop()
        except KeyError as error:
            raise BadRequestError(f"there is no scenario {error}") from None


def _endpoint(
    action: Callable[[Mapping[str, Any], Request], object],
) -> Callable[[Request], Awaitable[Response]]:
    """Wrap an action as an endpoint that answers with its result or a one-line error.

    Users can send any event, so errors of boto3 and the emulator about it are shown to them.
    """

    async def endpoint(request: Request) -> Response:
        try:
            body = await _read_json(request)
            result = await run_in_threadpool(action, body, request)
        except (ValueError, OverflowError, LocalError, BotoCoreError, ClientError) as error:
            return JSONResponse({"error": " ".join(str(error).split())}, status_code=400)
        return JSONResponse(result or {})

    return endpoint


async def _read_json(request: Request) -> Mapping[str, Any]:
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > MAX_BODY_BYTES:
            raise BadRequestError(f"the body is larger than {MAX_BODY_BYTES} bytes")
    try:
        body = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadRequestError(f"not JSON: {error}") from None
    if not isinstance(body, dict):
        raise BadRequestError("not a JSON object")
    return body


def _string(body: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = body.get(name, default)
    if not isinstance(value, str):
        raise BadRequestError(f"{name}: must be a string, not {value!r}")
    return value
