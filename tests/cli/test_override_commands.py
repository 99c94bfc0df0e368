"""`callout roster cover` and `swap` add overrides to the saved roster."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from callout.errors import CommandError
from callout.roster.on_call import parse_period
from callout.roster.overrides import changed_shifts, request_overrides
from oncall.calls.planner import plan_calls
from oncall.roster.fallback import LAST_GOOD
from oncall.roster.parsing.parser import parse
from tests.cli.run_cli import callout_in_process

if TYPE_CHECKING:
    from oncall.roster.model import Override
    from tests.cli.run_cli import CommandResult
    from tests.cli.team_fixture import Team

ROSTER = """\
timezone: Europe/Berlin
contacts:
  - {name: Ana, phone: +14155550132}   # her own
  - {name: Bo, phone: +14155550133}
  - {name: Li Wei, phone: +8613800138000}
escalation: [primary, secondary]
rounds: 1
rotations:
  - {name: primary, members: [Ana, Li Wei], starts: 2096-01-02T09:00, every: 1w}
  - {name: secondary, members: [Bo], starts: 2096-01-02T09:00, every: 1w}
"""
TIMES = ("--from", "2096-01-03T09:00", "--until", "2096-01-04T09:00")
NOW = datetime(2026, 10, 1, tzinfo=UTC)
PERIOD = (datetime(2096, 1, 3, 9), datetime(2096, 1, 4, 9))  # noqa: DTZ001 (local times)


def run(team: Team, *arguments: str) -> CommandResult:
    return callout_in_process(team.system, "roster", *arguments, "--team", team.name)


def first_round(text: str, at: datetime) -> list[str]:
    return [call.contact for call in plan_calls(parse(text), at)]


def test_cover_adds_an_override_and_shows_what_it_changes(team: Team) -> None:
    team.save(ROSTER)

    covered = run(team, "cover", "ana", "--by", "liwei", *TIMES)

    assert (covered.code, covered.err) == (0, "")
    assert team.text == ROSTER + (
        "overrides:\n  - {from: 2096-01-03T09:00, until: 2096-01-04T09:00, replace: "
        '"Ana", with: "Li Wei"}\n'
    )
    assert LAST_GOOD in team.versions[-1]["Labels"]
    assert covered.out.splitlines()[-2:] == [
        "primary: Tue 2096-01-03 09:00 to Wed 2096-01-04 09:00  Li Wei  instead of Ana (override)",
        "times in Europe/Berlin",
    ]
    assert run(team, "cover", "Li Wei", "--by", "Bo", "--for", "2h").out.endswith(
        "this changes no shift: check names and times\n"
    )
    assert len(team.versions) == 3


def test_swap_adds_two_overrides_and_json_is_that_of_push(team: Team) -> None:
    team.save(ROSTER)

    swapped = run(team, "swap", "Ana", "Bo", *TIMES, "--json")

    assert swapped.json["version"] == 2
    within, after = datetime(2096, 1, 3, 12, tzinfo=UTC), datetime(2096, 1, 4, 12, tzinfo=UTC)
    assert first_round(team.text, within) == ["Bo", "Ana"]
    assert first_round(team.text, after) == ["Ana", "Bo"]


def test_an_edit_removes_overrides_that_ended_long_ago(team: Team) -> None:
    day = f"{datetime.now(UTC) - timedelta(days=6):%Y-%m-%d}"
    recent = f"  - {{from: 2026-01-01T00:00, until: {day}T00:00, replace: Bo, with: Ana}}\n"
    old = (
        "  # holidays\n"
        "  - {from: 2025-12-24T00:00, until: 2025-12-26T00:00, replace: Ana, with: Bo}  # thanks\n"
        "  - {from: 2025-12-27T00:00, until: 2025-12-28T00:00, replace: Ana, with: Bo}\n"
    )
    team.save(f"{ROSTER}overrides:   # who covers\n{old}  # recent\n{recent}")
    team.file.write_text(team.text)
    hint = callout_in_process(team.system, "roster", "check", str(team.file)).out
    assert "ended more than 7 days ago: 2; the next callout roster cover or swap" in hint

    covered = run(team, "cover", "Ana", "--by", "Li Wei", *TIMES)

    assert (covered.code, covered.err) == (0, "")
    assert "removed: 2 overrides that ended more than 7 days ago\n" in covered.out
    assert team.text.startswith(f"{ROSTER}overrides:   # who covers\n  # recent\n{recent}  - {{")
    muted = callout_in_process(
        team.system, "mute", "batch-*", "--for", "2h", "--reason", "r", "--team", team.name
    )
    assert (muted.code, "removed" in muted.out) == (0, False)


@pytest.mark.parametrize(
    "layout", ["\n  -\n    # a\n    {%s}", "\n  - {%s,\n    }  # a", " [{%s}]"]
)
def test_old_overrides_prevent_no_edit(team: Team, layout: str) -> None:
    old = "from: 2025-12-24T00:00, until: 2025-12-26T00:00, replace: Ana, with: Bo"
    team.save(f"{ROSTER}overrides:{layout % old}\n")
    assert run(team, "swap", "Ana", "Bo", *TIMES).code == 0
    assert [item.starts.year for item in parse(team.text).overrides][-2:] == [2096, 2096]


def test_an_overlap_is_explained_with_both_overrides_and_the_command_that_stacks(
    team: Team,
) -> None:
    team.save(ROSTER)
    assert run(team, "cover", "Ana", "--by", "Li Wei", *TIMES).code == 0
    saved, later = team.text, ("--from", "2096-01-03T20:00", "--until", "2096-01-05T00:00")

    refused = run(team, "cover", "Ana", "--by", "Bo", *later)

    stacked = "callout roster cover 'Li Wei' --by Bo --from 2096-01-03T20:00"
    assert refused.error_line == (
        "callout: not saved: Bo instead of Ana from 2096-01-03T20:00 until 2096-01-05T00:00"
        " overlaps line 12, Li Wei instead of Ana from 2096-01-03T09:00 until 2096-01-04T09:00,"
        " and only one override of Ana can apply at a time: to replace the substitute Li Wei for"
        f" that time, run {stacked} --until 2096-01-04T09:00 --team {team.name}; or change"
        " the times, or line 12\n"
    )
    assert team.text == saved
    swap = run(team, "swap", "Bo", "Ana", *TIMES).error_line
    assert "callout roster swap 'Li Wei' Bo --from 2096-01-03T09:00" in swap
    again = run(team, "cover", "Ana", "--by", "Li Wei", *later).error_line
    assert again.endswith("at a time: change the times, or line 12\n")
    assert run(team, "cover", "Li Wei", "--by", "Bo", *later).code == 0
    assert first_round(team.text, datetime(2096, 1, 3, 21, tzinfo=UTC)) == ["Bo"]


def test_a_swap_applies_below_another_override() -> None:
    text = ROSTER + (
        "overrides:\n"
        "  - {from: 2096-01-03T00:00, until: 2096-01-05T00:00, replace: primary, with: Li Wei}\n"
    )
    roster = parse(text)
    overrides = request_overrides(roster, "Li Wei", "Bo", PERIOD, swap=True)
    swapped = parse(text + "".join(map(item, overrides)))
    within = datetime(2096, 1, 3, 12, tzinfo=UTC)
    assert [call.contact for call in plan_calls(swapped, within)] == ["Bo", "Li Wei"]
    changed = changed_shifts(roster, swapped, overrides[0])
    assert [(entry.rotation, entry.person) for entry in changed] == [
        ("primary", "Bo"),
        ("secondary", "Li Wei"),
    ]


def item(override: Override) -> str:
    times = f"from: {override.starts:%Y-%m-%dT%H:%M}, until: {override.until:%Y-%m-%dT%H:%M}"
    return f"  - {{{times}, replace: {override.replaced}, with: {override.substitute}}}\n"


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("Ana", "anna"), "no contact or rotation 'anna': did you mean Ana?"),
        (("Zoe", "Bo"), "it has Ana, Bo, Li Wei, primary, secondary"),
        (("Ana", "ANA"), "both names are Ana: use two names"),
    ],
)
def test_names_that_do_not_fit_are_refused(names: tuple[str, str], message: str) -> None:
    with pytest.raises(CommandError, match=message.replace("?", r"\?")):
        request_overrides(parse(ROSTER), *names, PERIOD, swap=False)


@pytest.mark.parametrize(
    ("until", "local"),
    [
        ("2026-10-25T02:30", "2026-10-25T02:30"),
        ("2026-10-25T02:30+02:00", "2026-10-25T02:30"),
        ("2026-10-25T02:30+01:00", "2026-10-25T03:00"),
        ("2026-10-25T03:30+01:00", "2026-10-25T03:30"),
    ],
)
def test_a_period_does_not_end_early_when_the_clock_is_set_back(until: str, local: str) -> None:
    _, last = parse_period("cover", "Europe/Berlin", NOW, until=until)
    assert f"{last:%Y-%m-%dT%H:%M}" == local
