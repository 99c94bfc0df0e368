"""Errors in scenario files, and their JSON Schema."""

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
from tests.cli.json_schema_validator import validate_with_ajv
from tests.cli.test_simulate import DOC_SCENARIOS

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
#: Mistakes that a schema can detect.
MISTAKES = [
    "title: t",
    ROSTER,
    f"title: t\n{ROSTER}evnt: x",
    f"title: t\n{ROSTER}event: root-signin",
    f"title: t\n{ROSTER}webhook: {{name: shop}}",
    f"title: t\n{ROSTER}webhook: {{name: shop, body: [1]}}",
    f"title: t\n{ROSTER}also: [{{sns: {{mesage: x}}}}]",
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
    """Return the errors in a file, without its path."""
    path.write_text(text)
    with pytest.raises(ScenarioError) as refused:
        read_scenario(path)
    return [line.removeprefix(f"{path}:") for line in str(refused.value).splitlines()]


def test_all_mistakes_are_reported_at_once_with_their_place(tmp_path: Path) -> None:
    assert problems(tmp_path / "scenario.yaml", WRONG) == [
        "1:1: title: is missing",
        "1:1: titel: unknown key: did you mean title?",
        "2:1: event: there is no 'root-signin': did you mean root-sign-in?",
        "3:1: at: 'noon' is not a time: write it like 2026-12-24T23:00",
        "7:3: phones.Ana: press: unknown parameter 'key': did you mean keys?",
        "8:3: phones.Bo: the list is empty: write one behavior for each call",
        "10:5: faults.0: at: there is no 'smm': did you mean ssm?",
        "12:3: expect.outcom: unknown key: did you mean outcome?",
        "13:3: expect.outcome: unknown outcome 'acknowleged': did you mean acknowledged?",
        (
            "14:29: expect.calls.1: write `<contact> <outcome>`; unknown outcome 'anserd': did you"
            " mean unanswered?"
        ),
    ]


def test_unknown_contacts_are_reported_and_numbers_are_masked(
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
    ("text", "error"),
    [
        ("", "1:1: scenario: write keys and values, such as title: Nobody answers"),
        ("- a", "1:1: scenario: write keys and values, such as title: Nobody answers"),
        ("title: [", "1:9: not YAML: "),
        ("title: a\ntitle: b\n", "2:1: not YAML: found duplicate key"),
        ("title: t\nroster: 7\n", "2:1: roster: write a text or a mapping"),
        ("title: t\nroster: none.yaml\n", "2:1: roster: "),
        (f"title: t\n{ROSTER}at: 0001-01-01T00:00+14:00\n", "3:1: at: '0001-01-01T00:00+14:00' is"),
        (
            f"title: t\n{ROSTER}event: root-sign-in\nsns: {{message: x}}\n",
            "1:1: scenario: write only one of event, webhook and sns",
        ),
        (f"title: t\n{ROSTER}also: [{{after: 1}}]\n", "3:8: also.0: write event, webhook or sns"),
        (
            f"title: t\n{ROSTER}also: [{{webhook: {{name: a, bdy: {{}}, body: {{}}}}}}]\n",
            "3:28: also.0.webhook.bdy: unknown key: did you mean body?",
        ),
        (f"title: t\n{ROSTER}webhook: {{name: a, body: no.json}}\n", "3:20: webhook.body: "),
    ],
)
def test_invalid_scenario_file_is_one_line(tmp_path: Path, text: str, error: str) -> None:
    [line] = problems(tmp_path / "scenario.yaml", text)
    assert line.startswith(error)


def test_roster_and_event_paths_are_relative_to_the_scenario(tmp_path: Path) -> None:
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


def test_phone_number_needs_no_quotes(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(f"title: t\n{ROSTER}phones: {{+14155550132: busy}}\n")
    assert list(read_scenario(path).phones_by_number()) == ["+14155550132"]


def test_every_scenario_has_an_expectation() -> None:
    """An operator's scenario may omit it; ours would test nothing."""
    for name in scenario_names():
        expect = read_scenario(SCENARIOS_DIR / f"{name}.yaml").expect
        failed = expect.status == "FAILED" and expect.error
        assert failed or {"calls", "outcome"} <= expect.model_fields_set, name


def test_schema_accepts_every_scenario_and_rejects_mistakes(tmp_path: Path) -> None:
    valid = [
        (SCENARIOS_DIR / f"{name}.yaml").read_text() for name in scenario_names()
    ] + DOC_SCENARIOS
    for number, text in enumerate(MISTAKES):
        assert problems(tmp_path / f"{number}.yaml", text)
    assert validate_with_ajv(scenario_schema(), [*valid, *MISTAKES]) == [True] * len(valid) + [
        False
    ] * len(MISTAKES)


def test_schema_has_every_field_of_the_parser() -> None:
    schema = scenario_schema()
    phones = schema["$defs"]["phone"]["anyOf"]
    assert schema["properties"].keys() == Scenario.model_fields.keys()
    assert schema["$defs"]["expectation"]["properties"].keys() == Expectation.model_fields.keys()
    assert [phone["const"] for phone in phones if "const" in phone] == list(KINDS)
    written = {"fault" if name == "kind" else name for name in Fault.__dataclass_fields__}
    assert schema["$defs"]["fault"]["properties"].keys() == written


def test_simulate_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["simulate", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == scenario_schema()
