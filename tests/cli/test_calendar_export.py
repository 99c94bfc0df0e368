"""`callout roster calendar --ics`, and its agreement with `calendar`, `who` and plan_calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from callout.roster.calendar import build_calendar
from callout.roster.calendar_export import export_calendar
from callout.roster.on_call import planned_calls
from local.environment import ROOT
from oncall.calls.planner import plan_calls
from oncall.roster.model import Override
from oncall.roster.parsing.parser import parse
from oncall.roster.schedule import is_covered, person_for
from tests.cli.run_cli import run_command
from tests.support.roster_strategies import one_rotation, rosters

if TYPE_CHECKING:
    from oncall.roster.model import Roster
    from tests.cli.run_cli import CommandResult

THREE_COUNTRIES = ROOT / "tests/fixtures/rosters/three-countries.yaml"
CHRISTMAS = ("--file", str(THREE_COUNTRIES), "--from", "2026-12-21", "--weeks", "1")
MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)
#: The day before each clock change of the zones in the strategies, in UTC.
CHANGES = ["2026-03-07", "2026-03-28", "2026-04-04", "2026-10-03", "2026-10-24", "2026-10-31"]


def run(*arguments: str) -> CommandResult:
    return run_command("http://127.0.0.1:9", {}, "roster", "calendar", *arguments)


def events(text: str) -> list[Any]:
    return list(Calendar.from_ical(text).walk("VEVENT"))


def test_the_calendar_has_whole_shifts_with_overrides() -> None:
    found = {str(event["UID"]): event for event in events(run(*CHRISTMAS, "--ics").out)}

    primary = [uid for uid in found if uid.startswith("default-primary-")]
    assert primary == [
        f"default-primary-{start}@callout"
        for start in (
            "20261214T080000Z",
            "20261221T080000Z",
            "20261224T110000Z",
            "20261225T230000Z",
        )
    ]
    override = found[primary[2]]
    assert (override["SUMMARY"], override["TRANSP"]) == ("primary: Li Wei", "TRANSPARENT")
    assert override["DESCRIPTION"] == "Team default, instead of Ana (override)"
    assert override.end == datetime(2026, 12, 25, 23, tzinfo=UTC)
    assert [uid for uid, event in found.items() if event["SUMMARY"] == "On call: Di"] == [
        "default-Di-20261220T230000Z@callout"
    ]


def test_the_calendar_of_one_person() -> None:
    people = run(*CHRISTMAS, "--ics", "--person", "li wei").out
    assert {str(event["SUMMARY"]) for event in events(people)} == {"primary: Li Wei"}
    assert "X-WR-CALNAME:On call: Li Wei\r\n" in people
    assert "--person primary: is a rotation" in (
        run(*CHRISTMAS, "--ics", "--person", "primary").error_line
    )
    assert "cannot be combined with --json" in run(*CHRISTMAS, "--ics", "--json").error_line
    assert "--person needs --ics" in run(*CHRISTMAS, "--person", "Ana").error_line


def test_an_import_on_another_day_updates_the_same_events() -> None:
    roster = parse(THREE_COUNTRIES.read_text().replace("Li Wei", "李伟" * 15))
    first, now = datetime(2026, 12, 24, 23, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    before, after = (
        {
            event["UID"]: (event.start, event.end, event["SUMMARY"])
            for event in events(export_calendar(roster, "default", (since, first + 9 * DAY), now))
        }
        for since in (first, first + DAY)
    )
    assert {uid: before[uid] for uid in after} == after
    lines = export_calendar(roster, "default", (first, first + DAY), now).encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75


@st.composite
def overridden(draw: st.DrawFn) -> tuple[Roster, datetime]:
    """A roster with some overrides, perhaps by rotations, around a clock change."""
    roster = draw(rosters())
    day = datetime.fromisoformat(draw(st.sampled_from(CHANGES)))
    people = [contact.name for contact in roster.contacts]
    second = draw(one_rotation("second#9", st.sampled_from(people)))
    names = [*people, *(rotation.name for rotation in roster.rotations), second.name]
    overrides = []
    for replaced in draw(st.lists(st.sampled_from(names), max_size=4, unique=True)):
        starts = day + timedelta(minutes=draw(st.integers(-2880, 5760)))
        until = starts + timedelta(minutes=draw(st.integers(1, 4320)))
        substitute = draw(st.sampled_from([name for name in names if name != replaced]))
        overrides.append(Override(starts, until, replaced, substitute))
    rotations = (*roster.rotations, second)
    return replace(roster, rotations=rotations, overrides=tuple(overrides)), day


@settings(max_examples=60, deadline=None)
@given(case=overridden(), steps=st.lists(st.timedeltas(timedelta(0), 3 * DAY), max_size=4))
def test_who_and_plan_and_calendar_and_ics_agree_at_every_instant(
    case: tuple[Roster, datetime], steps: list[timedelta]
) -> None:
    roster, day = case
    since = day.replace(tzinfo=UTC)
    until = since + 3 * DAY
    calendar = build_calendar(roster, since, until)
    exported = events(export_calendar(roster, "x", (since, until), since))
    edges = [event.start for event in exported] + [entry.until for entry in calendar]
    near = [edge - ago for edge in edges[:12] for ago in (timedelta(0), MOMENT)]
    for at in {*(since + step for step in steps), *near}:
        if not since <= at < until:
            continue
        assert [call.contact for call in planned_calls(roster, at)] == [
            call.contact for call in plan_calls(roster, at)
        ]
        people = set()
        for name in {entry.name for entry in roster.escalation}:
            person = person_for(roster, name, at)
            people |= {person.name} if person else set()
            rotation = roster.rotation(name)
            now = [entry for entry in calendar if entry.starts <= at < entry.until]
            in_calendar = (
                [e.person for e in now if e.rotation == name]
                if rotation
                else [e.person for e in now if not e.rotation and e.instead_of == name] or [name]
            )
            assert [name for name in in_calendar if name] == ([person.name] if person else [])
            in_ics = [
                str(event["SUMMARY"])
                for event in exported
                if event.start <= at < event.end and event["UID"].startswith(f"x-{quote(name)}-")
            ]
            label = name if rotation else "On call"
            assert in_ics == ([f"{label}: {person.name}"] if person else [])
        if is_covered(roster, at):
            assert {call.contact for call in plan_calls(roster, at)} == people
