"""What a page may ask: a route for each thing, JSON in and out."""

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

from local.asl.diagram import PATH as PICTURE
from local.connect.callee_action import ActionType, CalleeAction
from local.emulator.process import LocalError
from local.environment import ROOT
from local.phones.sample_events import sample
from oncall.incident import DEFAULT_TEAM

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request

    from local.phones.session import Board

PAGE = ROOT / "local" / "phones" / "page"
#: Bytes. EventBridge takes events of up to 256 KB.
LARGEST_BODY = 300_000
#: Alarms of one storm.
LARGEST_STORM = 100
#: Real seconds in which an event has become an execution; else no rule matches it.
MATCHED_WITHIN = 4

_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)


class RefusedError(ValueError):
    """What was asked cannot be; one line for whoever sits before the page."""


def app_of(board: Board) -> Starlette:
    """Make the application of a board."""
    actions = {
        "/api/calls/{call}": _Calls(board).decide,
        "/api/events": _Events(board).send,
        "/api/storms": _Events(board).storm,
        "/api/incidents/forget": _Events(board).forget,
        "/api/roster": _Others(board).save_roster,
        "/api/faults": _Others(board).turn_fault,
        "/api/stories": _Others(board).play,
    }

    async def index(_request: Request) -> Response:
        return FileResponse(PAGE / "index.html")

    async def picture(_request: Request) -> Response:
        # Without its own colours: the page has others, and takes no style that is not in a file.
        drawn = _STYLE.sub("", PICTURE.read_text(encoding="utf-8"))
        return Response(drawn, media_type="image/svg+xml")

    async def about(_request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(board.about))

    async def feed(request: Request) -> Response:
        since = request.headers.get("last-event-id", "")
        return StreamingResponse(board.feed.follow(since), media_type="text/event-stream")

    return Starlette(
        routes=[
            Route("/", index),
            Route("/machine.svg", picture),
            Route("/api/about", about),
            Route("/api/feed", feed),
            *(Route(path, _answering(act), methods=["POST"]) for path, act in actions.items()),
            Mount("/page", StaticFiles(directory=PAGE)),
        ]
    )


class _Calls:
    """What whoever holds a phone does."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def decide(self, given: Mapping[str, Any], request: Request) -> None:
        what = _text(given, "do")
        if what not in list(ActionType):
            raise RefusedError(f"do: {', '.join(ActionType)}, not {what!r}")
        action = CalleeAction(ActionType(what), _text(given, "key", ""))
        self._board.system.connect.perform(request.path_params["call"], action)


class _Events:
    """What happens in AWS."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def send(self, given: Mapping[str, Any], _request: Request) -> dict[str, object]:
        event = given.get("event")
        if event is None:
            try:
                event = sample(_text(given, "name"))
            except KeyError as error:
                raise RefusedError(f"there is no event {error}") from None
        execution = self._board.system.send(event, MATCHED_WITHIN)
        return {"execution": execution.rpartition(":")[2] if execution else None}

    def storm(self, given: Mapping[str, Any], _request: Request) -> None:
        count = given.get("count")
        if type(count) is not int or not 1 <= count <= LARGEST_STORM:
            raise RefusedError(f"count: 1 to {LARGEST_STORM}, not {count!r}")
        self._board.storm(count)

    def forget(self, _given: Mapping[str, Any], _request: Request) -> None:
        self._board.system.forget_incidents(DEFAULT_TEAM)


class _Others:
    """What is changed around the calls."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def save_roster(self, given: Mapping[str, Any], _request: Request) -> None:
        self._board.roster.save(_text(given, "text"))

    def turn_fault(self, given: Mapping[str, Any], _request: Request) -> None:
        try:
            self._board.faults.turn(_text(given, "name"), on=given.get("on") is True)
        except KeyError as error:
            raise RefusedError(f"there is no fault {error}") from None

    def play(self, given: Mapping[str, Any], _request: Request) -> None:
        name = _text(given, "name", "")
        try:
            self._board.player.play(name) if name else self._board.player.stop()
        except KeyError as error:
            raise RefusedError(f"there is no story {error}") from None


def _answering(
    act: Callable[[Mapping[str, Any], Request], object],
) -> Callable[[Request], Awaitable[Response]]:
    """Answer a POST with what was done, or with the one line that says why it was not.

    What is given comes from a person, who may write any event: whatever boto3 or the emulator says
    of it is for them to read.
    """

    async def answer(request: Request) -> Response:
        try:
            given = await _read(request)
            done = await run_in_threadpool(act, given, request)
        except (ValueError, OverflowError, LocalError, BotoCoreError, ClientError) as error:
            return JSONResponse({"error": " ".join(str(error).split())}, status_code=400)
        return JSONResponse(done or {})

    return answer


async def _read(request: Request) -> Mapping[str, Any]:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise RefusedError(f"more than {LARGEST_BODY} bytes")
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusedError(f"not JSON: {error}") from None
    if not isinstance(given, dict):
        raise RefusedError("not a JSON object")
    return given


def _text(given: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = given.get(name, default)
    if not isinstance(value, str):
        raise RefusedError(f"{name}: a text is needed, not {value!r}")
    return value
