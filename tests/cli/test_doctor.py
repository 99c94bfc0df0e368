"""`callout doctor` finds what prevents calls, and prints the fix."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from local.connect.instance_config import ClaimedNumber, SavedFlow
from local.faults.fault import Fault
from local.faults.fault_types import FaultKind
from tests.cli.conftest import ABROAD, AT_HOME, OUR_FLOW
from tests.cli.run_cli import callout, callout_in_process
from workflow.contact_flow.callback_flow import callback_flow
from workflow.contact_flow.flow import content

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem

ANOTHER_INSTANCE = "0b1e2c3d-4f5a-4b6c-8d7e-9f0a1b2c3d4e"
FLOW_PARAMETER = "/callout/telephony/contact-flow-id"


def test_healthy_system_has_no_failures(healthy: LocalSystem) -> None:
    result = callout(healthy, "doctor", "--json")
    states = {check["check"]: check["state"] for check in result.json}
    assert states.pop("countries") == "warn"  # no API returns it
    assert states.pop("chat") == "warn"  # nor has the emulator chat channels
    # The emulator has neither.
    assert states.pop("quotas") == states.pop("text messages") == "unknown"
    assert set(states.values()) == {"ok"}, result.out
    assert {"stack", "telephony", "instance", "number", "flow", "notifications"} <= states.keys()
    assert {"roster default", "roster payments", "sign-ins us-east-1"} <= states.keys()
    assert (result.code, result.err) == (0, "")


def test_healthy_system_prints_one_line_per_check(healthy: LocalSystem) -> None:
    result = callout(healthy, "doctor")
    assert result.lines("instance")[0].startswith("ok ")
    assert "no problems that prevent calls" in result.out.splitlines()[-1]
    assert "\x1b" not in result.out, "colors are for terminals only"


def test_doctor_only_reads_from_connect(healthy: LocalSystem) -> None:
    callout_in_process(healthy, "doctor")

    operations = {request.operation for request in healthy.connect.requests}
    assert operations == {
        "DescribeInstance",
        "DescribeInstanceAttribute",
        "ListPhoneNumbersV2",
        "DescribePhoneNumber",
        "DescribeContactFlow",
        "ListFlowAssociations",
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
        ({"number_flows": {}}, "callback", "tied to no contact flow", "callout callback connect"),
        (
            {"inbound_flow": content(callback_flow("arn:another", connect_unknown=True))},
            "callback",
            "the contact flow Callout callback is not the one in this working copy",
            "cdk deploy CalloutCallback",
        ),
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
def test_each_problem_is_found_with_its_fix(
    healthy: LocalSystem, changes: dict[str, Any], check: str, found: str, fix: str
) -> None:
    set_up(healthy, changes)
    result = callout_in_process(healthy, "doctor", "--json")
    failures = [found for found in result.json if found["state"] == "fail"]
    assert {failure["check"] for failure in failures} == {check}, "no other check fails"
    assert found in failures[0]["message"]
    assert fix in failures[0]["fix"]
    assert result.code == 1


def test_every_problem_of_a_roster_is_listed(healthy: LocalSystem) -> None:
    healthy.save_roster(REFUSED_ROSTER)
    result = callout_in_process(healthy, "doctor")
    assert [line.split(": ", 3)[2] for line in result.lines("roster default")] == [
        "contacts[0].phone",
        "round",
    ]
    assert "2 to fix" in result.out.splitlines()[-1]


def test_parameter_changed_since_the_deployment_is_found(healthy: LocalSystem) -> None:
    ssm = healthy.client("ssm")
    deployed = healthy.connect.instance.contact_flow_id
    ssm.put_parameter(Name=FLOW_PARAMETER, Value=ANOTHER_INSTANCE, Overwrite=True)
    try:
        result = callout_in_process(healthy, "doctor")
    finally:
        ssm.put_parameter(Name=FLOW_PARAMETER, Value=deployed, Overwrite=True)

    [line] = result.lines("telephony")
    assert f"{FLOW_PARAMETER} is {ANOTHER_INSTANCE}, but place_call was deployed with" in line
    assert line.endswith("→ cdk deploy Callout")


def test_missing_parameter_does_not_stop_other_checks(healthy: LocalSystem) -> None:
    ssm = healthy.client("ssm")
    ssm.delete_parameter(Name=FLOW_PARAMETER)
    try:
        result = callout_in_process(healthy, "doctor")
    finally:
        healthy.client("ssm").put_parameter(
            Name=FLOW_PARAMETER, Value=healthy.connect.instance.contact_flow_id, Type="String"
        )

    assert f"fail     telephony: there is no {FLOW_PARAMETER}" in result.out
    assert result.lines("flow")[0].startswith("unknown")
    assert result.lines("instance")[0].startswith("ok")


def test_missing_permission_does_not_stop_other_checks(healthy: LocalSystem) -> None:
    healthy.connect.faults.append(Fault("connect DescribeInstance", FaultKind.DENIED))
    result = callout_in_process(healthy, "doctor")
    [line] = result.lines("instance")
    assert line.startswith("unknown  instance: could not be read: DescribeInstance: AccessDenied")
    assert result.lines("flow")[0].startswith("ok")
    assert result.code == 0, "a check that could not run is no failure"


def test_sign_ins_without_a_trail_are_found(healthy: LocalSystem) -> None:
    trails = healthy.client("cloudtrail")
    trails.stop_logging(Name="everything")
    try:
        result = callout_in_process(healthy, "doctor")
    finally:
        trails.start_logging(Name="everything")

    [line] = result.lines("sign-ins us-east-1")
    assert line.startswith("fail ")
    assert "aws cloudtrail start-logging --region us-east-1 --name everything" in line


def test_missing_stack_is_reported_with_the_deploy_command(healthy: LocalSystem) -> None:
    result = callout_in_process(healthy, "doctor", "--region", "eu-west-1")
    assert (
        "fail     stack: there is no stack Callout in eu-west-1 → cdk deploy Callout" in result.out
    )
    assert len(result.lines("telephony")) == 3
    assert result.code == 1


def test_each_country_has_a_warning_with_its_restrictions(healthy: LocalSystem) -> None:
    healthy.save_roster(ABROAD)

    lines = callout_in_process(healthy, "doctor").lines("countries")

    assert [line.split(" (")[0] for line in lines] == [
        "warn     countries: China",
        "warn     countries: Britain",
        "warn     countries: United States",
    ]
    assert "under 15 s" in lines[0]
    assert "+447" in lines[1]
    assert all("Country Allowlisting for Outbound Calls" in line for line in lines)
    assert "138000" not in "".join(lines), "full numbers are not printed"
    healthy.save_roster(AT_HOME)
