"""Test the team lock: one execution holds it, the next one gets it, and a dead one loses it."""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from adapters.incident_store import IncidentTable
from local.environment import LOOPBACK, free_port
from oncall.incident_record import Record
from oncall.team_lock import LEASE_SECONDS, POST_ACK_DELAY_SECONDS, LockWait
from tests.functions.invoke import EXECUTION, INCIDENT, imported, invoke

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from local.emulator.system import LocalSystem

ANOTHER = f"{EXECUTION}-another"
NEW = {"status": "new"}


@pytest.fixture
def settings(system: LocalSystem) -> dict[str, str]:
    """Return the functions' environment, with an empty table."""
    system.delete_incidents()
    return {
        "INCIDENT_TABLE": system.deployment.incident_table_name,
        "RETENTION_DAYS": "400",
        "ACK_TIMEOUT_MINUTES": "0",
    }


@pytest.fixture
def acquire_team_lock(system: LocalSystem, settings: dict[str, str]) -> Iterator[ModuleType]:
    """Import the function, with the deployed table."""
    with imported("acquire_team_lock", system.emulator.url, settings) as module:
        yield module


@pytest.fixture
def finish_page(system: LocalSystem, settings: dict[str, str]) -> Iterator[ModuleType]:
    """Import the function, with the same table."""
    with imported("finish_page", system.emulator.url, settings) as module:
        yield module


@pytest.fixture
def table(acquire_team_lock: ModuleType) -> IncidentTable:
    """The table of both functions."""
    return IncidentTable(acquire_team_lock.dynamodb, os.environ["INCIDENT_TABLE"])


def acquiring(execution: str = EXECUTION, lock: object = NEW, name: str = "one") -> dict[str, Any]:
    """Return the input of acquire_team_lock."""
    incident = replace(INCIDENT, id=name).to_state()
    return {"incident": incident, "team_lock": lock, "execution": execution}


def finishing(
    outcome: str,
    announced: list[str],
    deferred: list[str] | None = None,
    execution: str = EXECUTION,
) -> dict[str, Any]:
    """Return the input of finish_page."""
    by = "Ana" if outcome == "acknowledged" else None
    return {
        "incident": replace(INCIDENT, id=announced[0]).to_state(),
        "announced_incident_ids": announced,
        "deferred_incident_ids": deferred or [],
        "result": {"outcome": outcome, "acknowledged_by": by, "calls": [{"contact": "Ana"}]},
        "execution": execution,
    }


def open_incidents(table: IncidentTable, *names: str, execution: str = EXECUTION) -> None:
    """Write incidents into the table."""
    now = int(time.time())
    for name in names:
        record = Record(
            incident=replace(INCIDENT, id=name),
            execution=execution,
            opened=f"2026-01-05T03:12:{len(name):02}Z",
            claimed_until=now + 60,
        )
        assert table.open(record, now=now, expires_at=now + 600)


def status_of(table: IncidentTable, name: str) -> str:
    """Return the outcome of an incident, or `open`."""
    record = table.record("default", name)
    assert record
    return "open" if record.open else record.outcome


def test_first_execution_holds_the_lock_and_the_second_waits(acquire_team_lock: ModuleType) -> None:
    first, second = (
        invoke(acquire_team_lock, acquiring(execution)) for execution in (EXECUTION, ANOTHER)
    )

    assert (first["status"], second["status"]) == ("held", "busy")
    assert second["wait_seconds"] > 0


def test_retry_of_the_holder_still_holds_the_lock(acquire_team_lock: ModuleType) -> None:
    assert [invoke(acquire_team_lock, acquiring())["status"] for _ in range(2)] == ["held", "held"]


def test_one_of_many_concurrent_executions_acquires_the_lock(acquire_team_lock: ModuleType) -> None:
    with ThreadPoolExecutor(8) as pool:
        locks = pool.map(
            lambda number: invoke(acquire_team_lock, acquiring(f"{EXECUTION}-{number}")), range(24)
        )

        assert [lock["status"] for lock in locks].count("held") == 1


