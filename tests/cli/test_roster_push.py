"""`callout roster push` and `pull`: nothing is overwritten without a word."""

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


def test_a_pulled_roster_is_edited_and_pushed_with_comments_and_label(team: Team) -> None:
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
    assert team.push(team.file.read_text().replace("Bo", "Li")).code == 0, "pushed on and on"
    assert team.text == LI


def test_what_somebody_else_saved_since_the_pull_is_not_overwritten(team: Team) -> None:
    team.save(ANA)
    team.roster("pull", str(team.file))
    team.save(LI)
    done = team.push(team.file.read_text().replace("Ana", "Bo"), "--yes")
    assert done.refusal.startswith(
        f"callout: /callout/rosters/{team.name} has changed since version 1: version 2"
    )
    assert team.text == LI


def test_a_version_named_by_an_option_is_guarded_alike(team: Team) -> None:
    assert team.push(ANA, "--if-version", "0").code == 0
    assert team.push(BO, "--if-version", "0").code == 2
    assert team.push(BO, "--if-version", "1").code == 0
    assert [one["Value"] for one in team.versions] == [ANA, BO]


def test_without_a_version_it_asks(team: Team) -> None:
    team.save(ANA)

    asked = team.push(BO, given="n\n")
    silent = team.push(BO)
    assert f"Team {team.name}: replace version 1" in asked.err
    assert (asked.code, silent.code) == (2, 2)
    assert "use --yes or --if-version 1" in silent.err
    assert team.text == ANA

    assert team.push(BO, given="y\n").code == 0
    assert team.text == BO


def test_what_is_saved_while_the_question_stands_is_not_overwritten(team: Team) -> None:
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
        assert process.stderr.read(1), "it asks"
        team.save(LI)
        _, err = process.communicate("y\n")

    assert "version 2 of" in err
    assert "not saved" in err
    assert (process.returncode, team.text) == (2, LI)


def test_of_pushes_at_once_none_overwrites_another_in_silence(team: Team) -> None:
    team.save(ANA)
    files = []
    for name in ("Bo", "Li", "Wu"):
        files.append(team.file.with_name(f"{name}.yaml"))
        files[-1].write_text(ANA.replace("Ana", name))

    with ThreadPoolExecutor() as at_once:
        pushes = [
            at_once.submit(
                callout, team.system, "roster", "push", team.name, str(file), "--if-version", "1"
            )
            for file in files
        ]
        done = [push.result() for push in pushes]

    told = [one for one in done if "concurrent change" in one.out]
    refused = [one for one in done if one.code == 2]
    quiet = [one for one in done if one.code == 0]
    assert len(quiet) <= 1
    assert len(quiet) + len(told) == len(team.versions) - 1
    assert len(quiet) + len(told) + len(refused) == len(files)


@pytest.mark.parametrize(
    ("before", "ours", "latest", "said"),
    [
        (7, 8, 8, ""),
        (7, 7, 7, ""),
        (7, 9, 9, "version 8 was saved right before it"),
        (7, 8, 9, "version 9 was saved right after it"),
        (7, 7, 8, "version 8 was saved right after it"),
        (0, 1, 1, ""),
    ],
)
def test_a_race_is_told_by_the_numbers(before: int, ours: int, latest: int, said: str) -> None:
    told = conflicting_version(before, ours, latest)
    assert told.startswith(said)
    assert bool(told) == bool(said)


def test_a_bad_roster_is_refused_with_every_line_and_not_saved(team: Team) -> None:
    team.save(ANA)
    done = team.push("contacts: []\nrounds: 0\n", "--yes")
    assert [line.split(": ")[0] for line in done.out.splitlines()] == [
        f"{team.file}:1:11",
        f"{team.file}:2:9",
    ]
    assert (done.code, done.err, team.text) == (1, "", ANA)


def test_a_file_of_another_team_is_refused(team: Team) -> None:
    done = team.push(f"# callout roster payments version 3\n{ANA}")
    assert "was pulled from the team payments" in done.err
    assert done.code == 2


def test_an_encrypted_roster_stays_encrypted_with_its_key(team: Team) -> None:
    team.save(ANA, Type="SecureString", KeyId="alias/ours")
    assert team.push(BO, "--if-version", "1").code == 0
    latest = team.versions[-1]
    assert (latest["Type"], latest["KeyId"], latest["Value"]) == ("SecureString", "alias/ours", BO)


def test_more_than_a_standard_parameter_holds_needs_leave(team: Team) -> None:
    large = ANA + "#" * (STANDARD_PARAMETER_BYTES + 1 - len(ANA))
    larger = ANA + "#" * (ADVANCED_PARAMETER_BYTES + 1 - len(ANA))

    refused = team.push(large, "--yes")
    assert f"has {len(large)} bytes, but the parameter holds at most 4096" in refused.out
    assert refused.code == 1
    assert team.push(larger, "--yes", "--advanced").code == 1
    assert team.push(large, "--yes", "--advanced").code == 0
    assert team.push(ANA, "--yes").code == 0

    assert [one["Tier"] for one in team.versions] == ["Advanced", "Advanced"]


def test_pushing_what_is_saved_saves_nothing_and_labels_it(team: Team) -> None:
    team.save(ANA)
    assert team.push(ANA, "--if-version", "1").code == 0
    again = team.push(ANA)
    assert "version 1 is already up to date" in again.out
    assert [one["Labels"] for one in team.versions] == [[LAST_GOOD]]
