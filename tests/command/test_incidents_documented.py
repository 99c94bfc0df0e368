"""Every command that docs/incidents.md shows works as it stands there."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

import pytest

from local.environment import ROOT
from oncall.incident_record import ACKNOWLEDGED, UNANSWERED
from tests.command.table_alone import call

if TYPE_CHECKING:
    from pathlib import Path

    from tests.command.table_alone import TableAlone

TEXT = (ROOT / "docs/incidents.md").read_text()
SHOWN = re.findall(r"^    callout (.*)$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("shown", SHOWN)
def test_a_command_that_is_shown_works(
    alone: TableAlone, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    record = alone.opens("5f2c7a10-9d3e-4b1a-8c55-0e6f7a8b9c0d")
    alone.ends(record, UNANSWERED, calls=[call(1, "Ana", "no_answer")])

    done = alone.callout(*shlex.split(shown))

    assert (done.code, done.err) == (0, "")
    assert done.out
    assert [one.name for one in tmp_path.iterdir()] == re.findall(r"--html (\S+)", shown)


def test_every_verb_is_shown() -> None:
    verbs = {shown.split()[0] for shown in SHOWN}

    assert verbs == {"ack", "incident", "incidents", "report", "resolve"}


def documented(of: str) -> list[str]:
    """Give the fields that a table of the docs tells of something."""
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
    assert sorted(documented("of `earlier`")) == sorted(told["earlier"][0])
    assert sorted(documented("of a call")) == sorted(told["calls"][0])
    assert documented("of a report") == list(report)
    assert documented("of `people`") == list(report["people"][0])
    assert documented("of `first_ring`, `acknowledged`") == list(report["first_ring"])
    assert [*told, "changed"] == list(taken)
