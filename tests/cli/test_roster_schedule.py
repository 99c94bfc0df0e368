"""What `callout roster` shows of hours, gaps, overrides, and times that are hardly meant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from callout.cli import command
from callout.roster.lint import find_warnings, repeat_warnings
from local.environment import ROOT
from oncall.roster.parsing.parser import parse
from tests.cli.run_cli import callout

if TYPE_CHECKING:
    from pathlib import Path

THREE_COUNTRIES = str(ROOT / "tests/fixtures/rosters/three-countries.yaml")
ROTATION = str(ROOT / "tests/fixtures/rosters/rotation.yaml")
NOW = datetime(2026, 11, 29, tzinfo=UTC)
FOUR = """
timezone: Europe/Berlin
contacts:
  - {name: Ana, phone: +14155550132}
  - {name: Bo, phone: +14155550133}
  - {name: Cy, phone: +14155550134}
  - {name: Di, phone: +14155550135}
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert command(["roster", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def people(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, local: str) -> list[str]:
    """Return whom `who` lists in the first round."""
    file = tmp_path / "roster.yaml"
    file.write_text(f"{FOUR}rounds: 1\n{text}")
    lines = run(capsys, "who", "--file", str(file), "--at", local)
    return [line.split()[3] for line in lines if "round 1" in line]


def warnings(text: str) -> list[str]:
    return [f"{p.line} {p.field}: {p.message}" for p in find_warnings(text, parse(text), NOW)]


def test_calendar_of_five_people_in_three_countries(capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(
        capsys, "calendar", "--file", THREE_COUNTRIES, "--from", "2026-12-21", "--weeks", "1"
    )
    assert lines == [
        "times in Europe/Berlin",
        "primary",
        "  Mon 2026-12-21 00:00 to Mon 2026-12-21 09:00  Li Wei",
        "  Mon 2026-12-21 09:00 to Thu 2026-12-24 12:00  Ana",
        "  Thu 2026-12-24 12:00 to Sat 2026-12-26 00:00  Li Wei  instead of Ana (override)",
        "  Sat 2026-12-26 00:00 to Mon 2026-12-28 00:00  Ana",
        "secondary",
        "  Mon 2026-12-21 00:00 to Mon 2026-12-21 09:00  Ana",
        "  Mon 2026-12-21 09:00 to Mon 2026-12-28 00:00  Bo",
        "new-york, off duty except Mon-Fri 09:00-17:00 America/New_York",
        *(
            f"  {day} 2026-12-{date} 15:00 to {day} 2026-12-{date} 23:00  Di"
            for day, date in zip(["Mon", "Tue", "Wed", "Thu", "Fri"], range(21, 26), strict=True)
        ),
    ]
    [warning] = warnings((ROOT / THREE_COUNTRIES).read_text())
    assert "China" in warning


def test_calendar_names_a_rotation_that_is_off_duty_throughout(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "roster.yaml"
    rotation = "{name: day, members: [Ana], starts: 2026-01-05T09:00, every: 1w, hours: %s}"
    file.write_text(f"{FOUR}escalation: [day, Bo]\nrotations: [{rotation % 'Mon 00:00-00:01'}]")
    arguments = ("calendar", "--file", str(file), "--from", "2026-12-22", "--weeks", "1")
    assert run(capsys, *arguments)[1:] == [
        "day, off duty except Mon 00:00-00:01 Europe/Berlin",
        "  Mon 2026-12-28 00:00 to Mon 2026-12-28 00:01  Ana",
    ]
    file.write_text(f"{FOUR}escalation: [day, Bo]\nrotations: [{rotation % 'Tue 02:30-02:31'}]")
    assert "off duty: day" in run(capsys, "who", "--file", str(file), "--at", "2026-12-21T00:00")


def test_who_says_that_nobody_is_on_duty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "roster.yaml"
    file.write_text(
        f"{FOUR}escalation: [day]\nrounds: 1\nrotations: [{{name: day, members: [Ana, Bo],"
        " starts: 2026-01-05T09:00, every: 1w, hours: Mon-Fri 09:00-17:00}]"
    )
    lines = run(capsys, "who", "--file", str(file), "--at", "2026-12-19T03:00")
    assert lines[2:] == [
        "off duty: day",
        "nobody is on duty, so a page calls those whose turn it is, whatever their hours",
        "  1. round 1  Bo  +1********33  en-US",
    ]


PRIMARY = """
rotations:
  - {name: primary, members: [Ana, Di], starts: 2026-11-30T09:00, every: 1w}
overrides:
"""
STACKED = f"""escalation: [primary, Bo]{PRIMARY}\
  - {{from: 2026-12-01T00:00, until: 2026-12-05T00:00, replace: primary, with: Bo}}
  - {{from: 2026-12-02T14:00, until: 2026-12-02T16:00, replace: Bo, with: Cy}}
"""


@pytest.mark.parametrize(
    ("local", "expected"),
    [("13:59", "Bo"), ("14:00", "Cy"), ("15:59", "Cy"), ("16:00", "Bo")],
)
def test_the_substitute_of_a_substitute_is_called_while_both_overrides_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], local: str, expected: str
) -> None:
    assert people(tmp_path, capsys, STACKED, f"2026-12-02T{local}") == [expected]


def test_two_overrides_of_one_name_are_refused_with_both_places(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "roster.yaml"
    file.write_text(FOUR + STACKED.replace("replace: Bo", "replace: primary"))
    assert command(["roster", "check", str(file)]) == 1
    assert capsys.readouterr().out.strip() == (
        f"{file}:13:5: overrides[1]: overlaps overrides[0] in line 12, which also replaces"
        " `primary`; change the times of one, or write `replace:` `Bo` to replace the substitute"
    )


SWAP = """
  - {from: 2026-12-01T00:00, until: 2026-12-02T00:00, replace: %s, with: %s}
  - {from: 2026-12-01T00:00, until: 2026-12-02T00:00, replace: %s, with: %s}
"""


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (SWAP % ("Ana", "Bo", "Bo", "Ana"), "Bo Cy Ana"),
        (SWAP % ("primary", "secondary", "secondary", "primary"), "Cy Ana Bo"),
        (SWAP % ("Ana", "secondary", "Bo", "secondary"), "Cy"),
        (SWAP % ("Ana", "Bo", "Bo", "primary"), "Bo Cy Ana"),
        (SWAP % ("Cy", "secondary", "Bo", "Di"), "Ana Cy Di"),
    ],
)
def test_overrides_may_swap_people_and_rotations(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], overrides: str, expected: str
) -> None:
    rotations = (
        "rotations:\n"
        "  - {name: primary, members: [Ana], starts: 2026-11-30T09:00, every: 1w}\n"
        "  - {name: secondary, members: [Cy], starts: 2026-11-30T09:00, every: 1w}\n"
    )
    text = f"escalation: [primary, secondary, Bo]\n{rotations}overrides:{overrides}"
    assert people(tmp_path, capsys, text, "2026-12-01T10:00") == expected.split()


