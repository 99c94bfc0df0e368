"""An acknowledged incident, and the functions that handle its reminder."""

from __future__ import annotations

import json
import os
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from adapters.incident_store import IncidentTable
from oncall.incident_record import Record
from tests.functions.invoke import EXECUTION, HOLDS, INCIDENT, imported, invoke

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    import pytest

    from local.emulator.system import LocalSystem

ANOTHER = f"{EXECUTION}-another"
STARTED = "2026-01-05T03:42:45Z"
SETTINGS = {
    "RETENTION_DAYS": "400",
    "DEDUP_WINDOW_MINUTES": "5",
    **HOLDS,
    "ACK_TIMEOUT_MINUTES": "30",
}


@dataclass(frozen=True)
class Functions:
    """The functions that handle reminders, and their table."""

    open_incident: ModuleType
    finish_page: ModuleType
    send_reminder: ModuleType
    table: IncidentTable

    def open_and_acknowledge(
        self, execution: str = EXECUTION, *, test: bool = False, by: str = "Ana"
    ) -> Record:
        """Open and acknowledge an incident; return its record."""
        now = int(time.time())
        incident = replace(INCIDENT, test=test)
        record = Record(
            incident=incident, execution=execution, opened=STARTED, claimed_until=now + 60
        )
        assert self.table.open(record, now=now, expires_at=now + 600)
        self.table.set_latest_for_dedup_key(incident, "", until=now, expires_at=now + 600)
        self.acknowledge(by)
        return self.record

    def acknowledge(self, by: str, *, ago: int = 0) -> None:
        """Close the incident as acknowledged."""
        now = int(time.time()) - ago
        calls = [{"contact": by, "outcome": "acknowledged"}]
        assert self.table.close(
            INCIDENT.team,
            INCIDENT.id,
            outcome="acknowledged",
            by=by,
            now=now,
            expires_at=now + 600,
            calls=calls,
        )

    @property
    def record(self) -> Record:
        """The record of the incident."""
        record = self.table.record(INCIDENT.team, INCIDENT.id)
        assert record
        return record

    def finish(self, outcome: str = "acknowledged", **more: object) -> int:
        """Finish the page; return the seconds to the reminder."""
        incident = replace(INCIDENT, **more) if more else INCIDENT  # type: ignore[arg-type]
        result = {"outcome": outcome, "acknowledged_by": "Ana", "calls": []}
        given = {
            "announced_incident_ids": [],
            "deferred_incident_ids": [],
            "result": result,
            "execution": EXECUTION,
        }
        seconds: int = invoke(self.finish_page, {"incident": incident.to_state(), **given})[
            "reminder_delay_seconds"
        ]
        return seconds

    def send(self, monkeypatch: pytest.MonkeyPatch, **answer: object) -> list[dict[str, Any]]:
        """Invoke send_reminder; return the events that it put."""
        entries: list[dict[str, Any]] = []

        def put_events(*, Entries: list[dict[str, Any]]) -> Mapping[str, object]:  # noqa: N803 - as boto3 has it
            entries.extend(Entries)
            return {"FailedEntryCount": 0, "Entries": [{"EventId": "one"}]} | answer

        monkeypatch.setattr(self.send_reminder.events, "put_events", put_events)
        given = {"incident": INCIDENT.to_state(), "execution": EXECUTION}
        result = invoke(self.send_reminder, given)
        assert result == {"reminder_sent": bool(entries)}
        return entries

    def open(self, event: Mapping[str, Any], execution: str = ANOTHER) -> dict[str, Any]:
        """Invoke open_incident with an event, in another execution."""
        given = {"event": event, "execution": execution, "started": STARTED}
        return invoke(self.open_incident, given)


@contextmanager
def reminders(system: LocalSystem) -> Iterator[Functions]:
    """Import the functions, with the deployed table, which is empty."""
    system.delete_incidents()
    environment = SETTINGS | {"INCIDENT_TABLE": system.deployment.incident_table_name}
    with ExitStack() as stack:
        open_incident, finish_page, send_reminder = (
            stack.enter_context(imported(name, system.emulator.url, environment))
            for name in ("open_incident", "finish_page", "send_reminder")
        )
        table = IncidentTable(send_reminder.dynamodb, os.environ["INCIDENT_TABLE"])
        yield Functions(open_incident, finish_page, send_reminder, table)


def event_of(entry: Mapping[str, Any], event_id: str = "reminding") -> dict[str, Any]:
    """Return the event that EventBridge makes of an entry."""
    return {
        "id": event_id,
        "source": entry["Source"],
        "detail-type": entry["DetailType"],
        "detail": json.loads(entry["Detail"]),
        "account": "123456789012",
        "region": "us-east-1",
        "time": STARTED,
    }
