"""Test open_incident: an event and an incident page once, even without the table."""

from __future__ import annotations

import copy
import dataclasses
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from adapters import register_incident
from adapters.incident_store import CLAIM_SECONDS, IncidentTable
from local.environment import LOOPBACK, free_port
from oncall import repeat
from oncall.hold import HoldWait
from oncall.team_lock import NOT_TRIED, LockWait
from tests.functions.invoke import EXECUTION, HOLDS, INCIDENT, imported, invoke, log_lines
from tests.unit import sample_events

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    from local.emulator.system import LocalSystem

ANOTHER = f"{EXECUTION}-another"
SETTINGS = {"RETENTION_DAYS": "400", "DEDUP_WINDOW_MINUTES": "5", **HOLDS}


@pytest.fixture
def open_incident(system: LocalSystem) -> Iterator[ModuleType]:
    """Import the function, with the deployed table, which is empty."""
    system.delete_incidents()
    environment = SETTINGS | {"INCIDENT_TABLE": system.deployment.incident_table_name}
    with imported("open_incident", system.emulator.url, environment) as module:
        yield module


@pytest.fixture
def table(open_incident: ModuleType) -> IncidentTable:
    """The table of the function."""
    return IncidentTable(open_incident.dynamodb, os.environ["INCIDENT_TABLE"])


def opening(event_id: str = INCIDENT.id, execution: str = EXECUTION) -> dict[str, Any]:
    """Return the input of open_incident."""
    event = sample_events.event("root-sign-in") | {"id": event_id}
    return {"event": event, "execution": execution, "started": "2026-01-05T03:12:45Z"}


def test_incident_opens_when_the_table_is_unreachable(
    capsys: pytest.CaptureFixture[str],
) -> None:
    unreachable_url = f"http://{LOOPBACK}:{free_port()}"
    environment = SETTINGS | {"INCIDENT_TABLE": "Incidents"}
    with imported("open_incident", unreachable_url, environment) as module:
        answer = invoke(module, opening())

    expected = {"incident": INCIDENT.to_state(), "duplicate": False, "recovered": False}
    states = {"hold": HoldWait().to_state(), "team_lock": LockWait(NOT_TRIED).to_state()}
    assert answer == expected | states
    unreachable, no_hold, no_lock, opened = log_lines(capsys)
    assert no_lock["message"] == "team lock not read"
    assert no_hold["message"] == "holds not read"
    assert (unreachable["level"], unreachable["reason"]) == ("ERROR", "EndpointConnectionError")
    assert opened["message"] == "incident opened"


