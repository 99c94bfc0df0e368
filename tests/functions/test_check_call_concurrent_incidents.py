"""Promises of check_call about what happens besides: what came in, and what is over."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from adapters.incident_store import MAX_OPEN
from adapters.team_lock_store import lock_heartbeat
from local.connect.simulated_phones import NoAnswer, Press
from oncall.incident_record import Record
from tests.functions.call_harness import DESCRIBE, STOP, Line, outcome
from tests.functions.invoke import EXECUTION, INCIDENT

if TYPE_CHECKING:
    from types import ModuleType

    from local.connect.server import SimulatedConnect
    from local.emulator.system import LocalSystem

RINGING = NoAnswer()
PRESSED_1 = Press("1", answer_after=0, key_after=0)


@pytest.fixture
def line(
    connect: SimulatedConnect, place_call: ModuleType, check_call: ModuleType, system: LocalSystem
) -> Line:
    system.delete_incidents()
    line = Line(connect, place_call, check_call)
    opened(line, INCIDENT.id)
    line.table.acquire_lock(INCIDENT.team, EXECUTION, expired="")
    return line


def opened(line: Line, *names: str) -> None:
    """Enter incidents."""
    now = int(time.time())
    for name in names:
        record = Record(
            incident=replace(INCIDENT, id=name),
            execution=EXECUTION,
            opened="2026-01-05T03:12:00Z",
            claimed_until=now + 1,
        )
        assert line.table.open(record, now=now, expires_at=now + 600)


def handled(line: Line, name: str, result: str = "acknowledged", by: str = "Bo") -> None:
    """Handle an incident from outside."""
    now = int(time.time())
    assert line.table.close(
        INCIDENT.team, name, outcome=result, by=by, now=now, expires_at=now + 600
    )


def about(event: dict[str, Any], *covers: str) -> dict[str, Any]:
    """Give what is handed to check_call, of a call that speaks these."""
    return event | {"announced_incident_ids": [INCIDENT.id, *covers]}


def test_call_continues_while_nothing_changes(line: Line) -> None:
    progress = line.look(line.ring(RINGING))

    assert outcome(progress) == "ringing"
    assert not progress["has_new_incidents"]


def test_new_incident_is_left_to_the_next_call(line: Line) -> None:
    event = line.ring(RINGING)
    opened(line, "another")

    assert line.look(event)["has_new_incidents"]
    assert not line.look(about(event, "another"))["has_new_incidents"]
    assert not line.look(event | {"deferred_incident_ids": ["another"]})["has_new_incidents"]


def test_test_incident_does_not_affect_a_real_page(line: Line) -> None:
    event = line.ring(RINGING)
    now = int(time.time())
    record = Record(
        incident=replace(INCIDENT, id="tried-out", test=True),
        execution=EXECUTION,
        opened="2026-01-05T03:12:00Z",
        claimed_until=now,
    )
    assert line.table.open(record, now=now, expires_at=now + 600)

    assert not line.look(event)["has_new_incidents"]


def test_test_call_ends_when_a_real_incident_opens(line: Line) -> None:
    event = line.ring(RINGING)
    tried_out = event | {"incident": replace(INCIDENT, test=True, id="tried-out").to_state()}
    tried_out["announced_incident_ids"] = ["tried-out"]

    progress = line.look(tried_out)

    assert outcome(progress) == "handled"
    assert line.hung_up
    assert progress["handled_elsewhere"] == {"outcome": "resolved", "closed_by": None}


@pytest.mark.parametrize(
    ("result", "by", "shown"), [("acknowledged", "Bo", "Bo"), ("resolved", "", None)]
)
def test_call_about_closed_incidents_is_ended(
    line: Line, result: str, by: str, shown: str | None
) -> None:
    event = line.ring(RINGING)
    handled(line, INCIDENT.id, result, by)

    progress = line.look(event)

    assert outcome(progress) == "handled"
    assert line.hung_up
    assert progress["handled_elsewhere"] == {"outcome": result, "closed_by": shown}
    assert progress["calls"][0]["outcome"] == "handled"


def test_call_continues_while_an_announced_incident_is_open(line: Line) -> None:
    opened(line, "another")
    event = about(line.ring(RINGING), "another")

    handled(line, INCIDENT.id)
    assert outcome(line.look(event)) == "ringing"

    handled(line, "another")
    assert outcome(line.look(event)) == "handled"


def test_key_counts_although_the_incident_was_just_closed(line: Line) -> None:
    event = line.ring(PRESSED_1)
    handled(line, INCIDENT.id)

    assert outcome(line.look(event)) == "acknowledged"


def test_incident_without_record_does_not_count_as_closed(line: Line, system: LocalSystem) -> None:
    event = line.ring(RINGING)
    system.delete_incidents()

    assert outcome(line.look(event)) == "ringing"


def test_incident_closed_meanwhile_is_dropped_from_the_next_call(line: Line) -> None:
    opened(line, "another")
    event = about(line.ring(RINGING), "another")
    assert not line.look(event)["has_new_incidents"]

    handled(line, "another")

    progress = line.look(event)
    assert outcome(progress) == "ringing"
    assert progress["has_new_incidents"]


def test_incident_missing_from_a_full_result_does_not_count_as_closed(line: Line) -> None:
    event = line.ring(RINGING)
    handled(line, INCIDENT.id)
    opened(line, *(f"storm-{number}" for number in range(MAX_OPEN)))

    progress = line.look(event)

    assert outcome(progress) == "ringing"
    assert progress["has_new_incidents"]


def test_missing_table_does_not_affect_a_call(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    event = line.ring(RINGING)
    monkeypatch.setenv("INCIDENT_TABLE", "not-deployed")

    assert outcome(line.look(event)) == "ringing"
    assert line.asked == [DESCRIBE]


def test_polling_sends_heartbeats(line: Line) -> None:
    before = lock_heartbeat(line.table.read_lock(INCIDENT.team))
    line.look(line.ring(RINGING))
    after = lock_heartbeat(line.table.read_lock(INCIDENT.team))
    line.look(line.ring(RINGING, waited=5))

    assert after != before
    assert lock_heartbeat(line.table.read_lock(INCIDENT.team)) == after  # not at each look
    record = line.table.record(INCIDENT.team, INCIDENT.id)
    assert record
    assert record.claimed_until > time.time() + 600


def test_call_continues_after_losing_the_team_lock(line: Line) -> None:
    event = line.ring(RINGING)
    taken = line.table.read_lock(INCIDENT.team)
    assert line.table.acquire_lock(INCIDENT.team, "another", expired=lock_heartbeat(taken))

    assert outcome(line.look(event)) == "ringing"
    assert STOP not in line.asked
    assert line.table.read_lock(INCIDENT.team)["holder"]["S"] == "another"
