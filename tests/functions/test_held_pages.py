"""Pages that wait: open_incident holds them, check_hold decides again, and the table shows it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import BotoCoreError

from adapters.incident_store import IncidentTable
from local.environment import LOOPBACK, free_port
from oncall.hold import MAX_HOLD_SECONDS
from oncall.incident import Incident
from oncall.incident_record import ACKNOWLEDGED
from tests.functions.invoke import EXECUTION, HOLDS, imported, invoke

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from local.emulator.system import LocalSystem

ANOTHER = f"{EXECUTION}-another"
STARTED = "2026-01-05T23:30:00Z"
SETTINGS = {"RETENTION_DAYS": "7", "DEDUP_WINDOW_MINUTES": "5", **HOLDS}
CONTACTS = "contacts: [{name: Ana, phone: +14155550132}]\n"
QUIET = CONTACTS + 'quiet_hours: [{severities: [low, medium], hours: ["22:00-07:00"]}]\n'


@pytest.fixture
def functions(system: LocalSystem) -> Iterator[dict[str, ModuleType]]:
    """Import the functions, with the deployed table, which is empty, and quiet hours at night."""
    system.delete_incidents()
    system.save_roster(QUIET)
    environment = SETTINGS | {"INCIDENT_TABLE": system.deployment.incident_table_name}
    url = system.emulator.url
    with (
        imported("open_incident", url, environment) as opening,
        imported("check_hold", url, environment) as checking,
        imported("acquire_team_lock", url, environment) as acquiring,
    ):
        yield {"open": opening, "check": checking, "acquire": acquiring}


@pytest.fixture
def table(functions: dict[str, ModuleType]) -> IncidentTable:
    """The table of the functions."""
    return IncidentTable(functions["open"].dynamodb, os.environ["INCIDENT_TABLE"])


def page(event_id: str, severity: str = "low", execution: str = EXECUTION) -> dict[str, Any]:
    """Return the input of open_incident."""
    detail = {"title": "Disk is full", "severity": severity, "dedup_key": "disk"}
    event = {"id": event_id, "source": "callout", "detail-type": "Page", "detail": detail}
    return {"event": event, "execution": execution, "started": STARTED}


def checked(opened: dict[str, Any], **changes: object) -> dict[str, Any]:
    """Return the input of check_hold after open_incident."""
    state = {"incident": opened["incident"], "hold": opened["hold"]}
    return state | {"execution": EXECUTION, "started": STARTED} | changes


def test_a_held_incident_is_open_but_no_other_page_announces_it(
    functions: dict[str, ModuleType], table: IncidentTable
) -> None:
    opened = invoke(functions["open"], page("held"))
    incident = Incident.from_state(opened["incident"])

    assert (opened["hold"]["status"], opened["hold"]["kind"]) == ("announce", "quiet_hours")
    assert opened["hold"]["until"] == "2026-01-06T07:00:00Z"
    record = table.record("default", "held")
    assert record is not None
    assert (record.open, record.held, record.hold["until"]) == (True, True, "2026-01-06T07:00:00Z")
    assert table.open_incidents(incident) == []

    acquired = {"incident": opened["incident"], "team_lock": {}, "execution": EXECUTION}
    assert invoke(functions["acquire"], acquired)["status"] == "held"
    assert table.open_ids(incident) == ["held"]


def test_a_repeat_is_counted_and_calls_only_if_it_is_not_held(
    functions: dict[str, ModuleType], table: IncidentTable
) -> None:
    held = invoke(functions["open"], page("first"))
    again = invoke(functions["open"], page("second", "medium", ANOTHER))
    assert again["duplicate"]

    worse = page("third", "critical", ANOTHER)
    for _ in range(2):  # the second is a retry
        released = invoke(functions["open"], worse)
        assert not released["duplicate"]
        assert (released["incident"]["id"], released["incident"]["severity"]) == (
            "first",
            "critical",
        )
        assert released["hold"]["status"] == "none"
    record = table.record("default", "first")
    assert record is not None
    assert (record.held, record.execution, record.count) == (False, ANOTHER, 3)
    assert invoke(functions["check"], checked(held))["status"] == "taken_over"


def test_a_hold_ends_when_the_roster_is_edited(
    functions: dict[str, ModuleType], system: LocalSystem
) -> None:
    opened = invoke(functions["open"], page("held"))
    state = checked(opened, started=soon())
    assert invoke(functions["check"], state)["status"] == "announce"  # the end is in 2126
    system.save_roster(CONTACTS)
    assert invoke(functions["check"], state)["status"] == "over"


def soon() -> str:
    """Return a start in the future, so that only the counted time matters."""
    return "2126-01-05T23:30:00Z"


def test_a_check_counts_the_time_and_renews_the_record(
    functions: dict[str, ModuleType], table: IncidentTable
) -> None:
    opened = invoke(functions["open"], page("held"))
    state = checked(opened, started=soon())
    before = table.record("default", "held")
    answer = invoke(functions["check"], state)
    after = table.record("default", "held")

    assert (answer["status"], answer["waited_seconds"]) == ("announce", 60)  # of 2126
    assert before is not None
    assert after is not None
    assert after.hold["until"] == "2126-01-06T07:00:00Z"
    ended = {**opened["hold"], "waited_seconds": 7 * 3600 + 1800, "wait_seconds": 0}
    assert invoke(functions["check"], state | {"hold": ended})["status"] == "over"
    longest = {**opened["hold"], "waited_seconds": MAX_HOLD_SECONDS, "wait_seconds": 0}
    assert invoke(functions["check"], state | {"hold": longest})["status"] == "over"


def test_an_incident_that_was_acknowledged_meanwhile_does_not_call(
    functions: dict[str, ModuleType], table: IncidentTable
) -> None:
    opened = invoke(functions["open"], page("held"))
    table.close("default", "held", outcome=ACKNOWLEDGED, by="Olga", now=1, expires_at=2**31)

    assert invoke(functions["check"], checked(opened, started=soon()))["status"] == "over"
    acquired = {"incident": opened["incident"], "team_lock": {}, "execution": EXECUTION}
    answer = invoke(functions["acquire"], acquired)
    assert (answer["status"], answer["closed_by"]) == ("handled", "Olga")


def test_without_the_table_a_page_waits_and_without_any_roster_the_check_fails(
    functions: dict[str, ModuleType], system: LocalSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = invoke(functions["open"], page("held"))
    monkeypatch.setenv("INCIDENT_TABLE", "not-deployed")
    state = checked(opened, started=soon())
    assert invoke(functions["check"], state)["status"] == "announce"

    environment = SETTINGS | {"INCIDENT_TABLE": system.deployment.incident_table_name}
    unreachable_url = f"http://{LOOPBACK}:{free_port()}"
    with (
        imported("check_hold", unreachable_url, environment) as module,
        pytest.raises(BotoCoreError),
    ):
        invoke(module, state)
