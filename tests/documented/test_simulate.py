"""What docs/scenarios.md shows of `callout simulate` asks what it says.

Telling it is the same as for any roster (tests/command/test_simulate.py), and dear.
"""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import TYPE_CHECKING

from callout.cli import command
from callout.simulate import run
from local.emulator import LocalError
from tests.documented.shown import everything_shown

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    import pytest

    from local.scenarios.scenario import Scenario

ROSTER = "contacts: [{name: Ana, phone: +14155550132}]\n"
EVENT = {"source": "callout", "detail-type": "Page", "detail": {"title": "x", "team": "payments"}}


def test_what_is_shown_of_another_team_and_event_is_told_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[Scenario] = []

    class Refusing:
        def run_scenario(self, scenario: Scenario) -> None:
            asked.append(scenario)
            raise LocalError("as far as this test goes")

    def open_engine(*_: object) -> AbstractContextManager[Refusing]:
        return nullcontext(Refusing())

    use = "callout simulate --event --roster --team"
    [shown] = [one for one in everything_shown() if one.use == use]
    monkeypatch.setattr(run, "open_engine", open_engine)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "roster.yaml").write_text(ROSTER)
    (tmp_path / "my-event.json").write_text(json.dumps(EVENT))

    assert command(list(shown.words[1:])) == 2

    assert capsys.readouterr().err.endswith("callout: as far as this test goes\n")
    [scenario] = asked
    assert (scenario.team, scenario.event, scenario.roster_text) == ("payments", EVENT, ROSTER)
