"""`callout import` turns dumps of other pagers into rosters, and reports what it cannot keep."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callout.cli import command
from callout.roster.importing.pagers.pager_model import (
    APPROXIMATED,
    DIFFERENT,
    DROPPED,
    Account,
    Layer,
    Person,
    Policy,
    Replacement,
    Schedule,
)
from callout.roster.importing.pagers.pager_roster import build_rosters
from callout.roster.importing.schedule_comparison import Shift, find_differences
from callout.roster.importing.weekly_hours import hours_of, minutes_of
from local.environment import ROOT
from oncall.roster.parsing.parser import parse
from oncall.roster.shifts import list_shifts
from tests.support.roster_strategies import HOURS

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
Files = dict[str, Any]
#: What each dump of tests/fixtures/pagers means, without its contacts Ana, Bo and Cy.
PRIMARY = "members: [Ana, Bo, Cy], starts: 2026-01-05T09:00, every: 1w"
OFFICE = "starts: 2026-01-05T09:00, every: 1d, hours: [Mon-Fri 09:00-17:00]"
CHRISTMAS = "from: 2026-12-24T00:00, until: 2026-12-26T00:00"
EXPECTED = {
    "pagerduty": f"""
timezone: America/Los_Angeles
escalation: [Platform primary, Platform office hours, Ana]
rounds: 3
rotations:
  - {{name: Platform primary, {PRIMARY}}}
  - {{name: Platform office hours, members: [Bo, Cy], {OFFICE}}}
overrides:
  - {{{CHRISTMAS}, replace: Platform primary, with: Bo}}
""",
    "opsgenie": f"""
timezone: America/Los_Angeles
escalation: [Primary, Office hours, Ana]
rounds: 3
rotations:
  - {{name: Primary, {PRIMARY}}}
  - {{name: Office hours, members: [Bo, Cy], {OFFICE}}}
overrides:
  - {{{CHRISTMAS}, replace: Primary, with: Bo}}
  - {{from: 2027-02-01T00:00, until: 2027-02-08T00:00, replace: Cy, with: Ana}}
""",
    "ssm-contacts": f"""
timezone: America/Los_Angeles
escalation: [primary, office hours, Ana]
rotations:
  - {{name: primary, {PRIMARY}}}
  - {{name: office hours, members: [Bo, Cy], {OFFICE}}}
overrides:
  - {{{CHRISTMAS}, replace: primary, with: Bo}}
""",
    "grafana-oncall": f"""
timezone: UTC
escalation: [Platform primary, Platform office hours, Ana]
rounds: 6
rotations:
  - {{name: Platform primary, members: [Ana, Bo, Cy], starts: 2026-01-05T17:00, every: 1w}}
  - {{name: Platform office hours, members: [Bo, Cy, Ana], {OFFICE}, timezone: America/Los_Angeles}}
overrides:
  - {{from: 2026-12-24T08:00, until: 2026-12-26T08:00, replace: Platform primary, with: Bo}}
  - {{from: 2027-01-14T17:00, until: 2027-01-15T17:00, replace: Cy, with: Ana}}
""",
}
CONTACTS = "".join(
    f"  - {{name: {name}, phone: +1415555010{number}}}\n"
    for number, name in enumerate(["Ana", "Bo", "Cy"], 1)
)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with (
        patch("callout.roster.calendar.utc_now", lambda: NOW),
        patch("callout.roster.importing.pagers.pager_roster.SELF_CHECK", timedelta(weeks=5)),
    ):
        yield


class Result:
    """The result of a command in this process."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err
        self.report = err.splitlines()

    def lines(self, *texts: str) -> list[str]:
        """The lines of the report that have all of some texts."""
        return [line for line in self.report if all(text in line for text in texts)]


Import = Callable[..., Result]


