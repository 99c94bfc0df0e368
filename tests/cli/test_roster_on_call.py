"""`callout roster who` and `calendar` agree with the page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from callout.cli import command
from callout.errors import CommandError
from callout.roster.on_call import parse_time, planned_calls
from local.environment import ROOT
from oncall.calls.call import Telephony
from oncall.calls.planner import plan_page
from oncall.incident import Incident
from tests.cli.run_cli import callout
from tests.support.roster_strategies import MOMENTS, rosters

if TYPE_CHECKING:
    from pathlib import Path

    from oncall.roster.model import Roster

ROTATION = str(ROOT / "tests/fixtures/rosters/rotation.yaml")
INCIDENT = Incident(id="1", kind="page", title="No orders", dedup_key="1")
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
BERLIN = """
timezone: Europe/Berlin
contacts:
  - {name: Ana, phone: +14155550132}
  - {name: Bo, phone: +14155550133}
  - {name: Li Wei, phone: +8613800138000}
escalation: [primary, Bo]
rotations:
  - {name: primary, members: [Ana, Bo], starts: 2026-10-19T09:00, every: 1w}
overrides:
  - {from: 2026-10-25T00:00, until: 2026-10-25T12:00, replace: primary, with: Li Wei}
  - {from: 2026-10-27T00:00, until: 2026-10-28T00:00, replace: Bo, with: Ana}
"""


@settings(max_examples=60)
@given(roster=rosters(), at=MOMENTS)
def test_who_lists_the_calls_of_a_page(roster: Roster, at: datetime) -> None:
    page = plan_page(INCIDENT, roster, at, telephony=Telephony(40))
    masked = planned_calls(roster, at)
    whole = planned_calls(roster, at, numbers=True)
    planned = [(c.attempt, c.round, c.contact, c.phone, c.language) for c in page.calls]
    assert [(c.attempt, c.round, c.contact, c.phone, c.language) for c in masked] == planned
    assert tuple(call.phone for call in whole) == page.numbers


def test_who_lists_calls_in_order_with_masked_numbers() -> None:
    result = callout(None, "roster", "who", "--file", ROTATION, "--at", "2026-01-12T09:00")

    lines = result.out.splitlines()
    assert lines[0] == "at Mon 2026-01-12 09:00 Asia/Shanghai (Mon 2026-01-12 01:00 UTC)"
    assert lines[1].startswith("now ")
    assert lines[2:] == [
        "  1. round 1  Li Wei  +86*********00  zh-CN",
        "  2. round 2  Li Wei  +86*********00  zh-CN",
    ]
    assert result.code == 0


def test_numbers_option_shows_full_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["roster", "who", "--file", ROTATION, "--numbers", "--json"]) == 0
    assert "+8613800138000" in {call["phone"] for call in json.loads(capsys.readouterr().out)}


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        (None, "2026-07-01T12:00"),
        ("2026-12-24T09:00", "2026-12-24T08:00"),
        ("2026-12-24 09:00", "2026-12-24T08:00"),
        ("2026-12-24T09:00Z", "2026-12-24T09:00"),
        ("2026-12-24T09:00+08:00", "2026-12-24T01:00"),
    ],
)
def test_time_without_an_offset_is_local(text: str | None, instant: str) -> None:
    assert parse_time(text, "Europe/Berlin", NOW) == datetime.fromisoformat(instant).replace(
        tzinfo=UTC
    )


@pytest.mark.parametrize("text", ["tomorrow", "", "2026-02-30T09:00", "0001-01-01T00:00+14:00"])
def test_invalid_time_is_rejected(text: str) -> None:
    with pytest.raises(CommandError, match="is not a time: write"):
        parse_time(text, "Europe/Berlin", NOW)


def test_calendar_uses_local_time_and_marks_overrides(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "roster.yaml"
    file.write_text(BERLIN)
    arguments = ["roster", "calendar", "--file", str(file), "--from", "2026-10-24", "--weeks", "1"]

    assert command(arguments) == 0

    assert capsys.readouterr().out.splitlines() == [
        "times in Europe/Berlin",
        "primary",
        "  Sat 2026-10-24 00:00 to Sun 2026-10-25 00:00  Ana",
        "  Sun 2026-10-25 00:00 to Sun 2026-10-25 12:00  Li Wei  instead of Ana (override)",
        "  Sun 2026-10-25 12:00 to Mon 2026-10-26 09:00  Ana",
        "  Mon 2026-10-26 09:00 to Tue 2026-10-27 00:00  Bo",
        "  Tue 2026-10-27 00:00 to Wed 2026-10-28 00:00  Ana  instead of Bo (override)",
        "  Wed 2026-10-28 00:00 to Sat 2026-10-31 00:00  Bo",
        "overrides of contacts",
        "  Tue 2026-10-27 00:00 to Wed 2026-10-28 00:00  Ana  instead of Bo (override)",
    ]


def test_calendar_without_rotations_lists_the_order(capsys: pytest.CaptureFixture[str]) -> None:
    smallest = str(ROOT / "tests/fixtures/rosters/two-languages.yaml")
    assert command(["roster", "calendar", "--file", smallest]) == 0
    assert "no rotations: always called in this order: Li Wei, Ana" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["calendar", "--from", "monday"], "'monday' is not a date"),
        (["who", "--at", "noon"], "'noon' is not a time"),
    ],
)
def test_invalid_time_option_is_one_line(
    arguments: list[str], error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(["roster", *arguments, "--file", ROTATION]) == 2
    assert capsys.readouterr().err.startswith(f"callout: {error}")


def test_invalid_file_is_reported_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "roster.yaml"
    file.write_text("contacts: []")
    assert command(["roster", "who", "--file", str(file)]) == 1
    assert capsys.readouterr().out.startswith(f"{file}:1:11: contacts: is an empty list")
