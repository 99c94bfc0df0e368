"""Promises of open_incident's claim: one event pages once, and no table hinders a page."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from local.environment import LOOPBACK, free_port
from tests.functions.lambda_calls import EXECUTION, INCIDENT, imported, invoke, log_lines
from tests.unit import sample_events

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from local.system import LocalSystem

ANOTHER = f"{EXECUTION}-another"


@pytest.fixture
def open_incident(system: LocalSystem) -> Iterator[ModuleType]:
    """The module, with the deployed table behind it."""
    environment = {"INCIDENT_TABLE": system.deployment.incident_table_name}
    with imported("open_incident", system.emulator.url, environment) as module:
        yield module


def opening(event_id: str = INCIDENT.id, execution: str = EXECUTION) -> dict[str, Any]:
    """Give what the state machine hands to open_incident."""
    event = sample_events.event("root-sign-in") | {"id": event_id}
    return {"event": event, "execution": execution, "started": "2026-01-05T03:12:45Z"}


def test_a_table_that_cannot_be_reached_keeps_no_incident_from_being_opened(
    capsys: pytest.CaptureFixture[str],
) -> None:
    nobody_there = f"http://{LOOPBACK}:{free_port()}"
    with imported("open_incident", nobody_there, {"INCIDENT_TABLE": "Incidents"}) as module:
        answer = invoke(module, opening())

    assert answer == {"incident": INCIDENT.to_state(), "duplicate": False}
    unreachable, opened = log_lines(capsys)
    assert (unreachable["level"], unreachable["reason"]) == ("ERROR", "EndpointConnectionError")
    assert opened["message"] == "incident opened"


def test_a_table_that_is_not_there_keeps_no_incident_from_being_opened(
    open_incident: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INCIDENT_TABLE", "not-deployed")

    assert not invoke(open_incident, opening("table-gone"))["duplicate"]


def test_a_retry_of_the_same_execution_is_no_duplicate(open_incident: ModuleType) -> None:
    first = invoke(open_incident, opening("retried"))
    second = invoke(open_incident, opening("retried"))

    assert not first["duplicate"]
    assert second == first


def test_another_execution_for_the_same_event_is_a_duplicate(open_incident: ModuleType) -> None:
    invoke(open_incident, opening("delivered-twice"))

    assert invoke(open_incident, opening("delivered-twice", ANOTHER))["duplicate"]
    assert not invoke(open_incident, opening("another-event", ANOTHER))["duplicate"]


def test_a_claim_of_an_execution_that_died_runs_out(open_incident: ModuleType) -> None:
    invoke(open_incident, opening("died"))
    incident = sample_events.understood(opening("died")["event"])
    now = int(time.time())

    assert not open_incident.claim(incident, ANOTHER, now=now)
    assert open_incident.claim(incident, ANOTHER, now=now + open_incident.LEASE_SECONDS + 60)


def test_the_table_forgets_a_claim_by_itself_but_not_while_events_are_redelivered(
    open_incident: ModuleType, system: LocalSystem
) -> None:
    table = system.deployment.incident_table_name
    dynamodb = system.client("dynamodb")
    invoke(open_incident, opening("kept"))

    key = {"pk": {"S": "incident#default#kept"}, "sk": {"S": "claim"}}
    item = dynamodb.get_item(TableName=table, Key=key)["Item"]

    forgotten_at = int(item["expires_at"]["N"])  # the template's TimeToLiveSpecification
    day = 24 * 60 * 60  # as long as EventBridge retries a target
    assert forgotten_at > int(item["claimed_until"]["N"]) + day
