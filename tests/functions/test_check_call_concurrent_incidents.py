"""Test check_call while other incidents open, and its own are closed."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from adapters.incident_store import MAX_OPEN, lock_heartbeat
from local.connect.simulated_phones import NoAnswer, Press
from oncall.incident_record import LINK, Record
from tests.functions.call_harness import DESCRIBE, STOP, CallHarness, outcome
from tests.functions.invoke import EXECUTION, INCIDENT

if TYPE_CHECKING:
    from types import ModuleType

    from local.connect.server import SimulatedConnect
    from local.connect.simulated_phones import Phone
    from local.emulator.system import LocalSystem

RINGING = NoAnswer()
PRESSED_1 = Press("1", answer_after=0, key_after=0)


@pytest.fixture
def harness(
    connect: SimulatedConnect, place_call: ModuleType, check_call: ModuleType, system: LocalSystem
) -> CallHarness:
    system.delete_incidents()
    harness = CallHarness(connect, place_call, check_call)
    open_incidents(harness, INCIDENT.id)
    harness.table.acquire_lock(INCIDENT.team, EXECUTION, expired="")
    return harness


def open_incidents(harness: CallHarness, *names: str) -> None:
    """Write incidents into the table."""
    now = int(time.time())
    for name in names:
        record = Record(
            incident=replace(INCIDENT, id=name),
            execution=EXECUTION,
            opened="2026-01-05T03:12:00Z",
            claimed_until=now + 1,
        )
        assert harness.table.open(record, now=now, expires_at=now + 600)


def close_elsewhere(
    harness: CallHarness, name: str, result: str = "acknowledged", by: str = "Bo"
) -> None:
    """Close an incident as another execution or the command does."""
    now = int(time.time())
    assert harness.table.close(
        INCIDENT.team, name, outcome=result, by=by, now=now, expires_at=now + 600
    )


def announcing(event: dict[str, Any], *incident_ids: str) -> dict[str, Any]:
    """Return the input of check_call for a call that announces further incidents."""
    return event | {"announced_incident_ids": [INCIDENT.id, *incident_ids]}


def test_call_continues_while_nothing_changes(harness: CallHarness) -> None:
    progress = harness.poll(harness.place(RINGING))

    assert outcome(progress) == "ringing"
    assert not progress["has_new_incidents"]


def test_new_incident_is_left_to_the_next_call(harness: CallHarness) -> None:
    event = harness.place(RINGING)
    open_incidents(harness, "another")

    assert harness.poll(event)["has_new_incidents"]
    assert not harness.poll(announcing(event, "another"))["has_new_incidents"]
    assert not harness.poll(event | {"deferred_incident_ids": ["another"]})["has_new_incidents"]


def test_test_incident_does_not_affect_a_real_page(harness: CallHarness) -> None:
    event = harness.place(RINGING)
    now = int(time.time())
    record = Record(
        incident=replace(INCIDENT, id="test", test=True),
        execution=EXECUTION,
        opened="2026-01-05T03:12:00Z",
        claimed_until=now,
    )
    assert harness.table.open(record, now=now, expires_at=now + 600)

    assert not harness.poll(event)["has_new_incidents"]


def test_test_call_ends_when_a_real_incident_opens(harness: CallHarness) -> None:
    event = harness.place(RINGING)
    test_event = event | {"incident": replace(INCIDENT, test=True, id="test").to_state()}
    test_event["announced_incident_ids"] = ["test"]

    progress = harness.poll(test_event)

    assert outcome(progress) == "handled"
    assert harness.hung_up
    assert progress["handled_elsewhere"] == {"outcome": "resolved", "closed_by": None}


@pytest.mark.parametrize(
    ("result", "by", "shown"), [("acknowledged", "Bo", "Bo"), ("resolved", "", None)]
)
def test_call_about_closed_incidents_is_ended(
    harness: CallHarness, result: str, by: str, shown: str | None
) -> None:
    event = harness.place(RINGING)
    close_elsewhere(harness, INCIDENT.id, result, by)

    progress = harness.poll(event)

    assert outcome(progress) == "handled"
    assert harness.hung_up
    assert progress["handled_elsewhere"] == {"outcome": result, "closed_by": shown}
    assert progress["calls"][0]["outcome"] == "handled"


def test_call_continues_while_an_announced_incident_is_open(harness: CallHarness) -> None:
    open_incidents(harness, "another")
    event = announcing(harness.place(RINGING), "another")

    close_elsewhere(harness, INCIDENT.id)
    assert outcome(harness.poll(event)) == "ringing"

    close_elsewhere(harness, "another")
    assert outcome(harness.poll(event)) == "handled"


def test_call_continues_while_an_announced_incident_is_held(harness: CallHarness) -> None:
    """Its page may find out only after it was announced that something holds it."""
    open_incidents(harness, "another")
    event = announcing(harness.place(RINGING), "another")
    now = int(time.time())
    assert harness.table.hold(
        replace(INCIDENT, id="another"),
        EXECUTION,
        hold={"kind": "mute", "until": "", "reason": "maintenance"},
        claimed_until=now + 60,
        expires_at=now + 600,
    )
    close_elsewhere(harness, INCIDENT.id)

    progress = harness.poll(event)

    assert outcome(progress) == "ringing"
    assert progress["has_new_incidents"]


def test_key_counts_although_the_incident_was_just_closed(harness: CallHarness) -> None:
    event = harness.place(PRESSED_1)
    close_elsewhere(harness, INCIDENT.id)

    assert outcome(harness.poll(event)) == "acknowledged"


def test_incident_without_record_does_not_count_as_closed(
    harness: CallHarness, system: LocalSystem
) -> None:
    event = harness.place(RINGING)
    system.delete_incidents()

    assert outcome(harness.poll(event)) == "ringing"


def test_incident_closed_meanwhile_is_dropped_from_the_next_call(harness: CallHarness) -> None:
    open_incidents(harness, "another")
    event = announcing(harness.place(RINGING), "another")
    assert not harness.poll(event)["has_new_incidents"]

    close_elsewhere(harness, "another")

    progress = harness.poll(event)
    assert outcome(progress) == "ringing"
    assert progress["has_new_incidents"]


def test_incident_missing_from_a_full_result_does_not_count_as_closed(harness: CallHarness) -> None:
    event = harness.place(RINGING)
    close_elsewhere(harness, INCIDENT.id)
    open_incidents(harness, *(f"storm-{number}" for number in range(MAX_OPEN)))

    progress = harness.poll(event)

    assert outcome(progress) == "ringing"
    assert progress["has_new_incidents"]


def test_missing_table_does_not_affect_a_call(
    harness: CallHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = harness.place(RINGING)
    monkeypatch.setenv("INCIDENT_TABLE", "not-deployed")

    assert outcome(harness.poll(event)) == "ringing"
    assert harness.requests == [DESCRIBE]


def test_polling_sends_heartbeats(harness: CallHarness) -> None:
    before = lock_heartbeat(harness.table.read_lock(INCIDENT.team))
    harness.poll(harness.place(RINGING))
    after = lock_heartbeat(harness.table.read_lock(INCIDENT.team))
    harness.poll(harness.place(RINGING, waited=5))

    assert after != before
    assert lock_heartbeat(harness.table.read_lock(INCIDENT.team)) == after  # not at each poll
    record = harness.table.record(INCIDENT.team, INCIDENT.id)
    assert record
    assert record.claimed_until > time.time() + 600


def test_call_continues_after_losing_the_team_lock(harness: CallHarness) -> None:
    event = harness.place(RINGING)
    taken = harness.table.read_lock(INCIDENT.team)
    assert harness.table.acquire_lock(INCIDENT.team, "another", expired=lock_heartbeat(taken))

    assert outcome(harness.poll(event)) == "ringing"
    assert STOP not in harness.requests
    assert harness.table.read_lock(INCIDENT.team)["holder"] == "another"


@pytest.mark.parametrize("phone", [PRESSED_1, NoAnswer()])
def test_details_of_an_event_during_the_call_are_in_the_summary(
    harness: CallHarness, phone: Phone
) -> None:
    event = harness.place(phone, waited=60) | {
        "snapshots": {INCIDENT.id: [INCIDENT.severity, 1]},
    }
    record = harness.table.record(INCIDENT.team, INCIDENT.id)
    assert record
    repeat = replace(record.incident, facts={**INCIDENT.facts, "ip": "198.51.100.7"})
    assert harness.table.add_repeat(record, repeat, now=record.claimed_until)

    progress = harness.poll(event)

    assert progress["has_new_incidents"]
    assert "2 events in total" in progress["summary"]
    assert "198.51.100.7" in progress["summary"]


def test_acknowledgement_without_repeated_events_has_only_the_calls(harness: CallHarness) -> None:
    event = harness.place(PRESSED_1) | {"snapshots": {INCIDENT.id: [INCIDENT.severity, 1]}}

    progress = harness.poll(event)

    assert not progress["has_new_incidents"]
    assert progress["summary"].count("\n") == 0


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enable links to incidents."""
    monkeypatch.setenv("FIRST_ANSWER_COUNTS", "1")
    monkeypatch.setenv("RETENTION_DAYS", "400")


