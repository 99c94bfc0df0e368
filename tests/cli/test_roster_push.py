"""`callout roster push` and `pull`: no version is overwritten unnoticed."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from callout.roster.push import conflicting_version
from local.environment import ROOT, local_environment
from oncall.roster.defaults_and_limits import ADVANCED_PARAMETER_BYTES, STANDARD_PARAMETER_BYTES
from oncall.roster.fallback import LAST_GOOD
from tests.cli.run_cli import callout
from tests.cli.team_fixture import ANA, BO, LI

if TYPE_CHECKING:
    from tests.cli.team_fixture import Team


def test_pulled_roster_is_pushed_with_comments_and_label(team: Team) -> None:
    team.save(ANA)

    pulled = callout(team.system, "roster", "pull", team.name, str(team.file))
    assert team.file.read_text() == f"# callout roster {team.name} version 1\n{ANA}"
    team.file.write_text(team.file.read_text().replace("Ana", "Bo"))
    pushed = callout(team.system, "roster", "push", team.name, str(team.file))

    assert (pulled.code, pushed.code, pushed.err) == (0, 0, "")
    assert "-  - {name: Ana, phone: +14155550132}   # her own" in pushed.out
    assert "+  - {name: Bo, phone: +14155550132}   # her own" in pushed.out
    assert team.text == BO
    assert LAST_GOOD in team.versions[-1]["Labels"]
    assert team.push(team.file.read_text().replace("Bo", "Li")).code == 0, "the header was updated"
    assert team.text == LI


def test_version_saved_since_the_pull_is_not_overwritten(team: Team) -> None:
    team.save(ANA)
    team.roster("pull", str(team.file))
    team.save(LI)
    result = team.push(team.file.read_text().replace("Ana", "Bo"), "--yes")
    assert result.error_line.startswith(
        f"callout: /callout/rosters/{team.name} has changed since version 1: version 2"
    )
    assert team.text == LI


def test_if_version_refuses_to_replace_another_version(team: Team) -> None:
    assert team.push(ANA, "--if-version", "0").code == 0
    assert team.push(BO, "--if-version", "0").code == 2
    assert team.push(BO, "--if-version", "1").code == 0
    assert [version["Value"] for version in team.versions] == [ANA, BO]


def test_push_without_a_version_asks_for_confirmation(team: Team) -> None:
    team.save(ANA)

    prompted = team.push(BO, stdin="n\n")
    silent = team.push(BO)
    assert f"Team {team.name}: replace version 1" in prompted.err
    assert (prompted.code, silent.code) == (2, 2)
    assert "use --yes or --if-version 1" in silent.err
    assert team.text == ANA

    assert team.push(BO, stdin="y\n").code == 0
    assert team.text == BO


def test_version_saved_during_the_confirmation_is_not_overwritten(team: Team) -> None:
    team.save(ANA)
    team.file.write_text(BO)
    push = [sys.executable, "-m", "callout", "roster", "push", team.name, str(team.file)]
    with subprocess.Popen(
        push,
        cwd=ROOT,
        env=local_environment(team.system.emulator.url),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr
        assert process.stderr.read(1), "it asks for confirmation"
        team.save(LI)
        _, err = process.communicate("y\n")

    assert "version 2 of" in err
    assert "not saved" in err
    assert (process.returncode, team.text) == (2, LI)


def test_concurrent_pushes_are_refused_or_reported(team: Team) -> None:
    team.save(ANA)
    files = []
    for name in ("Bo", "Li", "Wu"):
        files.append(team.file.with_name(f"{name}.yaml"))
        files[-1].write_text(ANA.replace("Ana", name))

    with ThreadPoolExecutor() as executor:
        pushes = [
            executor.submit(
                callout, team.system, "roster", "push", team.name, str(file), "--if-version", "1"
            )
            for file in files
        ]
        results = [push.result() for push in pushes]

    reported = [result for result in results if "concurrent change" in result.out]
    refused = [result for result in results if result.code == 2]
    saved = [result for result in results if result.code == 0]
    assert len(saved) <= 1
    assert len(saved) + len(reported) == len(team.versions) - 1
    assert len(saved) + len(reported) + len(refused) == len(files)


@pytest.mark.parametrize(
    ("before", "ours", "latest", "conflict"),
    [
        (7, 8, 8, ""),
        (7, 7, 7, ""),
        (7, 9, 9, "version 8 was saved right before it"),
        (7, 8, 9, "version 9 was saved right after it"),
        (7, 7, 8, "version 8 was saved right after it"),
        (0, 1, 1, ""),
    ],
)
def test_concurrent_save_is_detected_by_version_numbers(
    before: int, ours: int, latest: int, conflict: str
) -> None:
    found = conflicting_version(before, ours, latest)
    assert found.startswith(conflict)
    assert bool(found) == bool(conflict)


def test_invalid_roster_is_not_saved_and_every_problem_is_listed(team: Team) -> None:
    team.save(ANA)
    result = team.push("contacts: []\nrounds: 0\n", "--yes")
    assert [line.split(": ")[0] for line in result.out.splitlines()] == [
        f"{team.file}:1:11",
        f"{team.file}:2:9",
    ]
    assert (result.code, result.err, team.text) == (1, "", ANA)


def test_file_of_another_team_is_rejected(team: Team) -> None:
    result = team.push(f"# callout roster payments version 3\n{ANA}")
    assert "pulled from the team payments" in result.err
    assert result.code == 2


def test_encrypted_roster_keeps_its_key(team: Team) -> None:
    team.save(ANA, Type="SecureString", KeyId="alias/ours")
    assert team.push(BO, "--if-version", "1").code == 0
    latest = team.versions[-1]
    assert (latest["Type"], latest["KeyId"], latest["Value"]) == ("SecureString", "alias/ours", BO)


def test_large_roster_needs_the_advanced_option(team: Team) -> None:
    large = ANA + "#" * (STANDARD_PARAMETER_BYTES + 1 - len(ANA))
    larger = ANA + "#" * (ADVANCED_PARAMETER_BYTES + 1 - len(ANA))

    refused = team.push(large, "--yes")
    assert f"has {len(large)} bytes, but the parameter holds at most 4096" in refused.out
    assert refused.code == 1
    assert team.push(larger, "--yes", "--advanced").code == 1
    assert team.push(large, "--yes", "--advanced").code == 0
    assert team.push(ANA, "--yes").code == 0

    assert [version["Tier"] for version in team.versions] == ["Advanced", "Advanced"]


def test_pushing_the_saved_text_only_sets_the_label(team: Team) -> None:
    team.save(ANA)
    assert team.push(ANA, "--if-version", "1").code == 0
    again = team.push(ANA)
    assert "version 1 is already up to date" in again.out
    assert [version["Labels"] for version in team.versions] == [[LAST_GOOD]]
