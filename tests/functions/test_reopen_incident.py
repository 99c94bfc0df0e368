"""Test reopening: a reminder reopens the same incident once, and names who had acknowledged."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from adapters.incident_store import CLAIM_SECONDS
from local.environment import LOOPBACK, free_port
from oncall.incident_record import MAX_ACK_CYCLES
from tests.functions.invoke import EXECUTION, INCIDENT, imported, invoke
from tests.functions.reminder_fixtures import (
    ANOTHER,
    SETTINGS,
    STARTED,
    Functions,
    event_of,
    reminders,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.emulator.system import LocalSystem


@pytest.fixture
def functions(system: LocalSystem) -> Iterator[Functions]:
    """Import the functions, with the deployed table, which is empty."""
    with reminders(system) as found:
        yield found


def test_reminder_reopens_the_incident_and_names_who_had_acknowledged(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = functions.open_and_acknowledge()
    [entry] = functions.send(monkeypatch)

    answer = functions.open(event_of(entry))

    assert (answer["duplicate"], answer["recovered"]) == (False, False)
    assert answer["incident"] == replace(INCIDENT, previously_acknowledged_by="Ana").to_state()
    known = functions.record
    assert (known.open, known.execution, known.reminder_count) == (True, ANOTHER, 1)
    assert (known.closed_by, known.calls, known.opened) == ("", (), before.opened)
    [cycle] = known.previous_cycles
    assert (cycle["closed_at"], cycle["closed_by"]) == (before.closed_at, "Ana")
    assert cycle["calls"] == list(before.calls)
    [found] = functions.table.open_incidents(INCIDENT)
    assert (
        found.incident.previously_acknowledged_by == "Ana"
    )  # for a grouped call of another execution


def test_retry_of_the_same_execution_is_not_a_duplicate(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions.open_and_acknowledge()
    event = event_of(functions.send(monkeypatch)[0])

    first, second = (functions.open(event) for _ in range(2))

    assert first == second
    assert functions.record.reminder_count == 1


def test_reminder_delivered_many_times_pages_once(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions.open_and_acknowledge()
    [entry] = functions.send(monkeypatch)

    def deliver(number: int) -> dict[str, Any]:
        return functions.open(event_of(entry, f"sent-{number}"), f"{ANOTHER}-{number}")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(deliver, range(12)))

    assert sum(not answer["duplicate"] for answer in answers) == 1
    assert functions.record.reminder_count == 1


def test_reminder_of_an_earlier_acknowledgement_is_ignored(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions.open_and_acknowledge()
    event = event_of(functions.send(monkeypatch)[0])
    functions.open(event)
    functions.acknowledge("Bo", ago=-60)

    assert functions.open(event, f"{ANOTHER}-late")["duplicate"]
    assert not functions.record.open


def test_reminder_of_a_resolved_incident_calls_nobody(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions.open_and_acknowledge()
    event = event_of(functions.send(monkeypatch)[0])
    functions.table.resolve(INCIDENT.team, INCIDENT.id, by="Ana", now=int(time.time()))

    assert functions.open(event)["recovered"]
    assert not functions.record.open


def test_dead_execution_does_not_suppress_its_reminder(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions.open_and_acknowledge()
    event = event_of(functions.send(monkeypatch)[0])
    functions.open(event)
    late = int(time.time()) + CLAIM_SECONDS + 60

    assert not functions.table.take_over(INCIDENT.team, INCIDENT.id, EXECUTION, now=late - 120)
    assert functions.table.take_over(INCIDENT.team, INCIDENT.id, EXECUTION, now=late)


def test_reminder_without_a_table_uses_the_event(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions.open_and_acknowledge()
    event = event_of(functions.send(monkeypatch)[0])
    unreachable_url = f"http://{LOOPBACK}:{free_port()}"
    with imported("open_incident", unreachable_url, SETTINGS | {"INCIDENT_TABLE": "-"}) as module:
        given = {"event": event, "execution": ANOTHER, "started": STARTED}
        answer = invoke(module, given)

    assert (answer["duplicate"], answer["recovered"]) == (False, False)
    incident = answer["incident"]
    assert (incident["title"], incident["severity"]) == (INCIDENT.title, INCIDENT.severity)
    assert (incident["team"], incident["previously_acknowledged_by"]) == (INCIDENT.team, "Ana")


def test_reminder_without_a_record_uses_the_event(
    functions: Functions, system: LocalSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions.open_and_acknowledge()
    event = event_of(functions.send(monkeypatch)[0])
    system.delete_incidents()

    answer = functions.open(event)

    assert not answer["duplicate"]
    assert (answer["incident"]["title"], answer["incident"]["previously_acknowledged_by"]) == (
        INCIDENT.title,
        "Ana",
    )


@pytest.mark.parametrize("source", ["callout.replay", "shop.orders"])
def test_only_events_of_callouts_own_source_are_reminders(
    functions: Functions, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    functions.open_and_acknowledge()
    event = event_of(functions.send(monkeypatch)[0]) | {"source": source}

    answer = functions.open(event)

    assert answer["incident"]["id"] == event["id"]
    assert not functions.record.open


def test_first_and_latest_of_many_cycles_are_kept(functions: Functions) -> None:
    functions.open_and_acknowledge(by="first")
    now = int(time.time())
    for cycle in range(MAX_ACK_CYCLES + 5):
        known = functions.record
        assert functions.table.reopen(known, known.incident, now=now + cycle, expires_at=now + 600)
        functions.acknowledge(f"cycle {cycle}", ago=-cycle)

    known = functions.record
    assert known.reminder_count == MAX_ACK_CYCLES + 5
    kept = [cycle["closed_by"] for cycle in known.previous_cycles]
    assert kept == ["first", *(f"cycle {cycle}" for cycle in range(5, MAX_ACK_CYCLES + 4))]
