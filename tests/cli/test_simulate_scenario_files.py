"""What is wrong with a scenario file is said in full, and editors know its format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from callout.cli import command
from callout.simulate.json_schema import scenario_schema
from local.connect.phone_parser import KINDS
from local.faults.fault import Fault
from local.scenarios.expectation import Expectation
from local.scenarios.files import SCENARIOS_DIR, ScenarioError, scenario_names
from local.scenarios.scenario import Scenario, read_scenario
from tests.cli.json_schema_validator import judged_by_ajv
from tests.cli.test_simulate import SHOWN

if TYPE_CHECKING:
    from pathlib import Path

WRONG = """\
titel: x
event: root-signin
at: noon
roster:
  contacts: [{name: Ana, phone: +14155550132}]
phones:
  Ana: {press: {key: "1"}}
  Bo: []
faults:
  - {at: smm, fault: denied}
expect:
  outcom: acknowledged
  outcome: acknowleged
  calls: [Ana acknowledged, Ana anserd]
"""
ROSTER = "roster: {contacts: [{name: Ana, phone: +14155550132}]}\n"
#: Slips that a schema can see.
SLIPS = [
    "title: t",
    ROSTER,
    f"title: t\n{ROSTER}evnt: x",
    f"title: t\n{ROSTER}event: root-signin",
    f"title: t\n{ROSTER}phones: {{Ana: no_anser}}",
    f"title: t\n{ROSTER}phones: {{Ana: []}}",
    f"title: t\n{ROSTER}phones: {{Ana: {{press: {{key: '1'}}}}}}",
    f"title: t\n{ROSTER}phones: {{Ana: {{press: {{keys: x}}}}}}",
    f"title: t\n{ROSTER}faults: [{{at: smm, fault: denied}}]",
    f"title: t\n{ROSTER}faults: [{{at: ssm}}]",
    f"title: t\n{ROSTER}faults: [{{at: ssm, fault: trottling}}]",
    f"title: t\n{ROSTER}expect: {{outcom: failed}}",
    f"title: t\n{ROSTER}expect: {{outcome: lost}}",
    f"title: t\n{ROSTER}expect: {{calls: [Ana answered]}}",
]


def problems(path: Path, text: str) -> list[str]:
    """Give what is wrong with a file, without its path."""
    path.write_text(text)
    with pytest.raises(ScenarioError) as refused:
        read_scenario(path)
    return [line.removeprefix(f"{path}:") for line in str(refused.value).splitlines()]


def test_everything_that_is_wrong_is_said_at_once_with_its_place(tmp_path: Path) -> None:
    assert problems(tmp_path / "scenario.yaml", WRONG) == [
        "1:1: title: is missing",
        "1:1: titel: unknown key: did you mean title?",
        "2:1: event: there is no 'root-signin': did you mean root-sign-in?",
        "3:1: at: 'noon' is no time: write one such as 2026-12-24T23:00",
        "7:3: phones.Ana: press: unknown parameter 'key': did you mean keys?",
        "8:3: phones.Bo: an empty list: write what it does at the first call, the second …",
        "10:5: faults.0: at: there is no 'smm': did you mean ssm?",
        "12:3: expect.outcom: unknown key: did you mean outcome?",
        "13:3: expect.outcome: no page ends as 'acknowleged': did you mean acknowledged?",
        (
            "14:29: expect.calls.1: write `<contact> <outcome>`; no call ends as 'anserd': did you"
            " mean unanswered?"
        ),
    ]


def test_somebody_whom_the_roster_has_not_is_pointed_out_and_no_number_is_shown(
    tmp_path: Path,
) -> None:
    text = (
        f"title: t\n{ROSTER}phones: {{Anna: busy, +14155550199: busy}}\n"
        "faults: [{at: connect, fault: denied, contact: Bob}]\n"
    )

    assert problems(tmp_path / "scenario.yaml", text) == [
        "3:10: phones.Anna: the roster has no 'Anna': did you mean Ana?",
        "3:22: phones.+1********99: the roster has no number +1********99",
        "4:39: faults.0.contact: the roster has no 'Bob'; use one of Ana",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1:1: scenario: write keys and values, such as title: Nobody answers"),
        ("- a", "1:1: scenario: write keys and values, such as title: Nobody answers"),
        ("title: [", "1:9: not YAML: "),
        ("title: a\ntitle: b\n", "2:1: not YAML: found duplicate key"),
        ("title: t\nroster: 7\n", "2:1: roster: write a text or a mapping"),
        ("title: t\nroster: none.yaml\n", "2:1: roster: "),
        (f"title: t\n{ROSTER}at: 0001-01-01T00:00+14:00\n", "3:1: at: '0001-01-01T00:00+14:00' is"),
    ],
)
def test_what_is_no_scenario_is_refused_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    [line] = problems(tmp_path / "scenario.yaml", text)
    assert line.startswith(said)


def test_a_roster_and_an_event_are_found_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "rosters").mkdir()
    (tmp_path / "rosters/mine.yaml").write_text(ROSTER.removeprefix("roster: "))
    (tmp_path / "mine.json").write_text(
        '{"source": "callout", "detail-type": "Page", "detail": {}}'
    )
    path = tmp_path / "scenario.yaml"
    path.write_text(
        "title: t\nroster: rosters/mine.yaml\nevent: mine.json\nat: 2026-12-24T23:00Z\n"
    )

    scenario = read_scenario(path)

    assert scenario.names_by_number() == {"+14155550132": "Ana"}
    assert scenario.event_sent["time"] == "2026-12-24T23:00:00Z"


def test_a_number_needs_no_quotes_in_a_scenario(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(f"title: t\n{ROSTER}phones: {{+14155550132: busy}}\n")
    assert list(read_scenario(path).phones_by_number()) == ["+14155550132"]


def test_every_scenario_says_how_it_ends() -> None:
    """An operator's scenario may leave it open; ours would promise nothing."""
    for name in scenario_names():
        expect = read_scenario(SCENARIOS_DIR / f"{name}.yaml").expect
        failed = expect.status == "FAILED" and expect.error
        assert failed or {"calls", "outcome"} <= expect.model_fields_set, name


def test_the_schema_accepts_every_scenario_and_sees_slips(tmp_path: Path) -> None:
    valid = [(SCENARIOS_DIR / f"{name}.yaml").read_text() for name in scenario_names()] + SHOWN
    for number, text in enumerate(SLIPS):
        assert problems(tmp_path / f"{number}.yaml", text)
    assert judged_by_ajv(scenario_schema(), [*valid, *SLIPS]) == [True] * len(valid) + [
        False
    ] * len(SLIPS)


def test_the_schema_knows_all_that_can_be_written() -> None:
    made = scenario_schema()
    phones = made["$defs"]["phone"]["anyOf"]
    assert made["properties"].keys() == Scenario.model_fields.keys()
    assert made["$defs"]["expectation"]["properties"].keys() == Expectation.model_fields.keys()
    assert [one["const"] for one in phones if "const" in one] == list(KINDS)
    written = {"fault" if name == "kind" else name for name in Fault.__dataclass_fields__}
    assert made["$defs"]["fault"]["properties"].keys() == written


def test_simulate_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["simulate", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == scenario_schema()
