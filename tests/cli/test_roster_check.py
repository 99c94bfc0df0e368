"""`callout roster check` says everything that is wrong with a file; `schema` says it to editors."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from callout.cli import command
from callout.roster.json_schema import roster_schema
from local.environment import ROOT
from oncall.roster.defaults_and_limits import ADVANCED_PARAMETER_BYTES, STANDARD_PARAMETER_BYTES
from oncall.roster.parsing.contacts import KEYS as CONTACT
from oncall.roster.parsing.errors import RosterError
from oncall.roster.parsing.parser import KEYS, parse
from oncall.roster.parsing.rotations import OVERRIDE, ROTATION
from tests.cli.json_schema_validator import judged_by_ajv
from tests.cli.run_cli import callout

if TYPE_CHECKING:
    from pathlib import Path

ROSTERS = ROOT / "tests/fixtures/rosters"
BAD = "contcts:\n- {name: Ana, phone: 4155550132}\nrounds: many\n"
GOOD = "contacts: [{name: Ana, phone: +14155550132}]\n"
PAGES = [ROOT / "README.md", ROOT / "docs/roster.md"]


def test_every_problem_of_every_file_is_a_line_with_its_place(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(BAD)
    two.write_text("contacts: []\n")

    done = callout(None, "roster", "check", str(one), str(two))

    assert done.out.splitlines() == [
        f"{one}:1:1: contcts: unknown key; did you mean `contacts`?",
        (
            f"{one}:2:22: contacts[0].phone: has no country code; put +1 before it if it is a"
            " number in US"
        ),
        f"{one}:3:9: rounds: is `many`; write a whole number from 1 to 10",
        (
            f"{two}:1:11: contacts: is an empty list; write a list, such as"
            " [{name: Ana, phone: +8613800138000}]"
        ),
    ]
    assert (done.code, done.err) == (1, "")


def test_a_good_roster_on_the_standard_input_says_nothing() -> None:
    done = callout(None, "roster", "check", "-", given=GOOD)
    assert (done.code, done.out, done.err) == (0, "", "")


def test_a_number_that_connect_may_not_call_is_a_warning_and_no_failure(
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


def test_json_has_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "roster.yaml"
    file.write_text("contacts: []\n")
    assert command(["roster", "check", "--json", str(file)]) == 1
    [found] = json.loads(capsys.readouterr().out)
    assert (found["file"], found["line"], found["column"]) == (str(file), 1, 11)
    assert (found["field"], found["warning"]) == ("contacts", False)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "1:1: roster: is empty"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "1:1: roster: contains U+DCFF, which is not text"),
        (
            b"\xff\xd8" * 50_000,
            "1:1: roster: has 300000 bytes, but the parameter holds at most 4096",
        ),
    ],
)
def test_whatever_the_file_is_there_is_a_line_about_it(
    tmp_path: Path, content: bytes, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "roster.yaml"
    file.write_bytes(content)
    assert command(["roster", "check", str(file)]) == 1
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{file}:{said}")


def test_a_file_that_is_not_there_is_one_line_and_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["roster", "check", "nowhere.yaml"]) == 2
    assert capsys.readouterr().err == "callout: nowhere.yaml: No such file or directory\n"


def test_the_mark_that_pull_writes_moves_no_line_and_weighs_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "roster.yaml"
    mark = "# callout roster default version 7\n"
    full = GOOD + "#" * (STANDARD_PARAMETER_BYTES - len(GOOD))

    file.write_text(f"{mark}{full}")
    assert command(["roster", "check", str(file)]) == 0
    file.write_text(f"{mark}{full}#")
    assert command(["roster", "check", str(file)]) == 1
    file.write_text(f"{mark}{BAD}")
    assert command(["roster", "check", str(file)]) == 1

    lines = capsys.readouterr().out.splitlines()
    assert f"has {STANDARD_PARAMETER_BYTES + 1} bytes" in lines[0]
    assert [line.split(":")[1] for line in lines[1:]] == ["2", "3", "4"]


def test_a_roster_of_an_advanced_parameter_has_room_for_more(tmp_path: Path) -> None:
    file = tmp_path / "roster.yaml"
    file.write_text(GOOD + "#" * (ADVANCED_PARAMETER_BYTES - len(GOOD)))
    assert command(["roster", "check", str(file)]) == 1
    assert command(["roster", "check", "--advanced", str(file)]) == 0


VALID = [
    (ROSTERS / f"{name}.yaml").read_text() for name in ("minimal", "two-languages", "rotation")
]
VALID += [
    block
    for page in PAGES
    for block in re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL)
]
VALID += ["contacts: [{name: 007, phone: '+86 138-0013-8000'}]\nrounds: '3'\n"]
#: Slips that a schema can see: an editor marks them while they are typed.
SLIPS = [
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
    (
        "contacts: [{name: Ana, phone: [+14155550130, +14155550131, +14155550132, +14155550133,"
        " +14155550134, +14155550135]}]"
    ),
]


def test_the_schema_accepts_what_the_parser_does_and_sees_slips() -> None:
    for text in VALID:
        parse(text)
    for text in SLIPS:
        with pytest.raises(RosterError):
            parse(text)
    answers = judged_by_ajv(roster_schema(), [*VALID, *SLIPS])
    assert answers == [True] * len(VALID) + [False] * len(SLIPS)


def test_the_schema_knows_every_key_that_the_parser_knows() -> None:
    made = roster_schema()
    inner = {
        name: made["properties"][name]["items"] for name in ("contacts", "rotations", "overrides")
    }
    assert made["properties"].keys() == KEYS.keys()
    assert inner["contacts"]["properties"].keys() == CONTACT.keys()
    assert inner["rotations"]["properties"].keys() == ROTATION.keys()
    assert inner["overrides"]["properties"].keys() == OVERRIDE.keys()


def test_roster_schema_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["roster", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == roster_schema()