@pytest.mark.usefixtures("links")
def test_key_1_closes_the_announced_incidents_at_once(harness: CallHarness) -> None:
    open_incidents(harness, "another", "deferred")
    event = announcing(harness.place(PRESSED_1), "another")

    progress = harness.poll(event)
    retried = harness.poll(event)

    assert [outcome(progress), outcome(retried)] == ["acknowledged"] * 2
    assert progress["handled_elsewhere"]["outcome"] == ""
    for name, by in ((INCIDENT.id, "Li Wei"), ("another", "Li Wei"), ("deferred", "")):
        record = harness.table.record(INCIDENT.team, name)
        assert record
        assert (record.closed_by, record.closed_via) == (by, "")


@pytest.mark.usefixtures("links")
@pytest.mark.parametrize("by", ["Bo", "Li Wei"])
def test_the_first_to_answer_by_link_keeps_the_incident(harness: CallHarness, by: str) -> None:
    event = harness.place(PRESSED_1)
    harness.table.acknowledge(INCIDENT.team, INCIDENT.id, by=by, now=int(time.time()), via=LINK)

    progress = harness.poll(event)

    assert outcome(progress) == "handled"
    assert progress["handled_elsewhere"] == {"outcome": "acknowledged", "closed_by": by}


@pytest.mark.usefixtures("links")
def test_key_1_counts_if_the_table_cannot_decide(
    harness: CallHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = harness.place(PRESSED_1)
    monkeypatch.setenv("INCIDENT_TABLE", "not-deployed")

    assert outcome(harness.poll(event)) == "acknowledged"
