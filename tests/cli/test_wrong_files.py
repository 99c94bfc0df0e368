"""Each command names a file of another kind, and the first byte that is not UTF-8."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from callout.cli import command
from local.environment import ROOT
from local.scenarios.file_kinds import find_misfit
from local.scenarios.files import EVENTS, SCENARIOS_DIR

if TYPE_CHECKING:
    from pathlib import Path

ROSTER = "contacts:\n  - {name: Ana, phone: +14155550132}\n"
FILES = {
    "an event": (EVENTS / "root-sign-in.json").read_bytes(),
    "a scenario": (SCENARIOS_DIR / "decline-calls-next.yaml").read_bytes(),
    "a roster": ROSTER.encode(),
    "settings": (ROOT / "cdk.json").read_bytes(),
}
#: What each command expects; FILE is the wrong file, ROSTER a roster.
COMMANDS = {
    "roster check FILE": "a roster",
    "roster who --file FILE": "a roster",
    "roster calendar --file FILE": "a roster",
    "simulate --roster FILE": "a roster",
    "simulate --roster ROSTER --event FILE": "an event",
    "simulate --roster ROSTER --settings FILE": "settings",
    "simulate FILE": "a scenario",
    "phones --port 0 --roster FILE": "a roster",
    "phones --port 0 --settings FILE": "settings",
    "replay FILE": "an event",
}


def run(line: str, content: bytes, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the output of a command that has to fail, without line breaks of the console."""
    file, roster = folder / "given.yaml", folder / "roster.yaml"
    file.write_bytes(content)
    roster.write_text(ROSTER)
    words = line.replace("FILE", str(file)).replace("ROSTER", str(roster)).split()
    assert command(words) != 0
    return " ".join("".join(capsys.readouterr()).split())


@pytest.mark.parametrize(("line", "expected"), COMMANDS.items())
@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_another_kind_is_named(
    line: str, expected: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if kind != expected:
        output = run(line, FILES[kind], tmp_path, capsys)
        assert f"looks like {kind}, not {expected}: give it to `" in output


@pytest.mark.parametrize("line", COMMANDS)
def test_a_byte_that_is_not_utf_8_is_named_with_its_place(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = run(line, b"# A\r\n# B\r\n# Re\xe9\n", tmp_path, capsys)
    assert "byte 0xE9 at line 3, column 5: save it as UTF-8" in output
    assert "udce9" not in output.casefold()


def test_a_kind_is_recognized_by_the_keys_of_the_document_only() -> None:
    scenario = "title: t\nroster:\n  contacts: []\nphones: {}\n"
    assert find_misfit(scenario, "a scenario") is None
    assert find_misfit(json.dumps({"contacts": [], "detail-type": 1}), "a roster") is None
    assert find_misfit("contact: []\n", "a roster") is None
