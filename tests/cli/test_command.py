"""All subcommands: one line for each error, and a fast start."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from callout.cli import command
from callout.commands.page_and_replay import read_event_file
from local.environment import ROOT
from oncall.events.replay_entry import EventError
from tests.cli.run_cli import callout


@pytest.mark.parametrize("command", ["doctor", "incidents"])
def test_unreachable_aws_is_one_line(command: str) -> None:
    result = callout(None, command)
    assert result.error_line.startswith("callout: Could not connect to the endpoint URL")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["replay"], "Missing argument 'FILE…'."),
        (["ring"], "No such command 'ring'."),
        (["doctor", "--colour"], "No such option: --colour"),
        (["doctor", "--profile", "nobody"], "The config profile (nobody) could not be found"),
        (["replay", "nowhere.json"], "nowhere.json: No such file or directory"),
        (["roster", "check", "nowhere.yaml"], "nowhere.yaml: No such file or directory"),
        (["roster", "import"], "use --ics FILE, --csv FILE or both"),
        (["phones", "--port", "0", "--roster", "/no/r"], "/no/r: No such file or directory"),
    ],
)
def test_error_is_one_line_and_exits_with_2(
    arguments: list[str],
    error: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    code = command(arguments)
    assert capsys.readouterr().err == f"callout: {error}\n"
    assert code == 2


@pytest.mark.parametrize("missing", ["region", "credentials"])
def test_missing_region_or_credentials_is_reported_with_the_option(
    missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    if missing == "credentials":
        monkeypatch.setenv("AWS_REGION", "us-east-1")

    assert command(["doctor"]) == 2

    assert capsys.readouterr().err.startswith(f"callout: no {missing}: use --")


def test_help_lists_the_subcommands(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["--help"]) == 0
    shown = capsys.readouterr().out
    for name in ("replay", "page", "call", "doctor", "roster"):
        assert f" {name} " in shown


def test_version_is_the_project_version(capsys: pytest.CaptureFixture[str]) -> None:
    [version] = re.findall(
        '^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE
    )
    assert command(["--version"]) == 0
    assert capsys.readouterr().out == f"callout {version}\n"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"\xff\xfe", "byte 0xFF at line 1, column 1: save it as UTF-8"),
        (b"{", "not JSON: "),
        (b"[" * 100_000, "not JSON: "),
        (b"[]", "not an event: "),
        (b'{"source": "s", "detail-type": "t"}', "not an event: "),
        (b'{"source": "s", "detail-type": "t", "detail": {}, "time": "soon"}', "time: not a "),
    ],
)
def test_invalid_event_file_is_one_line_with_its_name(
    tmp_path: Path, content: bytes, error: str
) -> None:
    path = tmp_path / "event.json"
    path.write_bytes(content)
    with pytest.raises(EventError) as refused:
        read_event_file(str(path))
    assert str(refused.value).startswith(f"{path}: {error}")
    assert len(str(refused.value).splitlines()) == 1


def test_command_does_not_import_the_cdk() -> None:
    modules = "callout.cli, callout.send_events, callout.doctor.run_checks"
    modules += ", callout.commands.call, callout.commands.page_and_replay"
    statement = (
        f"import sys, {modules}, callout.roster.importing.calendar_schedule, callout.roster.push;"
    )
    script = f"{statement} sys.exit('aws_cdk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_launcher_works_in_any_folder(tmp_path: Path) -> None:
    launcher = shutil.which("callout", path=str(Path(sys.executable).parent))
    assert launcher, "run `make setup`"
    (tmp_path / "callout.py").write_text("raise SystemExit('the wrong callout')")
    result = subprocess.run(
        [launcher, "--help"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "doctor" in result.stdout
