"""Test reminders: when one is due, and the event that is sent."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from oncall.incident_record import Record
from tests.functions.invoke import EXECUTION, INCIDENT
from tests.functions.reminder_fixtures import ANOTHER, STARTED, Functions, reminders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.emulator.system import LocalSystem


@pytest.fixture
def functions(system: LocalSystem) -> Iterator[Functions]:
    """Import the functions, with the deployed table, which is empty."""
    with reminders(system) as found:
        yield found


def test_acknowledged_incident_has_a_reminder(functions: Functions) -> None:
    functions.open_and_acknowledge()

    assert functions.finish() == 30 * 60


def test_record_decides_about_the_reminder(functions: Functions) -> None:
    """An operator acknowledged it by command during the last, unanswered call."""
    functions.open_and_acknowledge()

    assert functions.finish("unanswered") == 30 * 60


@pytest.mark.parametrize("outcome", ["unanswered", "failed"])
def test_unacknowledged_incident_has_no_reminder(functions: Functions, outcome: str) -> None:
    now = int(time.time())
    record = Record(incident=INCIDENT, execution=EXECUTION, opened=STARTED, claimed_until=now)
    functions.table.open(record, now=now, expires_at=now + 600)

    assert functions.finish(outcome) == 0
    assert functions.record.outcome == outcome


def test_tests_drills_and_resolved_incidents_have_no_reminder(functions: Functions) -> None:
    functions.open_and_acknowledge(test=True)
    assert functions.finish() == 0
    assert functions.finish(drill=True) == 0

    functions.table.resolve(INCIDENT.team, INCIDENT.id, by="Ana", now=int(time.time()))
    assert functions.finish() == 0


def test_execution_sends_no_reminder_for_another_one(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions.open_and_acknowledge(ANOTHER)

    assert functions.finish() == 0
    assert functions.send(monkeypatch) == []


def test_setting_0_disables_reminders(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions.open_and_acknowledge()
    monkeypatch.setenv("ACK_TIMEOUT_MINUTES", "0")

    assert functions.finish() == 0


def test_reminder_is_a_page_event_with_the_incident(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions.open_and_acknowledge()

    [entry] = functions.send(monkeypatch)

    assert (entry["Source"], entry["DetailType"]) == ("callout", "Page")
    detail = json.loads(entry["Detail"])
    assert (detail["reminder_of"], detail["team"]) == (INCIDENT.id, INCIDENT.team)
    assert (detail["title"], detail["severity"]) == (INCIDENT.title, INCIDENT.severity)


def test_resolved_or_deleted_incident_sends_no_reminder(
    functions: Functions, system: LocalSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions.open_and_acknowledge()
    functions.table.resolve(INCIDENT.team, INCIDENT.id, by="Ana", now=int(time.time()))
    assert functions.send(monkeypatch) == []

    system.delete_incidents()
    assert functions.send(monkeypatch) == []


def test_later_incident_with_the_same_key_sends_the_reminder(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions.open_and_acknowledge()
    now = int(time.time())
    later = replace(INCIDENT, id="later")
    assert functions.table.set_latest_for_dedup_key(
        later, INCIDENT.id, until=now, expires_at=now + 600
    )

    assert functions.send(monkeypatch) == []


def test_rejected_event_raises(functions: Functions, monkeypatch: pytest.MonkeyPatch) -> None:
    functions.open_and_acknowledge()
    refused = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]}

    with pytest.raises(functions.send_reminder.NotSentError, match="ThrottlingException"):
        functions.send(monkeypatch, **refused)
