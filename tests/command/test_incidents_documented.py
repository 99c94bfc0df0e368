"""Every command that docs/incidents.md shows works as it stands there."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest

from local.environment import ROOT
from oncall.record import UNANSWERED
from tests.command.table_alone import call

if TYPE_CHECKING:
    from pathlib import Path

    from tests.command.table_alone import TableAlone

SHOWN = re.findall(r"^    callout (.*)$", (ROOT / "docs/incidents.md").read_text(), re.MULTILINE)


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
