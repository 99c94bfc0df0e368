"""`callout roster check` reports all problems of a file; `schema` is for editors."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from callout.cli import command
from callout.roster.json_schema import roster_schema
from callout.roster.lint import find_warnings
from local.environment import ROOT
from oncall.roster.defaults_and_limits import ADVANCED_PARAMETER_BYTES, STANDARD_PARAMETER_BYTES
from oncall.roster.model import RosterError
from oncall.roster.parsing.contacts import KEYS as CONTACT
from oncall.roster.parsing.holds import MUTE, QUIET_HOURS
from oncall.roster.parsing.parser import KEYS, parse
from oncall.roster.parsing.rotations import OVERRIDE, ROTATION
from tests.cli.json_schema_validator import validate_with_ajv
from tests.cli.run_cli import callout

if TYPE_CHECKING:
    from pathlib import Path

ROSTERS = ROOT / "tests/fixtures/rosters"
BAD = "contcts:\n- {name: Ana, phone: 4155550132}\nrounds: many\n"
GOOD = "contacts: [{name: Ana, phone: +14155550132}]\n"
DOCS = [ROOT / "README.md", ROOT / "docs/roster.md"]


def test_every_problem_of_every_file_is_one_line_with_its_place(tmp_path: Path) -> None:
    first, second = tmp_path / "one.yaml", tmp_path / "two.yaml"
    first.write_text(BAD)
    second.write_text("contacts: []\n")

    result = callout(None, "roster", "check", str(first), str(second))

    assert result.out.splitlines() == [
        f"{first}:1:1: contcts: unknown key; did you mean `contacts`?",
        (
            f"{first}:2:22: contacts[0].phone: has no country code; put +1 before it if it is a"
            " number in US"
        ),
        f"{first}:3:9: rounds: is `many`; write a whole number from 1 to 10",
        (
            f"{second}:1:11: contacts: is an empty list; write a list, such as"
            " [{name: Ana, phone: +8613800138000}]"
        ),
    ]
    assert (result.code, result.err) == (1, "")


def test_valid_roster_on_standard_input_prints_nothing() -> None:
    result = callout(None, "roster", "check", "-", stdin=GOOD)
    assert (result.code, result.out, result.err) == (0, "", "")


def test_number_that_connect_may_not_call_is_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "roster.yaml"
    file.write_text(
        "contacts:\n  - {name: Bo, phone: +447400123456}\n"
        "  - {name: Li, phone: [+14155550132, +447400123457]}\n"
    )

    assert command(["roster", "check", str(file)]) == 0

    [warning] = capsys.readouterr().out.splitlines()
    assert warning.startswith(f"{file}:2:23: contacts[0].phone: warning: Connect may not call")
    assert "+447" in warning
    assert warning.endswith("(and 1 more number)")


def test_check_prints_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "roster.yaml"
    file.write_text("contacts: []\n")
    assert command(["roster", "check", "--json", str(file)]) == 1
    [found] = json.loads(capsys.readouterr().out)
    assert (found["file"], found["line"], found["column"]) == (str(file), 1, 11)
    assert (found["field"], found["warning"]) == ("contacts", False)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "1:1: roster: is empty"),
        (
            b"\xff\xd8\xff\xe0\x00\x10JFIF",
            "1:1: roster: byte 0xFF at line 1, column 1: save it as UTF-8",
        ),
        (
            b"\xff\xd8" * 50_000,
            "1:1: roster: has 300000 bytes, but the parameter holds at most 4096",
        ),
    ],
)
def test_file_that_is_not_a_roster_is_one_line(
    tmp_path: Path, content: bytes, error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "roster.yaml"
    file.write_bytes(content)
    assert command(["roster", "check", str(file)]) == 1
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{file}:{error}")


def test_version_header_counts_as_a_line_but_not_towards_the_size(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "roster.yaml"
    header = "# callout roster default version 7\n"
    full = GOOD + "#" * (STANDARD_PARAMETER_BYTES - len(GOOD))

    file.write_text(f"{header}{full}")
    assert command(["roster", "check", str(file)]) == 0
    file.write_text(f"{header}{full}#")
    assert command(["roster", "check", str(file)]) == 1
    file.write_text(f"{header}{BAD}")
    assert command(["roster", "check", str(file)]) == 1

    lines = capsys.readouterr().out.splitlines()
    assert f"has {STANDARD_PARAMETER_BYTES + 1} bytes" in lines[0]
    assert [line.split(":")[1] for line in lines[1:]] == ["2", "3", "4"]


def test_advanced_parameter_allows_a_larger_roster(tmp_path: Path) -> None:
    file = tmp_path / "roster.yaml"
    file.write_text(GOOD + "#" * (ADVANCED_PARAMETER_BYTES - len(GOOD)))
    assert command(["roster", "check", str(file)]) == 1
    assert command(["roster", "check", "--advanced", str(file)]) == 0


VALID = [
    (ROSTERS / f"{name}.yaml").read_text()
    for name in ("minimal", "two-languages", "rotation", "quiet")
]
VALID += [
    block for doc in DOCS for block in re.findall(r"```yaml\n(.*?)```", doc.read_text(), re.DOTALL)
]
VALID += ["contacts: [{name: 007, phone: '+86 138-0013-8000'}]\nrounds: '3'\n"]
#: Mistakes that a schema can detect.
MISTAKES = [
    "contcts: []",
    "contacts: []",
    "rounds: 2",
    "contacts: [{name: Ana}]",
    GOOD + "rounds: 11",
    GOOD + "ring_seconds: 5",
    GOOD + "language: zh-cn",
    GOOD + "rotations: [{name: a, members: [Ana], starts: 2026-01-05, every: 1w}]",
    GOOD + "rotations: [{name: a, members: [Ana], starts: 2026-01-05T09:00, every: 1m}]",
    GOOD + "overrides: [{from: 2026-01-05T09:00, until: 2026-01-06T09:00, replace: Ana}]",
    GOOD + "quiet_hours: [{severities: [critical], hours: [22:00-07:00]}]",
    GOOD + "quiet_hours: [{severities: [low], hours: [22-7]}]",
    GOOD + "mutes: [{match: a*, reason: migration}]",
    (
        "contacts: [{name: Ana, phone: [+14155550130, +14155550131, +14155550132, +14155550133,"
        " +14155550134, +14155550135]}]"
    ),
]


def test_schema_accepts_valid_rosters_and_rejects_mistakes() -> None:
    for text in VALID:
        parse(text)
    for text in MISTAKES:
        with pytest.raises(RosterError):
            parse(text)
    answers = validate_with_ajv(roster_schema(), [*VALID, *MISTAKES])
    assert answers == [True] * len(VALID) + [False] * len(MISTAKES)


def test_schema_has_every_key_of_the_parser() -> None:
    schema = roster_schema()
    nested = {
        "contacts": CONTACT,
        "rotations": ROTATION,
        "overrides": OVERRIDE,
        "quiet_hours": QUIET_HOURS,
        "mutes": MUTE,
    }
    assert schema["properties"].keys() == KEYS.keys()
    for name, keys in nested.items():
        assert schema["properties"][name]["items"]["properties"].keys() == keys.keys()


def test_roster_schema_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["roster", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == roster_schema()


@pytest.mark.parametrize(
    ("phone", "warning"),
    [
        ("+1 800 555 0199", "a toll-free number, which seldom reaches a person"),
        ("+1 900 555 0123", "a premium-rate number, whose calls are expensive"),
        ("+33 6 39 98 00 12", "a number in a range of +33 that is unknown or reserved"),
        ("+1 415 555 0132", ""),
    ],
)
def test_a_number_that_is_hardly_a_persons_is_a_warning(phone: str, warning: str) -> None:
    text = f"contacts: [{{name: Ana, phone: {phone}}}]"
    found = [str(problem) for problem in find_warnings(text, parse(text), datetime.now(UTC))]
    assert len(found) == bool(warning)
    assert all(warning in line for line in found)
