"""Test the warm-up of place_call: it happens once, and a failure changes nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from adapters.warm_up import WARM_UP, warm_up_place_call
from local.environment import LOOPBACK, free_port
from local.faults.emulator_patches import handler_wrapper
from local.http_server import HttpResponse, HttpServer
from oncall.team_lock import HELD
from tests.functions.invoke import EXECUTION, HOLDS, imported, invoke
from tests.unit import sample_events

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    from local.connect.server import SimulatedConnect
    from local.emulator.system import LocalSystem

REFUSED = HttpResponse(
    429,
    {"x-amzn-errortype": "TooManyRequestsException"},
    b'{"Reason": "ConcurrentInvocationLimitExceeded", "message": "Rate Exceeded."}',
)


class LambdaApi:
    """Records the requests to Lambda's API."""

    def __init__(self, response: HttpResponse | None) -> None:
        self.response = response
        self.requests: list[tuple[str, str, Any]] = []
        self._server = HttpServer(self._respond, on_error=lambda _error: None)
        self.url = self._server.url

    def _respond(
        self, _method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> HttpResponse | None:
        kind = {name.lower(): value for name, value in headers.items()}["x-amz-invocation-type"]
        self.requests.append((path, kind, json.loads(body)))
        return self.response

    def stop(self) -> None:
        """Stop listening."""
        self._server.stop()


@pytest.fixture(params=[HttpResponse(202, {}, b""), REFUSED, None], ids=["ok", "throttled", "drop"])
def api(request: pytest.FixtureRequest) -> Iterator[LambdaApi]:
    api = LambdaApi(request.param)
    yield api
    api.stop()


def settings(system: LocalSystem, lambda_url: str) -> dict[str, str]:
    """Return the environment of open_incident."""
    return HOLDS | {
        "RETENTION_DAYS": "400",
        "DEDUP_WINDOW_MINUTES": "5",
        "INCIDENT_TABLE": system.deployment.incident_table_name,
        "AWS_ENDPOINT_URL_LAMBDA": lambda_url,
        "PLACE_CALL_FUNCTION": "place",
    }


def opening(event_id: str) -> dict[str, Any]:
    """Return the input of open_incident."""
    event = sample_events.event("root-sign-in") | {"id": event_id}
    return {"event": event, "execution": EXECUTION, "started": "2026-01-05T03:12:45Z"}


def opened(system: LocalSystem, lambda_url: str, *events: str) -> list[dict[str, Any]]:
    """Return what a new environment of open_incident returns for these events."""
    system.delete_incidents()
    warm_up_place_call.cache_clear()
    with imported("open_incident", system.emulator.url, settings(system, lambda_url)) as module:
        return [invoke(module, opening(event)) for event in events]


def test_the_page_that_may_call_warms_up_place_call_once(
    system: LocalSystem, api: LambdaApi
) -> None:
    found = opened(system, api.url, "one", "two")

    assert [each["team_lock"]["status"] for each in found] == [HELD, HELD]
    assert api.requests == [("/2015-03-31/functions/place/invocations", "Event", WARM_UP)]


def test_a_failed_warm_up_changes_nothing(system: LocalSystem, api: LambdaApi) -> None:
    [with_api] = opened(system, api.url, "one")
    [without] = opened(system, f"http://{LOOPBACK}:{free_port()}", "one")

    assert with_api == without


def test_a_warm_up_places_no_call_and_uses_up_no_fault(
    place_call: ModuleType, connect: SimulatedConnect
) -> None:
    assert invoke(place_call, WARM_UP)["calls"] == []
    assert connect.requests == []
    assert handler_wrapper.WARM_UP == WARM_UP
