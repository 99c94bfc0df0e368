"""Test open_incident and finish_page with repeated events of an incident."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from adapters.incident_store import CLAIM_SECONDS
from adapters.register_incident import register_incident
from oncall.incident_record import ACKNOWLEDGED, FAILED, RESOLVED, UNANSWERED
from oncall.repeat import COUNTED, NEW, RAISED, TAKEN_OVER
from tests.functions.invoke import EXECUTION, INCIDENT, invoke
from tests.functions.reminder_fixtures import ANOTHER, STARTED, Functions, reminders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.emulator.system import LocalSystem
    from oncall.incident import Incident

NOW = 2_000_000_000
MILD = replace(INCIDENT, severity="medium", details="1 of 3 is down")
WORSE = replace(INCIDENT, id="worse", severity="critical", details="3 of 3 are down")


@pytest.fixture
def functions(system: LocalSystem) -> Iterator[Functions]:
    with reminders(system) as found:
        yield found


def register(
    functions: Functions, incident: Incident, execution: str = ANOTHER, now: int = NOW
) -> tuple[Incident, str]:
    return register_incident(functions.table, incident, execution, STARTED, now)


def acknowledge(functions: Functions, now: int = NOW) -> None:
    assert functions.table.close(
        INCIDENT.team, INCIDENT.id, outcome=ACKNOWLEDGED, by="Ana", now=now, expires_at=now + 600
    )


def finish(functions: Functions, outcome: str, severity: str, **result: Any) -> None:  # noqa: ANN401 - a state
    """Finish the page of the first execution, which announced this severity."""
    given = {
        "incident": MILD.to_state(),
        "announced_incident_ids": [MILD.id],
        "deferred_incident_ids": [],
        "snapshots": {MILD.id: [severity, 1]},
        "result": {"outcome": outcome, "acknowledged_by": None, "calls": []} | result,
        "execution": EXECUTION,
    }
    invoke(functions.finish_page, given)


def test_repeat_keeps_the_latest_details_of_an_open_incident(functions: Functions) -> None:
    register(functions, WORSE, EXECUTION)
    event, status = register(functions, replace(MILD, id="again"), now=NOW + 60)

    record = functions.table.record(INCIDENT.team, WORSE.id)
    assert record
    assert (event.id, status) == ("again", COUNTED)
    assert (record.count, record.execution, record.raised_at) == (2, EXECUTION, "")
    assert (record.incident.severity, record.incident.details) == ("critical", MILD.details)


def test_rise_of_an_open_incident_pages_and_is_the_most_severe(functions: Functions) -> None:
    register(functions, replace(INCIDENT, id="other", dedup_key="other", severity="high"))
    register(functions, MILD, EXECUTION)
    assert functions.table.open_ids(INCIDENT) == ["other", MILD.id]

    paged, status = register(functions, WORSE)

    assert (paged.id, paged.severity, status) == (MILD.id, "critical", RAISED)
    assert functions.table.open_ids(INCIDENT) == [MILD.id, "other"]
    assert functions.record.execution == ANOTHER
    assert functions.record.raised_at
    assert register(functions, WORSE)[0] == paged, "a retry"
    assert functions.record.count == 2


@pytest.mark.parametrize("outcome", [ACKNOWLEDGED, UNANSWERED, FAILED])
def test_page_that_did_not_announce_the_rise_does_not_close_the_incident(
    functions: Functions, outcome: str
) -> None:
    register(functions, MILD, EXECUTION)
    register(functions, WORSE)

    finish(functions, outcome, "medium")
    assert functions.record.open

    finish(functions, outcome, "critical")
    assert functions.record.outcome == outcome


def test_rise_of_an_acknowledged_incident_reopens_it(functions: Functions) -> None:
    register(functions, MILD, EXECUTION)
    acknowledge(functions)

    paged, status = register(functions, WORSE, now=NOW + 60)

    record = functions.record
    assert (paged.id, status) == (MILD.id, RAISED)
    assert (record.open, record.count, record.reminder_count) == (True, 2, 0)
    [cycle] = record.previous_cycles
    assert (cycle["closed_by"], cycle["severity"]) == ("Ana", "critical")
    assert register(functions, replace(WORSE, id="again"), "third", NOW + 61)[1] == COUNTED


def test_window_begins_again_with_each_repeat(functions: Functions) -> None:
    register(functions, MILD, EXECUTION)
    acknowledge(functions)
    minutes = (4, 8, 12, 17)  # the window is 5

    statuses = [
        register(functions, replace(MILD, id=f"at-{minute}"), f"{ANOTHER}-{minute}", at)[1]
        for minute, at in ((minute, NOW + 60 * minute) for minute in minutes)
    ]

    assert statuses == [COUNTED, COUNTED, COUNTED, NEW]
    assert functions.record.count == 4


@pytest.mark.parametrize("outcome", [UNANSWERED, FAILED, RESOLVED])
def test_incident_that_nobody_has_happens_anew(functions: Functions, outcome: str) -> None:
    register(functions, MILD, EXECUTION)
    functions.table.close(INCIDENT.team, MILD.id, outcome=outcome, by="", now=NOW)

    assert register(functions, WORSE) == (WORSE, NEW)


def test_repeat_that_is_counted_too_late_pages(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page ends unanswered between the read and the write of the repeated event."""
    register(functions, MILD, EXECUTION)
    read = functions.table.record(INCIDENT.team, MILD.id)
    functions.table.close(INCIDENT.team, MILD.id, outcome=UNANSWERED, by="", now=NOW)
    reads = iter([read])
    real = type(functions.table).record
    monkeypatch.setattr(
        type(functions.table), "record", lambda *args: next(reads, None) or real(*args)
    )

    event = replace(MILD, id="again")

    assert register(functions, event) == (event, NEW)
    assert functions.record.count == 1


