"""Reading faults from scenario files, and writing them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from local.faults.fault import Fault, parse_fault
from local.faults.fault_types import FaultKind, function_names, possible_faults
from local.scenarios.files import SCENARIOS_DIR, ScenarioError, scenario_names
from local.scenarios.scenario import read_scenario

if TYPE_CHECKING:
    from pathlib import Path

SCENARIO = """\
title: a test
roster: {contacts: [{name: Ana, phone: "+14155550132"}]}
faults: %s
"""


def write_scenario(tmp_path: Path, faults: str) -> Path:
    """Write a scenario file with these faults."""
    path = tmp_path / "scenario.yaml"
    path.write_text(SCENARIO % faults)
    return path


def test_the_keys_of_a_fault_are_read(tmp_path: Path) -> None:
    scenario = read_scenario(
        write_scenario(
            tmp_path,
            "[{at: connect DescribeContact, fault: throttling, times: 3},"
            " {at: check_call, fault: killed_after, skip: 1, contact: Ana, attempt: 1}]",
        )
    )

    assert scenario.faults == (
        Fault("connect DescribeContact", FaultKind.THROTTLING, times=3),
        Fault("check_call", FaultKind.KILLED_AFTER, skip=1, contact="Ana", attempt=1),
    )


def test_a_written_fault_reads_back_the_same() -> None:
    faults = [fault for name in scenario_names() for fault in read_test_scenario(name).faults]

    assert faults
    assert [parse_fault(fault.to_scenario()) for fault in faults] == faults
    assert Fault("ssm", FaultKind.DENIED).to_scenario() == {"at": "ssm", "fault": "denied"}


def read_test_scenario(name: str) -> Any:  # noqa: ANN401 - only read
    """Read a scenario of tests/scenarios."""
    return read_scenario(SCENARIOS_DIR / f"{name}.yaml")


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("throttling", "write a fault as {at: ssm GetParameter, fault: throttling}"),
        ("{fault: denied}", "at: must be text, not None"),
        ("{at: ssm}", "fault: must be text, not None"),
        ("{at: ssm, fault: [denied]}", "fault: must be text, not ['denied']"),
        ("{at: ssm, fault: trottling}", "there is no 'trottling': did you mean throttling?"),
        ("{at: smm, fault: denied}", "at: there is no 'smm': did you mean ssm?"),
        (
            "{at: zzz, fault: denied}",
            "there is no 'zzz'; use one of acquire_team_lock, answer_callback, ",
        ),
        (
            "{at: connect DescribeContakt, fault: denied}",
            "connect has no operation 'DescribeContakt': did you mean DescribeContact?",
        ),
        ("{at: ssm getparameter, fault: denied}", "did you mean GetParameter?"),
        ("{at: check_call Invoke, fault: exception}", "check_call has no operations"),
        ("{at: check_call, fault: denied}", "check_call cannot have denied; use one of "),
        ("{at: sns Publish, fault: killed_after}", "sns Publish cannot have killed_after"),
        ("{at: events, fault: exception}", "events cannot have exception; use one of delivered_"),
        ("{at: connect StopContact, fault: late_attributes}", "cannot have late_attributes"),
        (
            "{at: connect StartOutboundVoiceContact, fault: not_found_yet}",
            "cannot have not_found_yet",
        ),
        ("{at: ssm, fault: denied, times: 0}", "times: Input should be greater than or equal"),
        ("{at: ssm, fault: denied, seconds: -1}", "seconds: Input should be greater than or"),
        ("{at: ssm, fault: denied, seconds: .inf}", "seconds: Input should be a finite number"),
        ("{at: ssm, fault: denied, chance: 1.5}", "chance: Input should be less than or equal"),
        ("{at: ssm, fault: denied, often: 2}", "often: Unexpected keyword argument"),
        (
            "{at: ssm, fault: denied, contact: Ana}",
            "a fault at ssm accepts neither contact nor attempt",
        ),
        (
            "{at: connect, fault: denied, by: workflow}",
            "only ssm, dynamodb, sns, cloudwatch accept by: remove it",
        ),
        ("{at: ssm, fault: denied, by: plan_cals}", "no 'plan_cals': did you mean plan_calls?"),
        (
            "{at: events, fault: delivered_twice, seconds: 1}",
            "a fault at events accepts no seconds, skip or",
        ),
    ],
)
def test_an_invalid_fault_is_reported_in_one_line_with_its_position(
    tmp_path: Path, fault: str, message: str
) -> None:
    with pytest.raises(ScenarioError) as refused:
        read_scenario(write_scenario(tmp_path, f"[{fault}]"))

    line = str(refused.value)
    assert re.match(rf"{re.escape(str(tmp_path))}/scenario\.yaml:\d+:\d+: faults\.0: ", line)
    assert message in line
    assert "\n" not in line


def test_a_contact_that_is_not_in_the_roster_is_refused(tmp_path: Path) -> None:
    faults = "[{at: connect, fault: throttling, contact: Bob}]"

    with pytest.raises(ScenarioError, match=r"faults\.0\.contact: the roster has no 'Bob'"):
        read_scenario(write_scenario(tmp_path, faults))


def test_every_kind_is_possible_somewhere() -> None:
    locations = [
        ("connect", "DescribeContact"),
        ("connect", "StopContact"),
        ("connect", "StartOutboundVoiceContact"),
        ("ssm", ""),
        ("check_call", ""),
        ("events", ""),
    ]

    assert {kind for location in locations for kind in possible_faults(*location)} == set(FaultKind)


def test_every_function_of_the_asset_can_fail() -> None:
    page = {"open_incident", "plan_calls", "place_call", "check_call"}

    assert page < set(function_names())
    assert {"clients", "logs", "metrics"}.isdisjoint(function_names())
