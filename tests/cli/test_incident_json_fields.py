"""docs/incidents.md lists every field of the JSON output."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local.environment import ROOT
from oncall.incident_record import ACKNOWLEDGED, UNANSWERED
from tests.cli.incident_table_stack import call

if TYPE_CHECKING:
    from tests.cli.incident_table_stack import IncidentStack

TEXT = (ROOT / "docs/incidents.md").read_text()


def documented(of: str) -> list[str]:
    """Return the fields in the table with this heading."""
    [table] = re.findall(rf"^\| field {of} \| .*\n\|[-|]+\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    return re.findall(r"`(\w+)`", " ".join(row.split("|")[1] for row in table.splitlines()))


def test_every_json_field_is_documented(stack: IncidentStack) -> None:
    record = stack.open_incident("5f2c")
    pressed = call(1, "Ana", ACKNOWLEDGED, placed_at=record.opened, ended_at=record.opened)
    stack.close_incident(record, ACKNOWLEDGED, "Ana", calls=[pressed])
    known = stack.read(record)
    assert stack.table.reopen(known, known.incident, now=stack.now, expires_at=stack.now + 60)
    stack.close_incident(record, UNANSWERED, calls=[pressed])
    month = record.opened[:7]

    shown = stack.callout("incident", "5f2c", "--json").json
    acknowledged = stack.callout("ack", "5f2c", "--json").json
    report = stack.callout("report", "--month", month, "--json").json

    assert documented("of an incident") == list(shown)
    assert sorted(documented("of `previous_cycles`")) == sorted(shown["previous_cycles"][0])
    assert sorted(documented("of a call")) == sorted(shown["calls"][0])
    assert documented("of a report") == list(report)
    assert documented("of `people`") == list(report["people"][0])
    assert documented("of `first_ring`, `acknowledged`") == list(report["first_ring"])
    assert [*shown, "changed"] == list(acknowledged)