def test_page_that_reached_nobody_is_called_about_at_the_next_event(functions: Functions) -> None:
    register(functions, MILD, EXECUTION)
    functions.table.acquire_lock(INCIDENT.team, EXECUTION, expired="")
    assert register(functions, replace(MILD, id="again"))[1] == COUNTED

    finish(functions, "not_notified", "medium")

    assert "holder" not in functions.table.read_lock(INCIDENT.team)
    assert functions.record.open
    paged, status = register(functions, replace(MILD, id="third"), now=NOW + 1)
    assert (paged.id, status) == (MILD.id, TAKEN_OVER)
    assert functions.record.execution == ANOTHER
    assert functions.record.count == 3


def test_one_of_many_concurrent_events_takes_over_an_expired_incident(functions: Functions) -> None:
    register(functions, MILD, EXECUTION)
    later = NOW + CLAIM_SECONDS + 1

    with ThreadPoolExecutor(8) as pool:
        statuses = [
            status
            for _, status in pool.map(
                lambda n: register(functions, replace(MILD, id=f"n{n}"), f"{ANOTHER}-{n}", later),
                range(8),
            )
        ]

    assert sorted(statuses) == sorted([TAKEN_OVER, *[COUNTED] * 7])
    assert functions.record.count == 9


def test_highest_of_many_concurrent_severities_is_kept(functions: Functions) -> None:
    register(functions, replace(MILD, severity="low"), EXECUTION)
    severities = ["medium", "high", "critical"] * 3

    with ThreadPoolExecutor(8) as pool:
        pages = list(
            pool.map(
                lambda n: register(
                    functions, replace(MILD, id=f"n{n}", severity=severities[n]), f"{ANOTHER}-{n}"
                ),
                range(len(severities)),
            )
        )

    assert functions.record.incident.severity == "critical"
    assert functions.record.count == 10
    assert "critical" in [paged.severity for paged, status in pages if status == RAISED]


def test_event_pages_if_the_first_execution_died_before_it_wrote_the_incident(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    functions.table.set_latest_for_dedup_key(MILD, "", until=NOW + 60, expires_at=NOW + 600)

    assert register(functions, WORSE) == (WORSE, NEW)