def test_incident_opens_when_the_table_does_not_exist(
    open_incident: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INCIDENT_TABLE", "not-deployed")

    assert not invoke(open_incident, opening("table-gone"))["duplicate"]


def test_retry_of_the_same_execution_is_not_a_duplicate(open_incident: ModuleType) -> None:
    first = invoke(open_incident, opening("retried"))
    second = invoke(open_incident, opening("retried"))

    assert not first["duplicate"]
    assert second == first


def test_second_execution_for_the_same_event_is_a_duplicate(open_incident: ModuleType) -> None:
    invoke(open_incident, opening("delivered-twice"))

    assert invoke(open_incident, opening("delivered-twice", ANOTHER))["duplicate"]


def test_other_incident_is_not_a_duplicate(open_incident: ModuleType) -> None:
    invoke(open_incident, opening("of-root"))
    tried = sample_events.event("root-sign-in-failed") | {"id": "of-root-failed"}
    alarm = sample_events.event("alarm-alb-latency") | {"id": "an-alarm"}

    for event in (tried, alarm):
        assert not invoke(open_incident, opening(execution=ANOTHER) | {"event": event})["duplicate"]


def test_repeated_incident_is_counted_and_calls_nobody(
    open_incident: ModuleType, table: IncidentTable
) -> None:
    first = invoke(open_incident, opening("first"))
    again = [invoke(open_incident, opening(f"again-{n}", f"{ANOTHER}-{n}")) for n in range(3)]

    assert [result["duplicate"] for result in (first, *again)] == [False, True, True, True]
    record = table.record("default", "first")
    assert record
    assert record.count == 4
    assert [record.incident.id for record in table.open_incidents(record.incident)] == ["first"]


@pytest.mark.parametrize(
    ("outcome", "ago", "calls"),
    [
        ("acknowledged", 4 * 60, False),
        ("acknowledged", 6 * 60, True),  # dedup_window_minutes is 5
        ("unanswered", 10, True),  # nobody acknowledged it
        ("failed", 10, True),
        ("resolved", 10, True),  # the alarm was OK again, which nobody may have noticed
    ],
)
def test_repeated_incident_after_it_was_closed(
    open_incident: ModuleType, table: IncidentTable, outcome: str, ago: int, *, calls: bool
) -> None:
    now = int(time.time())
    invoke(open_incident, opening("first"))
    assert table.close(
        "default", "first", outcome=outcome, by="Ana", now=now - ago, expires_at=now + 60
    )

    assert invoke(open_incident, opening("again", ANOTHER))["duplicate"] is not calls


def test_repeated_incident_after_it_was_resolved_pages_again(
    open_incident: ModuleType, table: IncidentTable
) -> None:
    """The responder who had acknowledged it may be asleep again."""
    now = int(time.time())
    invoke(open_incident, opening("first"))
    later = now + 60
    table.close("default", "first", outcome="acknowledged", by="Ana", now=now, expires_at=later)
    assert table.resolve("default", "first", by="Ana", now=now)

    assert not invoke(open_incident, opening("again", ANOTHER))["duplicate"]


def test_repeated_test_pages_again(open_incident: ModuleType, table: IncidentTable) -> None:
    now = int(time.time())
    replay = opening("first")
    replay["event"] |= {"source": "callout.replay"}
    assert invoke(open_incident, replay)["incident"]["test"]
    table.close("default", "first", outcome="acknowledged", by="Ana", now=now, expires_at=now + 60)
    replay["event"] |= {"id": "again"}

    assert not invoke(open_incident, replay | {"execution": ANOTHER})["duplicate"]


def test_test_does_not_suppress_a_real_incident(open_incident: ModuleType) -> None:
    replay = opening("test")
    replay["event"] |= {"source": "callout.replay"}
    invoke(open_incident, replay)

    assert not invoke(open_incident, opening("real", ANOTHER))["duplicate"]


def test_same_key_of_another_team_is_another_incident(
    open_incident: ModuleType, system: LocalSystem
) -> None:
    system.delete_incidents("payments")
    invoke(open_incident, opening("for-default"))
    of_payments = opening("for-payments", ANOTHER)
    of_payments["event"] = {"trigger": {"team": "payments"}, "event": of_payments["event"]}

    assert not invoke(open_incident, of_payments)["duplicate"]


def test_dead_execution_suppresses_neither_its_event_nor_repeated_incidents(
    open_incident: ModuleType, table: IncidentTable
) -> None:
    invoke(open_incident, opening("died"))
    record = table.record("default", "died")
    assert record
    late = int(time.time()) + CLAIM_SECONDS + 60
    [incident, started] = [record.incident, record.opened]

    def status(event_id: str, execution: str, now: int) -> str:
        seen = dataclasses.replace(incident, id=event_id)
        found: tuple[object, str] = register_incident.register_incident(
            table, seen, execution, started, now
        )
        return found[1]

    assert status("died", ANOTHER, late - 120) == register_incident.DUPLICATE
    assert status("again", ANOTHER, late - 120) == repeat.COUNTED
    assert status("died", ANOTHER, late) == repeat.TAKEN_OVER
    assert status("again", f"{ANOTHER}-2", late + CLAIM_SECONDS + 60) == repeat.TAKEN_OVER


def test_running_execution_keeps_its_claim(open_incident: ModuleType, table: IncidentTable) -> None:
    invoke(open_incident, opening("long-page"))
    record = table.record("default", "long-page")
    assert record
    later = int(time.time()) + CLAIM_SECONDS - 60

    assert table.renew_claim("default", "long-page", EXECUTION, now=later)
    assert not table.renew_claim("default", "long-page", ANOTHER, now=later)
    again = dataclasses.replace(record.incident, id="again")
    _, status = register_incident.register_incident(
        table, again, ANOTHER, record.opened, later + 120
    )
    assert status == repeat.COUNTED


def test_one_of_many_concurrent_executions_opens_the_incident(open_incident: ModuleType) -> None:
    with ThreadPoolExecutor(8) as pool:
        results = pool.map(
            lambda number: invoke(open_incident, opening(f"storm-{number}", f"{ANOTHER}-{number}")),
            range(24),
        )
        new = [result for result in results if not result["duplicate"]]

    assert len(new) == 1


def test_alarm_back_to_ok_closes_its_incident(
    open_incident: ModuleType, table: IncidentTable
) -> None:
    alarm = sample_events.event("alarm-ok")
    went_off = copy.deepcopy(alarm) | {"id": "went-off"}
    went_off["detail"]["state"]["value"] = "ALARM"
    invoke(open_incident, opening() | {"event": went_off})

    answer = invoke(open_incident, opening() | {"event": alarm, "execution": ANOTHER})

    assert answer["recovered"]
    record = table.record("default", "went-off")
    assert record
    assert (record.open, record.outcome, record.closed_by) == (False, "resolved", "CloudWatch")
    assert record.resolved


def test_alarm_back_to_ok_calls_nobody_even_without_a_table(
    open_incident: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INCIDENT_TABLE", "not-deployed")
    given = opening() | {"event": sample_events.event("alarm-ok")}

    assert invoke(open_incident, given)["recovered"]


def test_alarm_back_to_ok_without_incident_calls_nobody(open_incident: ModuleType) -> None:
    given = opening() | {"event": sample_events.event("alarm-ok")}

    assert invoke(open_incident, given)["recovered"]


def alarm_event(event_id: str, state: str, at: str, key: str = "checkout") -> dict[str, Any]:
    """Return an alarm that enters a state on 2026-11-30 at the time `at`."""
    event = sample_events.event("alarm-ok") | {"id": event_id}
    event["resources"] = [f"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:{key}"]
    event["detail"]["state"] |= {"value": state, "timestamp": f"2026-11-30T{at}+0000"}
    return event


def deliver(module: ModuleType, event: Mapping[str, Any]) -> str:
    """Open the incident of an event, and return the outcome."""
    given = opening(execution=f"{EXECUTION}-{event['id']}") | {"event": event}
    answer = invoke(module, given)
    return "duplicate" if answer["duplicate"] else "resolved" if answer["recovered"] else "new"


@pytest.mark.parametrize(
    ("alarm_at", "outcome"),
    [
        ("03:12:44.000", "resolved"),
        ("03:12:44.499", "resolved"),
        ("03:12:44.500", "new"),  # the order is unknown
        ("03:12:45.000", "new"),  # it fired again
    ],
)
def test_alarm_that_arrives_after_its_ok_is_ordered_by_state_time(
    open_incident: ModuleType, table: IncidentTable, alarm_at: str, outcome: str
) -> None:
    assert deliver(open_incident, alarm_event("ok", "OK", "03:12:44.500")) == "resolved"
    assert deliver(open_incident, alarm_event("late", "ALARM", alarm_at)) == outcome
    assert (table.record("default", "late") is None) == (outcome == "resolved")


@pytest.mark.parametrize(
    ("pages", "outcomes"),
    [
        # The resolution overtakes its alert, which then fires again.
        (["resolved 03:05", "firing 03:00", "firing 03:08"], ["resolved", "resolved", "new"]),
        # The sender resolved it by a timeout, twice, and it still fires: the same start.
        (
            ["firing 03:00", "resolved 03:05", "resolved 03:05", "firing 03:00"],
            ["new", "resolved", "resolved", "new"],
        ),
        # A late resolution of an earlier time.
        (["firing 03:08", "resolved 03:05", "firing 03:08"], ["new", "resolved", "duplicate"]),
        # A clock that is wrong, and senders that give no time.
        (["resolved 05:00", "firing 03:00"], ["resolved", "new"]),
        (["resolved no time", "firing 03:00", "firing no time"], ["resolved", "new", "duplicate"]),
    ],
)
def test_pages_are_ordered_by_the_time_since_when_their_status_lasts(
    open_incident: ModuleType, pages: list[str], outcomes: list[str]
) -> None:
    def event(number: int, status: str, since: str) -> dict[str, Any]:
        page = sample_events.event("callout-page") | {"id": f"page-{number}"}
        detail = {"dedup_key": "disk", "status": status, "since": f"2026-11-30T{since}:00Z"}
        return page | {"time": "2026-11-30T04:00:00Z", "detail": detail}

    given = [page.split(" ", 1) for page in pages]
    assert [
        deliver(open_incident, event(number, *each)) for number, each in enumerate(given)
    ] == outcomes


def test_ok_that_arrives_after_a_later_alarm_resolves_nothing(
    open_incident: ModuleType, table: IncidentTable
) -> None:
    events = [
        alarm_event("first", "ALARM", "03:00:00.000"),
        alarm_event("again", "ALARM", "03:10:00.000"),
        alarm_event("ok", "OK", "03:05:00.000"),
    ]

    assert [deliver(open_incident, event) for event in events] == ["new", "duplicate", "resolved"]
    record = table.record("default", "first")
    assert record
    assert record.open

    assert deliver(open_incident, alarm_event("last", "OK", "03:15:00.000")) == "resolved"
    record = table.record("default", "first")
    assert record
    assert not record.open


def test_alarm_between_the_write_and_the_close_of_an_earlier_ok_pages(
    open_incident: ModuleType, table: IncidentTable
) -> None:
    deliver(open_incident, alarm_event("first", "ALARM", "03:00:00.000"))
    ok = sample_events.incident_from(alarm_event("ok", "OK", "03:05:00.000"))
    assert table.advance_state(ok, expires_at=int(time.time()) + 60)

    assert deliver(open_incident, alarm_event("again", "ALARM", "03:10:00.000")) == "new"


def test_ok_that_arrives_while_its_alarm_is_being_opened_resolves_it(
    open_incident: ModuleType, table: IncidentTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = IncidentTable.open

    def open_late(self: IncidentTable, record: Any, **times: int) -> bool:  # noqa: ANN401
        assert deliver(open_incident, alarm_event("ok", "OK", "03:05:00.000")) == "resolved"
        return write(self, record, **times)

    monkeypatch.setattr(IncidentTable, "open", open_late)

    assert deliver(open_incident, alarm_event("first", "ALARM", "03:00:00.000")) == "resolved"
    record = table.record("default", "first")
    assert record
    assert (record.open, record.outcome) == (False, "resolved")


def test_alarms_without_state_time_are_deduplicated_after_an_ok(open_incident: ModuleType) -> None:
    deliver(open_incident, alarm_event("ok", "OK", "03:00:00.000"))
    first, again = (alarm_event(name, "ALARM", "") for name in ("first", "again"))

    assert [deliver(open_incident, event) for event in (first, again)] == ["new", "duplicate"]


def test_replayed_alarm_calls_in_any_order(open_incident: ModuleType) -> None:
    replay = {"source": "callout.replay"}
    deliver(open_incident, alarm_event("ok", "OK", "03:05:00.000") | replay)

    assert deliver(open_incident, alarm_event("old", "ALARM", "03:00:00.000") | replay) == "new"


def page_event(event_id: str, **detail: object) -> dict[str, Any]:
    """Return a `Page` event."""
    return {"id": event_id, "source": "callout", "detail-type": "Page", "detail": detail}


@pytest.mark.parametrize("acknowledged", [False, True])
def test_resolved_page_resolves_the_incident_of_its_team_and_key(
    open_incident: ModuleType, table: IncidentTable, *, acknowledged: bool
) -> None:
    deliver(open_incident, page_event("fired", dedup_key=1000001, title="Disk full"))
    deliver(open_incident, page_event("other", dedup_key=1000002, title="Disk full"))
    now = int(time.time())
    if acknowledged:
        closing = {"outcome": "acknowledged", "by": "Ana", "now": now, "expires_at": now + 60}
        assert table.close("default", "fired", **closing)  # type: ignore[arg-type]

    event = page_event("end", dedup_key=1000001, status="Resolved")
    assert deliver(open_incident, event) == "resolved"

    record, other = (table.record("default", name) for name in ("fired", "other"))
    assert record
    assert other
    assert (record.open, record.resolved_by) == (False, "a Page event")
    assert record.outcome == ("acknowledged" if acknowledged else "resolved")
    assert other.open
    assert deliver(open_incident, page_event("new", dedup_key=1000001)) == "new"


@pytest.mark.parametrize("status", ["firing", "", None, 0, "closed", ["resolved"]])
def test_page_with_any_other_status_pages(open_incident: ModuleType, status: object) -> None:
    assert deliver(open_incident, page_event("one", status=status)) == "new"


def test_closed_health_event_resolves_its_incident(
    open_incident: ModuleType, table: IncidentTable
) -> None:
    event = sample_events.event("health-instance-stop")
    event["detail"]["statusCode"] = "open"
    closed = copy.deepcopy(event) | {"id": "closed", "time": "2026-01-05T11:00:00Z"}
    closed["detail"]["statusCode"] = "closed"

    assert deliver(open_incident, event | {"id": "opened"}) == "new"
    assert deliver(open_incident, closed) == "resolved"
    record = table.record("default", "opened")
    assert record
    assert (record.open, record.closed_by) == (False, "AWS Health")


def test_drill_leaves_no_incident(open_incident: ModuleType, table: IncidentTable) -> None:
    event = {"source": "callout", "detail-type": "Page", "id": "daily", "detail": {"drill": True}}

    answer = invoke(open_incident, opening() | {"event": event})

    assert answer["incident"]["drill"]
    assert table.record("default", "daily") is None


def test_incident_expires_after_the_retention_days(
    open_incident: ModuleType, system: LocalSystem
) -> None:
    began = int(time.time())
    invoke(open_incident, opening("kept"))
    items = system.client("dynamodb").query(
        TableName=system.deployment.incident_table_name,
        KeyConditionExpression="pk = :team",
        ExpressionAttributeValues={":team": {"S": "team#default"}},
    )["Items"]

    [lock] = [item for item in items if "expires_at" not in item]
    assert len(items) == 3  # also the incident, and that it is the last of its kind
    items.remove(lock)
    for item in items:  # expires_at: the template's TimeToLiveSpecification
        assert 400 <= (int(item["expires_at"]["N"]) - began) / (24 * 60 * 60) < 400.1
