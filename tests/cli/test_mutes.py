"""`callout mute` and `unmute` edit the saved roster; `mutes`, `check`, `show` and `who` show it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from callout.errors import CommandError
from callout.roster.lint import find_warnings
from callout.roster.mutes import (
    ACTIVE,
    EXPIRED,
    PLANNED,
    find_mutes,
    matches_everything,
    request_mute,
    state_of,
)
from oncall.hold import find_hold
from oncall.incident import Incident
from oncall.roster.fallback import LAST_GOOD
from oncall.roster.parsing.parser import parse
from tests.cli.run_cli import callout_in_process
from tests.cli.team_fixture import ANA

if TYPE_CHECKING:
    from tests.cli.run_cli import CommandResult
    from tests.cli.team_fixture import Team

NOW = datetime(2026, 12, 1, 1, 0, 30, tzinfo=UTC)  # 09:00:30 in Shanghai
SHANGHAI = f"timezone: Asia/Shanghai\n{ANA}"
OLD = "mutes:\n  - {match: old, until: 2020-01-01T00:00, reason: expired}\n"
BATCH = Incident(id="1", kind="page", title="-", dedup_key="page:x:prod-batch-7", severity="low")


def run(team: Team, *arguments: str, stdin: str = "") -> CommandResult:
    return callout_in_process(team.system, *arguments, "--team", team.name, stdin=stdin)


def test_a_mute_is_saved_with_its_label_and_ends_by_itself(team: Team) -> None:
    team.save(SHANGHAI + OLD)
    before = datetime.now(UTC)

    muted = run(team, "mute", "prod-batch-*", "--for", "2h", "--reason", "migration")

    assert (muted.code, muted.err) == (0, "")
    assert "-  - {match: old" in muted.out, "expired mutes are removed"
    assert "prod-batch-*: muted until " in muted.out
    assert LAST_GOOD in team.versions[-1]["Labels"]
    assert team.text.startswith(SHANGHAI), "the rest keeps its comments and layout"
    hold = find_hold(parse(team.text), BATCH, before)
    assert hold is not None
    assert hold.until is not None
    assert timedelta(hours=2) <= hold.until - before < timedelta(hours=2, minutes=5)

    [listed] = run(team, "mutes", "--json").json
    assert (listed["number"], listed["match"], listed["from"]) == (1, "prod-batch-*", None)
    assert (listed["state"], listed["reason"]) == ("active", "migration")
    assert "  1. prod-batch-*  active until " in run(team, "mutes").out
    who = callout_in_process(team.system, "roster", "who", team.name)
    assert "muted until " in who.out
    assert "# muted until " in team.roster("show").out
    assert team.roster("show", "--json").json["holds"][0]["applies_to"] == "prod-batch-*"

    assert run(team, "unmute", "PROD-batch-*").code == 0
    assert team.text == SHANGHAI
    assert run(team, "mutes").out == "no mutes\n"


def test_a_mute_of_everything_needs_confirmation(team: Team) -> None:
    team.save(ANA)
    command = ("mute", "?*", "--for", "1h", "--reason", "move")

    asked = run(team, *command, stdin="n\n")
    silent = run(team, *command)
    assert f"?* matches every incident of team {team.name}" in asked.err
    assert (asked.code, silent.code, team.text) == (2, 2, ANA)
    assert "confirmation required (use --yes)" in silent.err

    assert run(team, *command, "--yes").code == 0
    assert 'match: "?*"' in team.text


def test_an_invalid_or_full_roster_is_not_edited(team: Team) -> None:
    team.save("contacts: []\n")
    command = ("mute", "a", "--for", "1h", "--reason", "r")
    assert "the latest version is not valid: line 1" in run(team, *command).error_line

    full = ANA + "#" * (4096 - len(ANA))
    team.save(full)
    refused = run(team, *command)
    assert (refused.code, team.text) == (1, full)
    assert "but the parameter holds at most 4096" in refused.out
    assert run(team, *command, "--advanced").code == 0


def test_unmute_names_what_it_does_not_find(team: Team) -> None:
    team.save(ANA)
    assert "there is no mute '1': see callout mutes" in run(team, "unmute", "1").error_line


@pytest.mark.parametrize(
    ("options", "starts", "until"),
    [
        ({"duration": "90m"}, None, "2026-12-01T10:31"),
        ({"duration": "30d"}, None, "2026-12-31T09:00"),
        ({"until": "2026-12-01T18:00"}, None, "2026-12-01T18:00"),
        ({"until": "2026-12-01T18:00+00:00"}, None, "2026-12-02T02:00"),
        (
            {"starts": "2026-12-24T22:00", "duration": "2h"},
            "2026-12-24T22:00",
            "2026-12-25T00:00",
        ),
    ],
)
def test_times_are_in_the_time_zone_of_the_roster(
    options: dict[str, str], starts: str | None, until: str
) -> None:
    mute = request_mute(parse(SHANGHAI), "a", "r", NOW, **options)

    end = datetime.fromisoformat(until)
    assert mute.until == end
    assert mute.starts == (datetime.fromisoformat(starts) if starts else end - timedelta(days=30))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "use either --for or --until"),
        ({"duration": "2h", "until": "2026-12-01T18:00"}, "use either --for or --until"),
        ({"duration": "2"}, "use minutes, hours, days or weeks, such as 30m or 2h"),
        ({"duration": "31d"}, "a mute lasts at most 30 days"),
        ({"until": "2026-12-01T08:00"}, "would end before it starts, or has ended"),
        ({"until": "noon"}, "'noon' is not a time"),
        ({"starts": "2026-11-01T09:00", "duration": "1d"}, "has ended"),
        ({"duration": "2h", "reason": " "}, "--reason: write 1 to 200 characters"),
        ({"duration": "2h", "match": "x" * 201}, "PATTERN: write 1 to 200 characters"),
    ],
)
def test_what_cannot_be_muted_is_refused(options: dict[str, str], message: str) -> None:
    texts = {"match": "a", "reason": "r"}
    with pytest.raises(CommandError, match=message):
        request_mute(parse(SHANGHAI), now=NOW, **(texts | options))


@pytest.mark.parametrize("pattern", ["*", "?*", "**", "*:*", "[!\u503c]*", "*?*"])
def test_a_pattern_is_judged_by_what_it_matches(pattern: str) -> None:
    assert matches_everything(pattern)


@pytest.mark.parametrize("pattern", ["prod-*", "?", "*alarm*", "page:*", "*disk*"])
def test_a_pattern_for_some_incidents_needs_no_confirmation(pattern: str) -> None:
    assert not matches_everything(pattern)


MUTES = (
    SHANGHAI
    + OLD
    + (
        "  - {match: '*', until: 2026-12-01T10:00, reason: all}\n"
        "  - {match: '1', from: 2026-12-02T09:00, until: 2026-12-03T09:00, reason: later}\n"
    )
)


def test_mutes_are_found_by_pattern_or_number() -> None:
    roster = parse(MUTES)

    assert [state_of(mute, roster, NOW) for mute in roster.mutes] == [EXPIRED, ACTIVE, PLANNED]
    assert find_mutes(roster, "OLD") == {0}
    assert find_mutes(roster, "2") == {1}
    assert find_mutes(roster, "1") == {2}, "a pattern comes before a number"
    with pytest.raises(CommandError, match="there is no mute '4'"):
        find_mutes(roster, "4")


def test_check_warns_of_expired_mutes_and_of_those_for_everything() -> None:
    warnings = map(str, find_warnings(MUTES, parse(MUTES), NOW))

    assert list(warnings) == [
        (
            "line 6, column 5: mutes[0]: warning: it has expired; the next callout mute or unmute"
            " removes it"
        ),
        "line 7, column 5: mutes[1]: warning: * matches every incident, critical ones too",
    ]
