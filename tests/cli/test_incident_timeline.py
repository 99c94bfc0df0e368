"""`callout incident` shows an incident's history in chronological order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callout.incidents.timeline import console_url, timeline
from callout.time_format import format_time
from oncall.incident import Incident
from oncall.incident_record import ACKNOWLEDGED, UNANSWERED, Record, timestamp
from oncall.messages.email import console_link
from tests.cli.incident_table_stack import MINUTE, call

if TYPE_CHECKING:
    from tests.cli.incident_table_stack import IncidentStack

ID = "5f2c7a10-burns"


def test_incident_shows_its_history_in_order(stack: IncidentStack) -> None:
    record = stack.open_incident(ID, ago=30 * MINUTE, severity="critical", details="5xx: 40 %")
    opened = stack.now - 30 * MINUTE
    calls = [
        call(
            1, "Ana", "no_answer", placed_at=timestamp(opened + 3), ended_at=timestamp(opened + 49)
        ),
        call(2, "Li Wei", "busy", reason="USER_BUSY"),
    ]
    stack.repeat(record, ago=30 * MINUTE - 10)
    stack.close_incident(record, UNANSWERED, calls=calls, ago=20 * MINUTE)
    stack.callout("ack", ID, "--by", "Bo")
    stack.callout("resolve", ID, "--by", "Cy")
    known = stack.read(record)

    out = stack.callout("incident", ID).out.splitlines()

    assert out == [
        f"It burns: {ID}",
        "critical, alarm, team default, acknowledged by Bo, resolved by Cy",
        f"id {ID}",
        "5xx: 40 %",
        f"  {format_time(timestamp(opened))}  opened",
        f"  {format_time(timestamp(opened + 3))}  call 1: Ana +1********32: no answer, 46 s",
        f"  {'':23}  call 2: Li Wei +1********32: busy (USER_BUSY), 35 s",
        f"  {format_time(timestamp(opened + 10))}  repeated: seen 2 times so far",
        f"  {format_time(timestamp(opened + 10 * MINUTE))}  nobody acknowledged: reported to SNS",
        f"  {format_time(known.closed_at)}  acknowledged by Bo",
        f"  {format_time(known.resolved)}  resolved by Cy",
        console_link(record.execution),
    ]


def test_open_incident_shows_its_age_and_links_to_its_calls(stack: IncidentStack) -> None:
    """They are recorded when the page ends (functions/finish_page.py)."""
    record = stack.open_incident(ID, ago=125 * MINUTE)

    out = stack.callout("incident", ID).out
    stack.close_incident(record, ACKNOWLEDGED, "Ana")
    afterwards = stack.callout("incident", ID).out.splitlines()[-1]

    link = console_link(record.execution)
    assert "high, alarm, team default, open for 2 h 5 min\n" in out
    assert out.splitlines()[-1] == f"calls appear here when the page ends; until then: {link}"
    assert afterwards == link


def test_reminders_and_earlier_cycles_are_shown(stack: IncidentStack) -> None:
    record = stack.open_incident(ID, ago=190 * MINUTE)
    placed = stack.now - 188 * MINUTE
    pressed = call(1, "Ana", "acknowledged", placed_at=timestamp(placed))
    stack.close_incident(record, ACKNOWLEDGED, "Ana", ago=187 * MINUTE, calls=[pressed])
    known = stack.read(record)
    again = stack.now - 125 * MINUTE
    assert stack.table.reopen(known, known.incident, now=again, expires_at=stack.now + MINUTE)

    events = [(event.at, event.what) for event in timeline(stack.read(record))]
    out = stack.callout("incident", ID).out
    listed = stack.callout("incidents").out
    in_json = stack.callout("incident", ID, "--json").json

    assert events == [
        (record.opened, "opened"),
        (timestamp(placed), "call 1: Ana +1********32: acknowledged, 35 s"),
        (known.closed_at, "acknowledged by Ana"),
        (timestamp(again), "not resolved: reopened as a reminder"),
    ]
    assert "open for 2 h 5 min, 1 reminder\n" in out
    assert "1 reminder" in listed
    assert (in_json["state"], in_json["reminder_count"]) == ("open", 1)
    [cycle] = in_json["previous_cycles"]
    assert (cycle["closed_by"], cycle["reopened_at"]) == ("Ana", timestamp(again))


def test_calls_placed_before_the_opening_are_not_shown(stack: IncidentStack) -> None:
    """An incident that joins a running page has all calls of that page in its record."""
    record = stack.open_incident(ID, ago=60 * MINUTE)
    opened = stack.now - 60 * MINUTE
    seconds_before = {"Li Wei": 40, "Bo": 0, "Ana": -30}
    calls = [
        call(n, name, "no_answer", placed_at=timestamp(opened - seconds))
        for n, (name, seconds) in enumerate(seconds_before.items(), 1)
    ]
    stack.close_incident(
        record, ACKNOWLEDGED, "Ana", calls=[*calls, call(4, "Cy", "busy")], ago=50 * MINUTE
    )
    known = stack.read(record)
    again = stack.now - 20 * MINUTE
    assert stack.table.reopen(known, known.incident, now=again, expires_at=stack.now + MINUTE)
    earlier_call = call(1, "Dee", "no_answer", placed_at=timestamp(again - 5))
    pressed = call(2, "Eve", "acknowledged", placed_at=timestamp(again - 1))
    stack.close_incident(
        record, ACKNOWLEDGED, "Eve", calls=[earlier_call, pressed], ago=10 * MINUTE
    )

    events = timeline(stack.read(record))
    called = [event.what.split()[2] for event in events if "call " in event.what]
    in_json = stack.callout("incident", ID, "--json").json

    assert called == ["Bo", "Ana", "Cy", "Eve"]
    assert [call["contact"] for call in in_json["calls"]] == ["Dee", "Eve"]


def test_json_has_the_details_of_the_incident(stack: IncidentStack) -> None:
    record = stack.open_incident(ID, account="123456789012")
    stack.close_incident(record, ACKNOWLEDGED, "Ana", calls=[call(1, "Ana", "acknowledged")])

    shown = stack.callout("incident", ID, "--json").json

    assert (shown["id"], shown["state"], shown["closed_by"]) == (ID, ACKNOWLEDGED, "Ana")
    assert (shown["account"], shown["region"], shown["open_seconds"]) == (
        "123456789012",
        None,
        None,
    )
    [made] = shown["calls"]
    assert (made["contact"], made["phone"], made["seconds"]) == ("Ana", "+1********32", 35)
    assert shown["console"] == console_link(record.execution)


def test_incomplete_record_is_shown() -> None:
    bare = Record(
        incident=Incident(id="x", kind="other", title="", dedup_key="x"),
        execution="",
        opened="",
        claimed_until=0,
        open=False,
        outcome="unheard-of",
        calls=({}, {"outcome": "new", "placed_at": "soon", "waited_seconds": None}),
    )

    assert [event.what for event in timeline(bare)] == [
        "opened",
        "call ?:  : ",
        "call ?:  : new",
        "unheard-of",
    ]
    assert console_url(bare) == ""


def test_incident_shows_the_latest_details_and_when_the_severity_rose(stack: IncidentStack) -> None:
    record = stack.open_incident(ID, ago=30 * MINUTE, severity="medium", details="1 of 3 is down")
    stack.repeat(record, ago=20 * MINUTE, severity="critical", details="3 of 3 are down")

    shown = stack.callout("incident", ID).out

    assert "critical, alarm" in shown
    assert "3 of 3 are down" in shown
    assert "1 of 3" not in shown
    assert "severity rose to critical" in shown
    assert "seen 2 times" in shown