@pytest.fixture
def import_(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Import:
    """Import files, given as their JSON values by name, or a fixture."""

    def run(product: str, files: Files, *arguments: str) -> Result:
        folder = tmp_path / "dump"
        for name, value in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            text = value if isinstance(value, str) else json.dumps(value)
            (folder / name).write_text(text)
        code = command(["import", product, str(folder), *arguments])
        return Result(code, *capsys.readouterr())

    return run


def dump(name: str) -> Files:
    """Return the files of a dump in tests/fixtures/pagers."""
    files: Files = json.loads((ROOT / f"tests/fixtures/pagers/{name}.json").read_text())
    return files


@pytest.mark.parametrize("product", EXPECTED)
def test_a_dump_becomes_the_roster_that_it_means(product: str, import_: Import) -> None:
    result = import_(product, dump(product))

    assert parse(result.out, now=NOW) == parse(f"{EXPECTED[product]}contacts:\n{CONTACTS}", now=NOW)
    assert result.lines("translated", "equals the shifts computed for 2026-12-21 to")
    assert result.lines("dropped", "ee", "has no phone number; left out of the escalation")
    # Two people every other week have no equivalent.
    different = product == "grafana-oncall"
    assert (result.code, len(result.lines(DIFFERENT))) == (different, different)


def test_no_report_has_a_full_phone_number(import_: Import) -> None:
    for product in EXPECTED:
        assert "5550" not in import_(product, dump(product)).err


def test_the_order_of_a_backup_is_repaired_and_its_missing_overrides_are_reported(
    import_: Import,
) -> None:
    result = import_("opsgenie", dump("opsgenie-backup"))

    roster = parse(result.out, now=NOW)
    assert [entry.name for entry in roster.escalation] == ["Primary", "Office hours", "Ana"]
    assert result.lines(DROPPED, "overrides", "backup")


def test_seconds_since_1970_are_times_too(import_: Import) -> None:
    files = dump("ssm-contacts")
    expected = import_("ssm-contacts", files).out
    for rotation in files["rotations.json"]["Rotations"]:
        rotation["StartTime"] = datetime.fromisoformat(rotation["StartTime"]).timestamp()

    assert import_("ssm-contacts", files).out == expected


def with_weekend_schedule(files: Files) -> Files:
    """Let the escalation of PagerDuty name the schedule with two layers."""
    [policy] = files["escalation_policies.json"]["escalation_policies"]
    policy["escalation_rules"][0]["targets"][0]["id"] = "PSWKND1"
    return files


@pytest.mark.parametrize("turned", [False, True])
def test_layers_become_rotations_whose_hours_do_not_overlap(
    turned: bool,  # noqa: FBT001
    import_: Import,
) -> None:
    files = with_weekend_schedule(dump("pagerduty"))
    if turned:
        files["schedule-PSWKND1.json"]["schedule"]["schedule_layers"].reverse()

    result = import_("pagerduty", files)

    rotations = {r.name.partition("wins ")[2]: r for r in parse(result.out, now=NOW).rotations}
    hours = {name: [str(h) for h in rotation.hours] for name, rotation in rotations.items()}
    assert hours["Layer 2 (weekends)"] == ["Sat-Sun 00:00-24:00"]
    assert hours["Layer 1"] == ["Mon-Fri 00:00-24:00"]
    assert result.lines("Two layers", "equals the shifts computed")
    assert bool(result.lines(APPROXIMATED, "its last layer takes precedence")) == turned
    assert result.code == 0


def test_without_computed_shifts_what_is_assumed_is_reported(import_: Import) -> None:
    files = with_weekend_schedule(dump("pagerduty"))
    del files["schedule-PSWKND1.json"]["schedule"]["final_schedule"]

    result = import_("pagerduty", files)

    assert result.lines(APPROXIMATED, "could also mean that its last layer takes precedence")


def test_a_difference_from_the_computed_shifts_is_reported(import_: Import) -> None:
    files = dump("pagerduty")
    shifts = files["schedule-PSPRIM1.json"]["schedule"]["final_schedule"]
    shifts["rendered_schedule_entries"][-1]["user"]["id"] = "PBOB002"

    result = import_("pagerduty", files)

    [line] = result.lines(DIFFERENT)
    assert "2026-12-28T09:00-0800 to 2027-01-04T00:00-0800: Bo by its computed shifts, Ana" in line
    assert result.code == 1


def test_a_user_who_is_gone_keeps_the_turn_and_the_roster_is_refused(import_: Import) -> None:
    files = dump("pagerduty")
    files["users.json"]["users"] = [u for u in files["users.json"]["users"] if u["name"] != "Cy"]

    result = import_("pagerduty", files)

    assert "members: [Ana, Bo, Cy]" in result.out
    assert result.lines("invalid", "contacts[2].phone")
    assert result.lines(APPROXIMATED, "Cy", "not among the users of the dump")
    assert result.code == 1


@pytest.mark.parametrize("length", [0, 1800, 99_999_999])
def test_turns_that_a_rotation_cannot_have_are_reported(length: int, import_: Import) -> None:
    files = dump("pagerduty")
    layer = files["schedule-PSPRIM1.json"]["schedule"]["schedule_layers"][1]
    layer["rotation_turn_length_seconds"] = length

    result = import_("pagerduty", files)

    assert result.lines(DROPPED, "Platform primary: Layer 1", "whole hours, up to 52 weeks")
    assert result.lines(DIFFERENT, "Platform primary", "by its computed shifts, nobody")


def test_turns_that_count_every_day_become_rotations_of_some_weekdays(import_: Import) -> None:
    files = dump("pagerduty")
    schedule = files["schedule-PSDAY01.json"]["schedule"]
    [layer] = schedule["schedule_layers"]
    layer["users"].append({"user": {"id": "PANA001", "summary": "Ana"}})
    people = [entry["user"] for entry in layer["users"]]
    for entry in schedule["final_schedule"]["rendered_schedule_entries"]:
        starts = datetime.fromisoformat(entry["start"]).replace(tzinfo=None)
        days = (starts - datetime(2026, 1, 5, 9)) // timedelta(days=1)  # noqa: DTZ001
        entry["user"] = people[days % 3]

    result = import_("pagerduty", files)

    rotations = parse(result.out, now=NOW).rotations[1:]
    assert [(", ".join(map(str, r.hours)), *r.members) for r in rotations] == [
        ("Mon 09:00-17:00, Thu 09:00-17:00", "Bo", "Cy", "Ana"),
        ("Tue 09:00-17:00, Fri 09:00-17:00", "Cy", "Ana", "Bo"),
        ("Wed 09:00-17:00", "Ana", "Bo", "Cy"),
    ]
    assert result.lines("Platform office hours", "equals the shifts computed")
    assert result.code == 0


def test_an_override_outside_the_hours_is_reported(import_: Import) -> None:
    files = dump("pagerduty")
    files["overrides-PSDAY01.json"] = files.pop("overrides-PSPRIM1.json")

    [line, *_] = import_("pagerduty", files).lines(DIFFERENT, "office hours", "by its layers")

    assert "Bo by its layers, nobody by the roster" in line


def test_a_dump_with_more_pages_is_reported(import_: Import) -> None:
    files = dump("pagerduty")
    files["users.json"]["more"] = True

    assert import_("pagerduty", files).lines("users.json", "more result pages")
    files["users-2.json"] = {"users": files["users.json"]["users"][:1], "more": False}
    assert not import_("pagerduty", files).lines("more pages follow")


def test_without_escalation_policy_each_schedule_is_a_roster(
    import_: Import, tmp_path: Path
) -> None:
    files = dump("pagerduty")
    del files["escalation_policies.json"]
    out = tmp_path / "rosters"

    assert "--output FOLDER, or --escalation with one of" in import_("pagerduty", files).err
    import_("pagerduty", files, "--output", str(out))
    names = sorted(path.name for path in out.iterdir())
    assert names[0] == "platform-office-hours.yaml"
    assert len(names) == 3


def test_files_are_replaced_only_on_request(import_: Import, tmp_path: Path) -> None:
    files, out = dump("opsgenie"), tmp_path / "rosters"

    assert import_("opsgenie", files, "--output", str(out)).code == 0
    (out / "platform.yaml").write_text("mine")
    refused = import_("opsgenie", files, "--output", str(out))
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "platform.yaml exists: use --overwrite" in refused.err
    assert (out / "platform.yaml").read_text() == "mine"
    import_("opsgenie", files, "--output", str(out), "--overwrite")
    assert (out / "platform.yaml").read_text() != "mine"


def test_json_has_rosters_and_report(import_: Import) -> None:
    answer = json.loads(import_("ssm-contacts", dump("ssm-contacts"), "--json").out)

    assert [(roster["team"], roster["valid"]) for roster in answer["rosters"]] == [
        ("platform", True)
    ]
    assert {"kind", "what", "where", "why"} == set(answer["report"][0])


def edited(name: str, file: str, edit: Callable[[Any], object]) -> Files:
    """Return a dump with one file edited."""
    files = dump(name)
    edit(files[file])
    return files


WRONG: dict[str, tuple[str, Files, str]] = {
    "another product": (
        "opsgenie",
        dump("pagerduty"),
        "not a dump of opsgenie: none of `contactMethod`",
    ),
    "suggests the product": ("opsgenie", dump("pagerduty"), "use callout import pagerduty"),
    "not JSON": ("pagerduty", {"users.json": '{"users": ['}, "users.json: not JSON: line 1"),
    "empty": ("pagerduty", {"notes.txt": "none"}, "no JSON objects found"),
    "nothing to import": (
        "pagerduty",
        {"users.json": dump("pagerduty")["users.json"]},
        "no escalation policies or schedules found",
    ),
    "missing key": (
        "pagerduty",
        edited(
            "pagerduty",
            "schedule-PSPRIM1.json",
            lambda file: file["schedule"]["schedule_layers"][1].pop("rotation_virtual_start"),
        ),
        "schedule-PSPRIM1.json: schedule.schedule_layers[1].rotation_virtual_start: is missing",
    ),
    "time zone": (
        "opsgenie",
        edited(
            "opsgenie", "schedules.json", lambda file: file["data"][0].update(timezone="Mars/One")
        ),
        "schedules.json: data[0].timezone: 'Mars/One' is not an IANA time zone",
    ),
    "not a list": (
        "ssm-contacts",
        edited(
            "ssm-contacts",
            "rotations.json",
            lambda file: file["Rotations"][0].update(ContactIds="ana"),
        ),
        "rotations.json: Rotations[0].ContactIds: is not a list",
    ),
    "time": (
        "opsgenie",
        edited(
            "opsgenie",
            "forwarding-rules.json",
            lambda file: file["data"][0].update(endDate="0001-01-01T00:00:00Z"),
        ),
        "forwarding-rules.json: data[0].endDate: is not in the years 2000 to 2199",
    ),
    "number": (
        "opsgenie",
        edited(
            "opsgenie",
            "schedules.json",
            lambda file: file["data"][0]["rotations"][0].update(length=10**30),
        ),
        "schedules.json: data[0].rotations[0].length: is not between 0 and",
    ),
    "deep": ("pagerduty", {"users.json": "[" * 3000 + "]" * 3000}, "nested too deeply"),
}


@pytest.mark.parametrize(("product", "files", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_one_line(
    product: str, files: Files, message: str, import_: Import
) -> None:
    result = import_(product, files)

    assert message in result.err
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)


PEOPLE = {key: Person(key.upper(), "users", [f"+1415555010{n}"]) for n, key in enumerate("abc")}
GROUPS = st.lists(st.sampled_from("abc"), max_size=2, unique=True).map(tuple)


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    """A layer of any pager."""
    hours = draw(st.lists(HOURS, max_size=2))
    return Layer(
        "layer",
        "America/New_York",
        datetime(2026, 1, 5, draw(st.integers(0, 23))) + timedelta(days=draw(st.integers(0, 6))),  # noqa: DTZ001
        draw(st.sampled_from([1, 5, 8, 12, 24, 48, 168, 336])) * timedelta(hours=1),
        tuple(draw(st.lists(GROUPS, min_size=1, max_size=4))),
        tuple(hours),
        skips=draw(st.booleans()),
        level=draw(st.integers(0, 1)),
    )


def check_that_differences_are_reported(schedule: Schedule) -> list[str]:
    """Compare a schedule with its roster across a clock change; return the report's differences."""
    now = datetime(2027, 3, 2, 12, tzinfo=UTC)
    until = now + timedelta(weeks=5)
    account = Account("test", dict(PEOPLE), {"s": [schedule]}, [Policy("p", "p", ("s",))])
    [imported] = build_rosters(account, now, ())
    reported = [note.why for note in imported.notes if note.kind == DIFFERENT]
    if not imported.text:
        assert any(note.kind == DROPPED for note in imported.notes)
        return reported
    roster = parse(imported.text, now=now, limit_bytes=16_384)
    expected = [
        shift._replace(person=PEOPLE[shift.person].name)
        for shift in schedule.shifts(now, until, ())
    ]
    actual = [
        Shift(shift.starts, shift.until, shift.person)
        for rotation in roster.rotations
        for shift in list_shifts(roster, rotation, now, until)
    ]
    assert bool(find_differences(expected, actual, now, until)) == bool(reported)
    return reported


@settings(max_examples=40)
@given(st.lists(layers(), min_size=1, max_size=2))
def test_a_roster_is_on_call_as_the_layers_or_reports_the_difference(found: list[Layer]) -> None:
    check_that_differences_are_reported(Schedule("s", "s", tuple(found)))


@settings(max_examples=40)
@given(layers().filter(lambda layer: timedelta(weeks=1) % layer.every == timedelta()))
def test_turns_that_divide_the_week_are_exact_if_each_has_a_person(layer: Layer) -> None:
    turns = tuple(turn or ("a",) for turn in layer.turns)
    assert (
        check_that_differences_are_reported(Schedule("s", "s", (replace(layer, turns=turns),)))
        == []
    )


def test_overrides_that_overlap_are_cut() -> None:
    layer = Layer("l", "UTC", datetime(2026, 1, 5), timedelta(weeks=1), (("a",),))  # noqa: DTZ001
    day, now = timedelta(days=1), datetime(2027, 3, 2, 12, tzinfo=UTC)
    overrides = (
        Replacement(now + day, now + 5 * day, ("b",), "o"),
        Replacement(now + 2 * day, now + 3 * day, ("c",), "o"),
    )

    assert check_that_differences_are_reported(Schedule("s", "s", (layer,), overrides)) == []


@given(st.lists(HOURS, max_size=3))
def test_hours_survive_the_conversion_to_minutes(hours: list[Any]) -> None:
    minutes = minutes_of(tuple(hours))

    assert minutes_of(hours_of(minutes)) == minutes