def test_a_rotation_may_be_used_by_overrides_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    override = "{from: 2026-12-01T00:00, until: 2026-12-20T00:00, replace: Cy, with: primary}"
    text = f"escalation: [Cy]{PRIMARY}  - {override}"
    assert people(tmp_path, capsys, text, "2026-12-01T10:00") == ["Ana"]
    assert people(tmp_path, capsys, text, "2026-12-08T10:00") == ["Di"]


def test_gaps_are_warnings_with_local_times() -> None:
    text = (
        f"{FOUR}escalation: [day]\nrotations: [{{name: day, members: [Ana],"
        " starts: 2026-01-05T09:00, every: 1w, hours: '00:00-23:00'}]"
    )
    [warning] = warnings(text)
    assert warning == (
        "8 escalation: warning: nobody is on duty from Sun 2026-11-29 23:00 to Mon 2026-11-30"
        " 00:00, Mon 2026-11-30 23:00 to Tue 2026-12-01 00:00, Tue 2026-12-01 23:00 to Wed"
        " 2026-12-02 00:00, and 362 more within a year; a page then calls those whose turn it is,"
        " whatever their hours"
    )


@pytest.mark.parametrize(
    ("zone", "message"),
    [
        ("", "so its times are UTC"),
        ("timezone: UTC", ""),
        ("timezone: Etc/GMT+5", "Etc/GMT+5 is UTC-5 (its sign is inverted)"),
        ("timezone: Etc/GMT", ""),
        ("timezone: EST", "such as America/New_York"),
        ("timezone: MST", "such as America/Denver"),
        ("timezone: Europe/London", ""),
    ],
)
def test_doubtful_time_zones_are_warnings(zone: str, message: str) -> None:
    text = f"{zone}{FOUR.replace('timezone: Europe/Berlin', '')}escalation: [primary]{PRIMARY}"
    found = warnings(text.removesuffix("overrides:\n"))
    assert [message in line for line in found] == ([True] if message else [])


def test_who_says_that_shifts_change_in_utc(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "roster.yaml"
    text = f"{FOUR}escalation: [primary]{PRIMARY}".removesuffix("overrides:\n")
    file.write_text(text.replace("timezone: Europe/Berlin", ""))
    assert "shifts change in UTC" in run(capsys, "who", "--file", str(file))


@pytest.mark.parametrize(
    ("settings", "warned"),
    [
        ("ring_seconds: 60\nattempts: 2", "write `ring_seconds: 52`"),
        ("ring_seconds: 52\nattempts: 2", ""),
        ("ring_seconds: 60", ""),
        ("escalation: [Ana, Ana]", ""),
        ("escalation: [Eve, Eve]", "write `attempts: 2`"),
    ],
)
def test_a_second_call_that_comes_too_late_is_a_warning(settings: str, warned: str) -> None:
    eve = "  - {name: Eve, phone: [+14155550136, +14155550137]}\n"
    found = list(repeat_warnings(parse(f"{FOUR}{eve}{settings}")))
    assert [warned in message for message in found] == ([True] if warned else [])


@pytest.mark.parametrize("year", ["9999", "1950", "0001"])
@pytest.mark.parametrize("arguments", [("who", "--at"), ("calendar", "--from")])
def test_far_dates_are_refused(arguments: tuple[str, str], year: str) -> None:
    result = callout(None, "roster", *arguments, f"{year}-12-31", "--file", ROTATION)
    assert result.code == 2
    assert "write a year from 2000 to 2199" in result.err
