"""docs/incidents.md lists every field of the JSON output."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from local.environment import ROOT
from oncall.incident_record import ACKNOWLEDGED, UNANSWERED
from tests.cli.incident_table_stack import call

if TYPE_CHECKING:
    from tests.cli.incident_table_stack import TableAlone

TEXT = (ROOT / "docs/incidents.md").read_text()


def documented(of: str) -> list[str]:
    """Return the fields in the table with this heading."""
    [table] = re.findall(rf"^\| {of} \| .*\n\|[-|]+\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    return re.findall(r"`(\w+)`", " ".join(row.split("|")[1] for row in table.splitlines()))


def test_every_field_of_the_json_is_told_in_its_order(alone: TableAlone) -> None:
    record = alone.opens("5f2c")
    pressed = call(1, "Ana", ACKNOWLEDGED, placed_at=record.opened, ended_at=record.opened)
    alone.ends(record, ACKNOWLEDGED, "Ana", calls=[pressed])
    known = alone.known(record)
    assert alone.table.reopen(known, known.incident, now=alone.now, expires_at=alone.now + 60)
    alone.ends(record, UNANSWERED, calls=[pressed])
    month = record.opened[:7]

    told: Any = alone.callout("incident", "5f2c", "--json").json
    taken: Any = alone.callout("ack", "5f2c", "--json").json
    report: Any = alone.callout("report", "--month", month, "--json").json

    assert documented("of an incident") == list(told)
    assert sorted(documented("of `previous_cycles`")) == sorted(told["previous_cycles"][0])
    assert sorted(documented("of a call")) == sorted(told["calls"][0])
    assert documented("of a report") == list(report)
    assert documented("of `people`") == list(report["people"][0])
    assert documented("of `first_ring`, `acknowledged`") == list(report["first_ring"])
    assert [*told, "changed"] == list(taken)