def test_waiting_execution_acquires_a_released_lock_and_calls_the_acknowledger_first(
    acquire_team_lock: ModuleType, finish_page: ModuleType, table: IncidentTable
) -> None:
    open_incidents(table, "one", "two")
    invoke(acquire_team_lock, acquiring())
    waiting = invoke(acquire_team_lock, acquiring(ANOTHER, name="two"))

    invoke(finish_page, finishing("acknowledged", ["one"]))
    delayed = invoke(acquire_team_lock, acquiring(ANOTHER, waiting, name="two"))
    then = invoke(acquire_team_lock, acquiring(ANOTHER, delayed, name="two"))

    # Ana's phone is still playing the confirmation.
    assert (delayed["status"], delayed["wait_seconds"]) == ("busy", POST_ACK_DELAY_SECONDS)
    assert invoke(acquire_team_lock, acquiring(f"{ANOTHER}-2", name="three"))["status"] == "busy"
    assert (then["status"], then["call_first"]) == ("held", "Ana")


def test_holder_without_heartbeat_loses_the_lock_after_the_lease(
    acquire_team_lock: ModuleType,
) -> None:
    invoke(acquire_team_lock, acquiring())
    lock: dict[str, Any] = NEW
    while (lock := invoke(acquire_team_lock, acquiring(ANOTHER, lock)))["status"] == "busy":
        assert lock["waited_seconds"] < 2 * LEASE_SECONDS

    assert lock["status"] == "held"
    assert lock["waited_seconds"] >= LEASE_SECONDS
    assert (
        invoke(acquire_team_lock, acquiring())["status"] == "busy"
    )  # the expired holder, if it continues


def test_holder_with_heartbeats_keeps_the_lock(
    acquire_team_lock: ModuleType, table: IncidentTable
) -> None:
    invoke(acquire_team_lock, acquiring())
    lock: dict[str, Any] = NEW
    for _ in range(40):
        lock = invoke(acquire_team_lock, acquiring(ANOTHER, lock))
        assert lock["status"] == "busy"
        assert table.heartbeat("default", EXECUTION)

    assert lock["waited_seconds"] > 2 * LEASE_SECONDS


def test_one_of_two_executions_replaces_a_dead_holder(
    acquire_team_lock: ModuleType, table: IncidentTable
) -> None:
    invoke(acquire_team_lock, acquiring())
    heartbeat = f"{table.read_lock('default')['heartbeat']} {EXECUTION}"
    found_dead = LockWait("busy", 10, LEASE_SECONDS, heartbeat, LEASE_SECONDS).to_state()

    statuses = [
        invoke(acquire_team_lock, acquiring(f"{ANOTHER}-{n}", found_dead))["status"]
        for n in range(2)
    ]

    assert statuses == ["held", "busy"]


def test_waiting_execution_stops_when_its_incident_is_closed(
    acquire_team_lock: ModuleType, finish_page: ModuleType, table: IncidentTable
) -> None:
    open_incidents(table, "one", "two")
    invoke(acquire_team_lock, acquiring())
    waiting = invoke(acquire_team_lock, acquiring(ANOTHER, name="two"))

    invoke(finish_page, finishing("acknowledged", ["one", "two"]))
    then = invoke(acquire_team_lock, acquiring(ANOTHER, waiting, name="two"))

    assert (then["status"], then["outcome"], then["closed_by"]) == (
        "handled",
        "acknowledged",
        "Ana",
    )


def test_acknowledgement_closes_only_the_announced_incidents(
    finish_page: ModuleType, table: IncidentTable
) -> None:
    open_incidents(table, "one", "two", "three")

    invoke(finish_page, finishing("acknowledged", ["one", "two"], deferred=["three"]))

    found = [status_of(table, name) for name in ("one", "two", "three")]
    assert found == ["acknowledged", "acknowledged", "open"]
    record = table.record("default", "two")
    assert record
    assert (record.closed_by, record.calls) == ("Ana", [{"contact": "Ana"}])


