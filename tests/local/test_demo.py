"""`make demo` with your own event and roster."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from local.demo import chosen_scenario
from local.scenarios.files import EVENTS, ScenarioError
from oncall.events.replay_entry import EventError

if TYPE_CHECKING:
    from pathlib import Path

#: A rotation with the second of two contacts on call.
ROSTER = """\
contacts:
  - {{name: Ana, phone: +14155550132}}
  - {{name: Bo, phone: +14155550133}}
escalation: [primary]
rotations:
  - {{name: primary, members: [Ana, Bo], starts: {starts}, every: 1w}}
"""


def test_the_last_person_who_is_called_answers(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    file = tmp_path / "roster.yaml"
    for days, name, number in ((2, "Ana", "+14155550132"), (9, "Bo", "+14155550133")):
        file.write_text(ROSTER.format(starts=f"{now - timedelta(days=days):%Y-%m-%dT%H:00}"))

        scenario = chosen_scenario("four-contacts", None, file)

        assert scenario.title == f"{file}: only {name} answers, and presses 1"
        assert list(scenario.phones_by_number()) == [number]


def test_an_invalid_roster_or_event_is_reported_before_deploying(tmp_path: Path) -> None:
    roster, event = tmp_path / "roster.yaml", tmp_path / "event.json"
    roster.write_text("contacts: [{name: Ana, phone: 4155550132}]\n")
    event.write_text(json.dumps({"source": "aws.cloudwatch"}))

    with pytest.raises(ScenarioError, match=r"roster.yaml: line 1, column 31: contacts"):
        chosen_scenario("four-contacts", EVENTS / "root-sign-in.json", roster)
    with pytest.raises(EventError, match="not an event"):
        chosen_scenario("four-contacts", event, None)
