"""Systems, teams and incident tables for tests of the command."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

import boto3
import pytest

from local.connect.simulated_phones import Press
from local.emulator.process import Emulator
from local.environment import client_settings
from local.full_settings import FULL_SETTINGS
from tests.cli.incident_table_stack import IncidentStack
from tests.cli.team_fixture import Team
from workflow.contact_flow.flow import contact_flow, content

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.emulator.system import LocalSystem

#: Where IAM users' sign-ins arrive beside the home region, and the region of `sources`.
ELSEWHERE = ("us-east-2", "eu-north-1", "ap-southeast-2", "eu-west-1")
ANA = "+14155550132"
AT_HOME = f"contacts: [{{name: Ana, phone: {ANA}}}]"
ABROAD = "contacts: [{name: Li Wei, phone: +8613800138000}, {name: Bo, phone: +447400123456}]"
OUR_FLOW = content(contact_flow())


@pytest.fixture(scope="session")
def complete_system(system: LocalSystem, full_assembly: Path) -> LocalSystem:
    """The local system in an account with a trail, other regions and an organization."""
    trails = system.client("cloudtrail")
    trails.create_trail(Name="everything", S3BucketName="logs", IsMultiRegionTrail=True)
    trails.start_logging(Name="everything")
    for region in ELSEWHERE:
        settings = client_settings(system.emulator.url) | {"region_name": region}
        boto3.client("cloudformation", **settings).create_stack(  # type: ignore[call-overload]
            StackName=f"CalloutSignIn-{region}",
            TemplateBody=forwarding_rules(full_assembly / f"CalloutSignIn-{region}.template.json"),
        )
    # The emulator does not know the resources of stack CalloutCallback.
    instance = system.connect.instance
    flow = {"ContactFlowArn": {"Value": f"{instance.arn}/contact-flow/{instance.callback_flow_id}"}}
    topic = {"Topic": {"Type": "AWS::SNS::Topic"}}
    system.client("cloudformation").create_stack(
        StackName="CalloutCallback",
        TemplateBody=json.dumps({"Resources": topic, "Outputs": flow}),
    )
    # The emulator does not know stack CalloutSources, nor the parameter Policy.
    member = {"Type": "StringEquals", "Key": "aws:PrincipalOrgID"}
    member["Value"] = FULL_SETTINGS["sources"]["organization"]
    system.client("events").put_permission(
        StatementId="sources", Principal="*", Action="events:PutEvents", Condition=member
    )
    return system


def forwarding_rules(template: Path) -> str:
    """Return a template with only the rules and outputs, which need no bootstrapped region."""
    found = json.loads(template.read_text())
    rules = {
        name: resource
        for name, resource in found["Resources"].items()
        if resource["Type"] == "AWS::Events::Rule"
    }
    for rule in rules.values():
        [target] = rule["Properties"]["Targets"]
        rule["Properties"]["Targets"] = [{"Id": target["Id"], "Arn": target["Arn"]}]
    return json.dumps({"Resources": rules, "Outputs": found.get("Outputs", {})})


@pytest.fixture
def healthy(complete_system: LocalSystem) -> Iterator[LocalSystem]:
    """A system in which every check of the doctor passes, and Ana answers."""
    complete_system.connect.reset({ANA: Press("1")})
    config = complete_system.connect.config
    config.number_flows = {config.numbers[0].id: config.instance.callback_flow_id}
    complete_system.save_roster(AT_HOME)
    complete_system.save_roster(AT_HOME, "payments")
    ssm = complete_system.client("ssm")
    for webhook in FULL_SETTINGS["webhooks"]:
        ssm.put_parameter(
            Name=f"/callout/webhooks/{webhook['name']}/token",
            Value="-",
            Type="SecureString",
            Overwrite=True,
        )
    yield complete_system
    complete_system.connect.reset({})


@pytest.fixture
def team(system: LocalSystem, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    """A team without a roster before and after the test."""
    name = f"t{zlib.crc32(request.node.name.encode())}"
    yield Team(system, name, tmp_path / "roster.yaml")
    system.delete_roster(name)


@pytest.fixture(scope="session")
def running_stack() -> Iterator[IncidentStack]:
    """A stack with only an incident table."""
    with Emulator() as emulator:
        yield IncidentStack(emulator)


@pytest.fixture
def stack(running_stack: IncidentStack) -> IncidentStack:
    """The same stack without incidents."""
    running_stack.clear()
    return running_stack


@pytest.fixture
def payments(stack: IncidentStack) -> Iterator[IncidentStack]:
    """The same stack, and a roster of a second team."""
    ssm, name = stack.client("ssm"), "/callout/rosters/payments"
    ssm.put_parameter(Name=name, Value="-", Type="String", Overwrite=True)
    yield stack
    ssm.delete_parameter(Name=name)
