"""What is saved is shown with its history, asked as a page would ask it, and brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncall.roster.fallback import LAST_GOOD
from tests.cli.run_cli import callout_here
from tests.cli.team_fixture import ANA, BAD, BO

if TYPE_CHECKING:
    from tests.cli.team_fixture import Team


def test_show_and_history_say_what_pages_call_by(team: Team) -> None:
    team.push(ANA, "--yes")
    team.save(BAD)

    shown = team.roster("show")
    lines = shown.out.splitlines()
    assert lines[0].startswith("# version 2, saved by arn:aws:iam::")
    assert lines[0].endswith(" UTC: not valid")
    assert lines[1].startswith("# line 1, column 11: contacts: is an empty list")
    assert lines[2:] == ["# pages use version 1", BAD.strip()]
    assert shown.code == 1

    told = team.roster("history").out.splitlines()
    assert "version 2, saved by" in told[0]
    assert "not valid: line 1, column 11" in told[0]
    assert told[1].startswith("version 1 (last-good), saved by")
    assert told[1].endswith("valid, in use")
    states = team.roster("history", "--json").json
    assert [(one["version"], one["valid"], one["in_use"]) for one in states] == [
        (2, False, False),
        (1, True, True),
    ]


def test_who_asks_the_roster_that_a_page_would_use(team: Team) -> None:
    team.push(ANA, "--yes")
    team.save(BAD)
    done = team.roster("who", "--json")
    assert [one["contact"] for one in done.json] == ["Ana", "Ana"]
    assert "pages use version 1" in done.err


def test_a_rollback_is_a_new_version_of_the_old_text(team: Team) -> None:
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


def test_what_is_not_there_is_one_line(team: Team) -> None:
    shown = team.roster("show")
    team.save(ANA)
    rolled = team.roster("rollback", "9")
    near = callout_here(team.system, "roster", "show", f"{team.name}s")
    odd = callout_here(team.system, "roster", "show", "no such team")

    assert shown.err.startswith(f"callout: there is no roster /callout/rosters/{team.name}")
    assert "there is no version 9" in rolled.err
    assert "SSM has 1 to 1" in rolled.err
    assert near.err.endswith(f"{team.name}s: did you mean {team.name}?\n")
    assert "is not a valid team name" in odd.err
    for done in (shown, rolled, near, odd):
        assert (len(done.err.splitlines()), done.out, done.code) == (1, "", 2)