@pytest.mark.parametrize("outcome", ["unanswered", "failed"])
def test_unanswered_page_closes_all_open_incidents(
    finish_page: ModuleType, table: IncidentTable, outcome: str
) -> None:
    open_incidents(table, "one", "two", "three", "later")

    invoke(finish_page, finishing(outcome, ["one", "two"], deferred=["three"]))

    found = [status_of(table, name) for name in ("one", "two", "three", "later")]
    assert found == [outcome, outcome, outcome, "open"]


def test_incident_closed_elsewhere_keeps_its_outcome(
    finish_page: ModuleType, table: IncidentTable
) -> None:
    open_incidents(table, "one", "two")
    invoke(finish_page, finishing("acknowledged", ["two"]))

    invoke(finish_page, finishing("unanswered", ["one", "two"]))

    assert [status_of(table, name) for name in ("one", "two")] == ["unanswered", "acknowledged"]


def test_releasing_the_lock_of_another_execution_changes_nothing(
    acquire_team_lock: ModuleType, finish_page: ModuleType, table: IncidentTable
) -> None:
    open_incidents(table, "one")
    invoke(acquire_team_lock, acquiring(ANOTHER))

    invoke(finish_page, finishing("acknowledged", ["one"]))

    assert table.read_lock("default")["holder"] == ANOTHER


def test_finishing_a_page_twice_changes_nothing(
    acquire_team_lock: ModuleType, finish_page: ModuleType, table: IncidentTable
) -> None:
    open_incidents(table, "one")
    invoke(acquire_team_lock, acquiring())

    results = [invoke(finish_page, finishing("acknowledged", ["one"])) for _ in range(2)]

    assert [result["closed"] for result in results] == [1, 0]
    assert "holder" not in table.read_lock("default")


def test_every_execution_calls_without_a_table(settings: dict[str, str]) -> None:
    unreachable_url = f"http://{LOOPBACK}:{free_port()}"
    with imported("acquire_team_lock", unreachable_url, settings) as module:
        found = [invoke(module, acquiring(f"{EXECUTION}-{n}"))["status"] for n in range(2)]

    assert found == ["held", "held"]


def test_open_incidents_are_most_severe_and_oldest_first(table: IncidentTable) -> None:
    now = int(time.time())
    given = [("old", "high", 1), ("new", "high", 9), ("worst", "critical", 8), ("mild", "low", 0)]
    for name, severity, minute in given:
        record = Record(
            incident=replace(INCIDENT, id=name, severity=severity),
            execution=EXECUTION,
            opened=f"2026-01-05T03:{minute:02}:00Z",
            claimed_until=now,
        )
        table.open(record, now=now, expires_at=now + 600)

    assert table.open_ids(INCIDENT) == ["worst", "old", "new", "mild"]
    assert [record.incident.id for record in table.open_incidents(INCIDENT)] == table.open_ids(
        INCIDENT
    )


@pytest.mark.parametrize(
    ("enabled", "outcome", "kept"),
    [("1", "unanswered", ["one", "two"]), ("1", "acknowledged", None), ("", "failed", None)],
)
def test_a_callback_finds_what_nobody_acknowledged(  # noqa: PLR0913 - fixtures, keyword-only
    acquire_team_lock: ModuleType,
    finish_page: ModuleType,
    table: IncidentTable,
    monkeypatch: pytest.MonkeyPatch,
    *,
    enabled: str,
    outcome: str,
    kept: list[str] | None,
) -> None:
    monkeypatch.setenv("CALLBACK", enabled)
    invoke(acquire_team_lock, acquiring())
    open_incidents(table, "one", "two")

    invoke(finish_page, finishing(outcome, ["one"], ["two", "closed"]))

    found = table.read_lock("default").get("unanswered")
    assert (json.loads(found) if found else None) == kept
    ids = [record.incident.id for record in table.open_in_team("default", now=int(time.time()))]
    assert sorted(ids) == (kept or (["two"] if outcome == "acknowledged" else []))
