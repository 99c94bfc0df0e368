"""Saved rosters: show, history, who and rollback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncall.roster.fallback import LAST_GOOD
from tests.cli.run_cli import callout_in_process
from tests.cli.team_fixture import ANA, BAD, BO

if TYPE_CHECKING:
    from tests.cli.team_fixture import Team


def test_show_and_history_show_the_version_in_use(team: Team) -> None:
    team.push(ANA, "--yes")
    team.save(BAD)

    shown = team.roster("show")
    lines = shown.out.splitlines()
    assert lines[0].startswith("# version 2, saved by arn:aws:iam::")
    assert lines[0].endswith(" UTC: not valid")
    assert lines[1].startswith("# line 1, column 11: contacts: is an empty list")
    assert lines[2:] == ["# pages use version 1", BAD.strip()]
    assert shown.code == 1

    lines = team.roster("history").out.splitlines()
    assert "version 2, saved by" in lines[0]
    assert "not valid: line 1, column 11" in lines[0]
    assert lines[1].startswith("version 1 (last-good), saved by")
    assert lines[1].endswith("valid, in use")
    states = team.roster("history", "--json").json
    assert [(version["version"], version["valid"], version["in_use"]) for version in states] == [
        (2, False, False),
        (1, True, True),
    ]


def test_who_uses_the_roster_that_a_page_would_use(team: Team) -> None:
    team.push(ANA, "--yes")
    team.save(BAD)
    result = team.roster("who", "--json")
    assert [call["contact"] for call in result.json] == ["Ana", "Ana"]
    assert "pages use version 1" in result.err


def test_rollback_saves_the_old_text_as_a_new_version(team: Team) -> None:
    team.push(ANA, "--yes")
    team.push(BO, "--yes")
    team.save(BAD)

    bad = team.roster("rollback", "3")
    back = team.roster("rollback", "1")

    assert bad.out.startswith("version 3:1:11: contacts: is an empty list")
    assert (bad.code, back.code) == (1, 0)
    assert "saved version 4" in back.out
    latest = team.versions[-1]
    assert (latest["Value"], LAST_GOOD in latest["Labels"]) == (ANA, True)


def test_missing_roster_or_version_is_one_line(team: Team) -> None:
    shown = team.roster("show")
    team.save(ANA)
    rolled = team.roster("rollback", "9")
    near = callout_in_process(team.system, "roster", "show", f"{team.name}s")
    odd = callout_in_process(team.system, "roster", "show", "no such team")

    assert shown.err.startswith(f"callout: there is no roster /callout/rosters/{team.name}")
    assert "there is no version 9" in rolled.err
    assert "use one from 1 to 1" in rolled.err
    assert near.err.endswith(f"{team.name}s: did you mean {team.name}?\n")
    assert "is not a valid team name" in odd.err
    for result in (shown, rolled, near, odd):
        assert (len(result.err.splitlines()), result.out, result.code) == (1, "", 2)
