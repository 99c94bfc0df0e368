"""Promises of the line: one at a time has it, the next one gets it, and a dead one loses it."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from incident_table import IncidentTable
from local.environment import LOOPBACK, free_port
from oncall.line import BREATH_SECONDS, LEASE_SECONDS, Waiting
from oncall.record import Record
from tests.functions.lambda_calls import EXECUTION, INCIDENT, imported, invoke

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from local.system import LocalSystem

ANOTHER = f"{EXECUTION}-another"
NEW = {"status": "new"}


@pytest.fixture
def settings(system: LocalSystem) -> dict[str, str]:
    """Without an incident, and with nobody on the line."""
    system.forget_incidents()
    return {
        "INCIDENT_TABLE": system.deployment.incident_table_name,
        "KEEP_DAYS": "400",
        "REMIND_MINUTES": "0",
    }


@pytest.fixture
def take_line(system: LocalSystem, settings: dict[str, str]) -> Iterator[ModuleType]:
    """The module, with the deployed table behind it."""
    with imported("take_line", system.emulator.url, settings) as module:
        yield module


@pytest.fixture
def release_line(system: LocalSystem, settings: dict[str, str]) -> Iterator[ModuleType]:
    """The other module, with the same table."""
    with imported("release_line", system.emulator.url, settings) as module:
        yield module


@pytest.fixture
def table(take_line: ModuleType) -> IncidentTable:
    """The table that they work with."""
    return IncidentTable(take_line.dynamodb, os.environ["INCIDENT_TABLE"])


def taking(execution: str = EXECUTION, line: object = NEW, name: str = "one") -> dict[str, Any]:
    """Give what the state machine hands to take_line."""
    incident = replace(INCIDENT, id=name).to_state()
    return {"incident": incident, "line": line, "execution": execution}


def ending(
    outcome: str,
    covers: list[str],
    waiting: list[str] | None = None,
    execution: str = EXECUTION,
) -> dict[str, Any]:
    """Give what the state machine hands to release_line."""
    by = "Ana" if outcome == "acknowledged" else None
    return {
        "incident": replace(INCIDENT, id=covers[0]).to_state(),
        "covers": covers,
        "waiting": waiting or [],
        "ending": {"outcome": outcome, "acknowledged_by": by, "calls": [{"contact": "Ana"}]},
        "execution": execution,
    }


def opened(table: IncidentTable, *names: str, execution: str = EXECUTION) -> None:
    """Enter incidents."""
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
    """Give the outcome of an incident, or `open`."""
    record = table.record("default", name)
    assert record
    return "open" if record.open else record.outcome


def test_the_first_has_the_line_and_the_second_waits(take_line: ModuleType) -> None:
    first, second = (invoke(take_line, taking(one)) for one in (EXECUTION, ANOTHER))

    assert (first["status"], second["status"]) == ("held", "busy")
    assert second["wait_seconds"] > 0


def test_a_retry_of_the_holder_has_it_still(take_line: ModuleType) -> None:
    assert [invoke(take_line, taking())["status"] for _ in range(2)] == ["held", "held"]


def test_of_many_at_the_same_moment_one_has_it(take_line: ModuleType) -> None:
    with ThreadPoolExecutor(8) as side_by_side:
        found = side_by_side.map(
            lambda number: invoke(take_line, taking(f"{EXECUTION}-{number}")), range(24)
        )

        assert [one["status"] for one in found].count("held") == 1


def test_who_waits_gets_it_when_it_is_given_back_and_knows_who_is_awake(
    take_line: ModuleType, release_line: ModuleType, table: IncidentTable
) -> None:
    opened(table, "one", "two")
    invoke(take_line, taking())
    waiting = invoke(take_line, taking(ANOTHER, name="two"))

    invoke(release_line, ending("acknowledged", ["one"]))
    breath = invoke(take_line, taking(ANOTHER, waiting, name="two"))
    then = invoke(take_line, taking(ANOTHER, breath, name="two"))

    # Ana's phone says yet that it was taken down.
    assert (breath["status"], breath["wait_seconds"]) == ("busy", BREATH_SECONDS)
    assert invoke(take_line, taking(f"{ANOTHER}-2", name="three"))["status"] == "busy"
    assert (then["status"], then["first"]) == ("held", "Ana")


def test_a_holder_that_is_heard_of_no_more_loses_it_after_the_lease(take_line: ModuleType) -> None:
    invoke(take_line, taking())
    line: dict[str, Any] = NEW
    while (line := invoke(take_line, taking(ANOTHER, line)))["status"] == "busy":
        assert line["waited_seconds"] < 2 * LEASE_SECONDS

    assert line["status"] == "held"
    assert line["waited_seconds"] >= LEASE_SECONDS
    assert invoke(take_line, taking())["status"] == "busy"  # the dead one, should it wake


def test_a_holder_that_lives_keeps_it(take_line: ModuleType, table: IncidentTable) -> None:
    invoke(take_line, taking())
    line: dict[str, Any] = NEW
    for _ in range(40):
        line = invoke(take_line, taking(ANOTHER, line))
        assert line["status"] == "busy"
        assert table.keep_line("default", EXECUTION)

    assert line["waited_seconds"] > 2 * LEASE_SECONDS


def test_of_two_that_find_the_holder_dead_one_takes_its_place(
    take_line: ModuleType, table: IncidentTable
) -> None:
    invoke(take_line, taking())
    beat = f"{table.line('default')['beat']['N']} {EXECUTION}"
    found_dead = Waiting("busy", 10, LEASE_SECONDS, beat, LEASE_SECONDS).to_state()

    statuses = [invoke(take_line, taking(f"{ANOTHER}-{n}", found_dead))["status"] for n in range(2)]

    assert statuses == ["held", "busy"]


def test_who_waits_for_what_was_handled_waits_no_more(
    take_line: ModuleType, release_line: ModuleType, table: IncidentTable
) -> None:
    opened(table, "one", "two")
    invoke(take_line, taking())
    waiting = invoke(take_line, taking(ANOTHER, name="two"))

    invoke(release_line, ending("acknowledged", ["one", "two"]))
    then = invoke(take_line, taking(ANOTHER, waiting, name="two"))

    assert (then["status"], then["outcome"], then["by"]) == ("handled", "acknowledged", "Ana")


def test_an_acknowledgement_closes_what_was_spoken_and_nothing_else(
    release_line: ModuleType, table: IncidentTable
) -> None:
    opened(table, "one", "two", "three")

    invoke(release_line, ending("acknowledged", ["one", "two"], waiting=["three"]))

    found = [status_of(table, name) for name in ("one", "two", "three")]
    assert found == ["acknowledged", "acknowledged", "open"]
    record = table.record("default", "two")
    assert record
    assert (record.handled_by, record.calls) == ("Ana", ({"contact": "Ana"},))


@pytest.mark.parametrize("outcome", ["unanswered", "failed"])
def test_that_nobody_was_reached_is_told_of_everything_that_is_open(
    release_line: ModuleType, table: IncidentTable, outcome: str
) -> None:
    opened(table, "one", "two", "three", "later")

    invoke(release_line, ending(outcome, ["one", "two"], waiting=["three"]))

    found = [status_of(table, name) for name in ("one", "two", "three", "later")]
    assert found == [outcome, outcome, outcome, "open"]


def test_what_has_been_handled_by_another_stays_as_it_is(
    release_line: ModuleType, table: IncidentTable
) -> None:
    opened(table, "one", "two")
    invoke(release_line, ending("acknowledged", ["two"]))

    invoke(release_line, ending("unanswered", ["one", "two"]))

    assert [status_of(table, name) for name in ("one", "two")] == ["unanswered", "acknowledged"]


def test_giving_back_a_line_that_is_anothers_changes_nothing(
    take_line: ModuleType, release_line: ModuleType, table: IncidentTable
) -> None:
    opened(table, "one")
    invoke(take_line, taking(ANOTHER))

    invoke(release_line, ending("acknowledged", ["one"]))

    assert table.line("default")["holder"]["S"] == ANOTHER


def test_releasing_twice_is_releasing_once(
    take_line: ModuleType, release_line: ModuleType, table: IncidentTable
) -> None:
    opened(table, "one")
    invoke(take_line, taking())

    closed = [invoke(release_line, ending("acknowledged", ["one"])) for _ in range(2)]

    assert [one["closed"] for one in closed] == [1, 0]
    assert "holder" not in table.line("default")


def test_without_a_table_everyone_calls(settings: dict[str, str]) -> None:
    nobody_there = f"http://{LOOPBACK}:{free_port()}"
    with imported("take_line", nobody_there, settings) as module:
        found = [invoke(module, taking(f"{EXECUTION}-{n}"))["status"] for n in range(2)]

    assert found == ["held", "held"]


def test_what_is_open_comes_most_severe_and_oldest_first(table: IncidentTable) -> None:
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
    assert [one.incident.id for one in table.open_incidents(INCIDENT)] == table.open_ids(INCIDENT)
