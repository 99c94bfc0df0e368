"""`callout incident` tells what became of an incident, in the order in which it happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callout.incidents.timeline import console_url, timeline
from callout.time_format import format_time
from oncall.incident import Incident
from oncall.incident_record import ACKNOWLEDGED, UNANSWERED, Record, timestamp
from oncall.messages.email import console_link
from tests.cli.incident_table_stack import MINUTE, call

if TYPE_CHECKING:
    from tests.cli.incident_table_stack import TableAlone

ID = "5f2c7a10-burns"


def test_all_that_is_known_is_told_from_the_first_to_the_last(alone: TableAlone) -> None:
    record = alone.opens(ID, ago=30 * MINUTE, severity="critical", details="5xx: 40 %")
    opened = alone.now - 30 * MINUTE
    calls = [
        call(
            1, "Ana", "no_answer", placed_at=timestamp(opened + 3), ended_at=timestamp(opened + 49)
        ),
        call(2, "Li Wei", "busy", reason="USER_BUSY"),
    ]
    alone.table.count("default", ID, now=opened + 10)
    alone.ends(record, UNANSWERED, calls=calls, ago=20 * MINUTE)
    alone.callout("ack", ID, "--by", "Bo")
    alone.callout("resolve", ID, "--by", "Cy")
    known = alone.known(record)

    out = alone.callout("incident", ID).out.splitlines()

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


def test_an_open_incident_says_for_how_long_and_where_its_calls_are_seen(alone: TableAlone) -> None:
    """They are put on record when the page ends (functions/finish_page.py)."""
    record = alone.opens(ID, ago=125 * MINUTE)

    out = alone.callout("incident", ID).out
    alone.ends(record, ACKNOWLEDGED, "Ana")
    afterwards = alone.callout("incident", ID).out.splitlines()[-1]

    link = console_link(record.execution)
    assert "high, alarm, team default, open for 2 h 5 min\n" in out
    assert out.splitlines()[-1] == f"calls appear here when the page ends; until then: {link}"
    assert afterwards == link


def test_every_turn_of_what_was_reminded_of_is_told(alone: TableAlone) -> None:
    record = alone.opens(ID, ago=190 * MINUTE)
    placed = alone.now - 188 * MINUTE
    pressed = call(1, "Ana", "acknowledged", placed_at=timestamp(placed))
    alone.ends(record, ACKNOWLEDGED, "Ana", ago=187 * MINUTE, calls=[pressed])
    known = alone.known(record)
    again = alone.now - 125 * MINUTE
    assert alone.table.reopen(known, known.incident, now=again, expires_at=alone.now + MINUTE)

    told = [(one.at, one.what) for one in timeline(alone.known(record))]
    out = alone.callout("incident", ID).out
    listed = alone.callout("incidents").out
    in_json = alone.callout("incident", ID, "--json").json

    assert told == [
        (record.opened, "opened"),
        (timestamp(placed), "call 1: Ana +1********32: acknowledged, 35 s"),
        (known.closed_at, "acknowledged by Ana"),
        (timestamp(again), "not resolved: reopened as a reminder"),
    ]
    assert "open for 2 h 5 min, 1 reminder\n" in out
    assert "1 reminder" in listed
    assert isinstance(in_json, dict)
    assert (in_json["state"], in_json["reminder_count"]) == ("open", 1)
    [turn] = in_json["previous_cycles"]
    assert (turn["closed_by"], turn["reopened_at"]) == ("Ana", timestamp(again))


def test_a_call_that_began_before_it_spoke_of_others(alone: TableAlone) -> None:
    """What comes in while somebody is called has all calls of that page on record."""
    record = alone.opens(ID, ago=60 * MINUTE)
    opened = alone.now - 60 * MINUTE
    ago = {"Li Wei": 40, "Bo": 0, "Ana": -30}
    calls = [
        call(n, name, "no_answer", placed_at=timestamp(opened - seconds))
        for n, (name, seconds) in enumerate(ago.items(), 1)
    ]
    alone.ends(record, ACKNOWLEDGED, "Ana", calls=[*calls, call(4, "Cy", "busy")], ago=50 * MINUTE)
    known = alone.known(record)
    again = alone.now - 20 * MINUTE
    assert alone.table.reopen(known, known.incident, now=again, expires_at=alone.now + MINUTE)
    of_others = call(1, "Dee", "no_answer", placed_at=timestamp(again - 5))
    pressed = call(2, "Eve", "acknowledged", placed_at=timestamp(again - 1))
    alone.ends(record, ACKNOWLEDGED, "Eve", calls=[of_others, pressed], ago=10 * MINUTE)

    told = [one.what.split()[2] for one in timeline(alone.known(record)) if "call " in one.what]
    in_json = alone.callout("incident", ID, "--json").json

    assert told == ["Bo", "Ana", "Cy", "Eve"]
    assert isinstance(in_json, dict)
    assert [one["contact"] for one in in_json["calls"]] == ["Dee", "Eve"]


def test_json_has_all_of_it(alone: TableAlone) -> None:
    record = alone.opens(ID, account="123456789012")
    alone.ends(record, ACKNOWLEDGED, "Ana", calls=[call(1, "Ana", "acknowledged")])

    told = alone.callout("incident", ID, "--json").json

    assert isinstance(told, dict)
    assert (told["id"], told["state"], told["closed_by"]) == (ID, ACKNOWLEDGED, "Ana")
    assert (told["account"], told["region"], told["open_seconds"]) == ("123456789012", None, None)
    [made] = told["calls"]
    assert (made["contact"], made["phone"], made["seconds"]) == ("Ana", "+1********32", 35)
    assert told["console"] == console_link(record.execution)


def test_a_record_that_is_older_than_its_code_is_told_all_the_same() -> None:
    bare = Record(
        incident=Incident(id="x", kind="other", title="", dedup_key="x"),
        execution="",
        opened="",
        claimed_until=0,
        open=False,
        outcome="unheard-of",
        calls=({}, {"outcome": "new", "placed_at": "soon", "waited_seconds": None}),
    )

    assert [one.what for one in timeline(bare)] == [
        "opened",
        "call ?:  : ",
        "call ?:  : new",
        "unheard-of",
    ]
    assert console_url(bare) == ""
