"""The doctor finds what is missing to ring a phone, and says what to do about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from local.connect.instance_config import ClaimedNumber, SavedFlow
from local.faults.fault import Fault
from local.faults.fault_types import FaultKind
from tests.cli.conftest import ABROAD, AT_HOME, OUR_FLOW
from tests.cli.run_cli import callout, callout_here

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem

ANOTHER_INSTANCE = "0b1e2c3d-4f5a-4b6c-8d7e-9f0a1b2c3d4e"
FLOW_PARAMETER = "/callout/telephony/contact-flow-id"


def test_nothing_is_bad_about_a_healthy_system(healthy: LocalSystem) -> None:
    done = callout(healthy, "doctor", "--json")
    states = {one["check"]: one["state"] for one in done.json}
    assert states.pop("countries") == "warn"  # no API tells
    assert states.pop("quotas") == "unknown"  # the emulator has none
    assert set(states.values()) == {"ok"}, done.out
    assert {"stack", "telephony", "instance", "number", "flow", "notifications"} <= states.keys()
    assert {"roster default", "roster payments", "sign-ins us-east-1"} <= states.keys()
    assert (done.code, done.err) == (0, "")


def test_it_says_so_in_lines_and_that_nothing_stands_in_the_way(healthy: LocalSystem) -> None:
    done = callout(healthy, "doctor")
    assert done.lines("instance")[0].startswith("ok ")
    assert "no problems that prevent calls" in done.out.splitlines()[-1]
    assert "\x1b" not in done.out, "colours belong on a terminal"


def test_nobody_is_called_and_nothing_is_changed(healthy: LocalSystem) -> None:
    callout_here(healthy, "doctor")

    asked = {request.operation for request in healthy.connect.requests}
    assert asked == {
        "DescribeInstance",
        "DescribeInstanceAttribute",
        "ListPhoneNumbersV2",
        "DescribePhoneNumber",
        "DescribeContactFlow",
    }


REFUSED_ROSTER = "contacts: [{name: Ana, phone: 110}]\nround: 2"


def set_up(system: LocalSystem, changes: dict[str, Any]) -> None:
    """Change the simulated Connect: fields of its configuration and its number; and the roster."""
    setup = system.connect.config
    for name, value in changes.items():
        if name == "number":
            setup.numbers[:] = [replace(number, **value) for number in setup.numbers]
        elif name == "number_before":
            setup.numbers.insert(0, ClaimedNumber(value, setup.instance.instance_id))
        elif name == "roster":
            system.save_roster(value)
        else:
            setattr(setup, name, value)


@pytest.mark.parametrize(
    ("changes", "check", "found", "fix"),
    [
        (
            {"outbound_calls": False},
            "instance",
            "does not allow outbound calls",
            "--attribute-type OUTBOUND_CALLS",
        ),
        (
            {"status": "CREATION_FAILED"},
            "instance",
            "is CREATION_FAILED: simulated",
            "create another",
        ),
        ({"flow": None}, "flow", "has no contact flow", "cdk deploy CalloutTelephony"),
        ({"flow": SavedFlow(OUR_FLOW, state="ARCHIVED")}, "flow", "is ARCHIVED", "restore it"),
        ({"flow": SavedFlow(OUR_FLOW, status="SAVED")}, "flow", "not published", "publish it"),
        (
            {"flow": SavedFlow(OUR_FLOW.replace('"response":', '"answer":'))},
            "flow",
            "not the one in this",
            "cdk deploy CalloutTelephony",
        ),
        ({"numbers": []}, "number", "is not claimed", "claim a number"),
        ({"number": {"instance_id": ANOTHER_INSTANCE}}, "number", ANOTHER_INSTANCE, "move it"),
        (
            {"number": {"status": "FAILED", "status_message": "limit reached"}},
            "number",
            "is FAILED (limit reached)",
            "claim another",
        ),
        (
            {
                "number": {"type": "TOLL_FREE"},
                "number_before": "+14155550100",
                "roster": ABROAD,
            },
            "number",
            "cannot call abroad",
            "claim a DID number",
        ),
        ({"roster": REFUSED_ROSTER}, "roster default", "line 1, column 31", "docs/roster.md"),
    ],
)
def test_each_fault_is_found_with_what_to_do(
    healthy: LocalSystem, changes: dict[str, Any], check: str, found: str, fix: str
) -> None:
    set_up(healthy, changes)
    done = callout_here(healthy, "doctor", "--json")
    bad = [one for one in done.json if one["state"] == "fail"]
    assert {one["check"] for one in bad} == {check}, "and nothing else is"
    assert found in bad[0]["message"]
    assert fix in bad[0]["fix"]
    assert done.code == 1


def test_every_problem_of_a_roster_is_listed(healthy: LocalSystem) -> None:
    healthy.save_roster(REFUSED_ROSTER)
    done = callout_here(healthy, "doctor")
    assert [line.split(": ", 3)[2] for line in done.lines("roster default")] == [
        "contacts[0].phone",
        "round",
    ]
    assert "2 to fix" in done.out.splitlines()[-1]


def test_a_parameter_changed_since_the_deployment_is_found(healthy: LocalSystem) -> None:
    ssm = healthy.client("ssm")
    deployed = healthy.connect.instance.contact_flow_id
    ssm.put_parameter(Name=FLOW_PARAMETER, Value=ANOTHER_INSTANCE, Overwrite=True)
    try:
        done = callout_here(healthy, "doctor")
    finally:
        ssm.put_parameter(Name=FLOW_PARAMETER, Value=deployed, Overwrite=True)

    [line] = done.lines("telephony")
    assert f"{FLOW_PARAMETER} is {ANOTHER_INSTANCE}, but place_call was deployed with" in line
    assert line.endswith("→ cdk deploy Callout")


def test_a_missing_parameter_is_found_and_the_rest_is_looked_at(healthy: LocalSystem) -> None:
    ssm = healthy.client("ssm")
    ssm.delete_parameter(Name=FLOW_PARAMETER)
    try:
        done = callout_here(healthy, "doctor")
    finally:
        healthy.client("ssm").put_parameter(
            Name=FLOW_PARAMETER, Value=healthy.connect.instance.contact_flow_id, Type="String"
        )

    assert f"fail     telephony: there is no {FLOW_PARAMETER}" in done.out
    assert done.lines("flow")[0].startswith("unknown")
    assert done.lines("instance")[0].startswith("ok")


def test_a_missing_permission_is_unknown_and_the_rest_is_looked_at(healthy: LocalSystem) -> None:
    healthy.connect.faults.append(Fault("connect DescribeInstance", FaultKind.DENIED))
    done = callout_here(healthy, "doctor")
    [line] = done.lines("instance")
    assert line.startswith("unknown  instance: could not be read: DescribeInstance: AccessDenied")
    assert done.lines("flow")[0].startswith("ok")
    assert done.code == 0, "what cannot be read is not bad"


def test_sign_ins_that_no_trail_logs_are_found(healthy: LocalSystem) -> None:
    trails = healthy.client("cloudtrail")
    trails.stop_logging(Name="everything")
    try:
        done = callout_here(healthy, "doctor")
    finally:
        trails.start_logging(Name="everything")

    [line] = done.lines("sign-ins us-east-1")
    assert line.startswith("fail ")
    assert "aws cloudtrail start-logging --region us-east-1 --name everything" in line


def test_where_nothing_is_deployed_it_says_what_to_deploy(healthy: LocalSystem) -> None:
    done = callout_here(healthy, "doctor", "--region", "eu-west-1")
    assert "fail     stack: there is no stack Callout in eu-west-1 → cdk deploy Callout" in done.out
    assert len(done.lines("telephony")) == 3
    assert done.code == 1


def test_countries_are_named_with_what_is_known_of_them(healthy: LocalSystem) -> None:
    healthy.save_roster(ABROAD)

    lines = callout_here(healthy, "doctor").lines("countries")

    assert [line.split(" (")[0] for line in lines] == [
        "warn     countries: China",
        "warn     countries: Britain",
        "warn     countries: United States",
    ]
    assert "under 15 s" in lines[0]
    assert "+447" in lines[1]
    assert all("Country Allowlisting for Outbound Calls" in line for line in lines)
    assert "138000" not in "".join(lines), "whole numbers are nobody's business"
    healthy.save_roster(AT_HOME)
