"""A system in which nothing stands in the way of a call."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

import boto3
import pytest

from local.connect.simulated_phones import Press
from local.emulator.process import Emulator
from local.environment import client_settings
from tests.cli.incident_table_stack import TableAlone
from tests.cli.team_fixture import Team
from workflow.contact_flow.flow import contact_flow, content

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.emulator.system import LocalSystem

#: Where IAM users' sign-ins arrive beside the home region.
ELSEWHERE = ("us-east-2", "eu-north-1", "ap-southeast-2")
NOTHING = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
ANA = "+14155550132"
AT_HOME = f"contacts: [{{name: Ana, phone: {ANA}}}]"
ABROAD = "contacts: [{name: Li Wei, phone: +8613800138000}, {name: Bo, phone: +447400123456}]"
OUR_FLOW = content(contact_flow())


@pytest.fixture(scope="session")
def whole(system: LocalSystem) -> LocalSystem:
    """The local system, with what an account has beside Callout: a trail, and other regions."""
    trails = system.client("cloudtrail")
    trails.create_trail(Name="everything", S3BucketName="logs", IsMultiRegionTrail=True)
    trails.start_logging(Name="everything")
    for region in ELSEWHERE:
        settings = client_settings(system.emulator.url) | {"region_name": region}
        boto3.client("cloudformation", **settings).create_stack(  # type: ignore[call-overload]
            StackName=f"CalloutSignIn-{region}", TemplateBody=NOTHING
        )
    return system


@pytest.fixture
def healthy(whole: LocalSystem) -> Iterator[LocalSystem]:
    """The whole system, with rosters of a person at home, who answers, and a healthy Connect."""
    whole.connect.reset({ANA: Press("1")})
    whole.save_roster(AT_HOME)
    whole.save_roster(AT_HOME, "payments")
    yield whole
    whole.connect.reset({})


@pytest.fixture
def team(system: LocalSystem, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    """A team that has no roster yet, nor afterwards."""
    name = f"t{zlib.crc32(request.node.name.encode())}"
    yield Team(system, name, tmp_path / "roster.yaml")
    system.delete_roster(name)


@pytest.fixture(scope="session")
def running_table() -> Iterator[TableAlone]:
    """A stack with an incident table, and nothing else of Callout."""
    with Emulator() as emulator:
        yield TableAlone(emulator)


@pytest.fixture
def alone(running_table: TableAlone) -> TableAlone:
    """The same, with no incident in it."""
    running_table.forget()
    return running_table


@pytest.fixture
def payments(alone: TableAlone) -> Iterator[TableAlone]:
    """The same, and a second team that has a roster."""
    ssm, name = alone.client("ssm"), "/callout/rosters/payments"
    ssm.put_parameter(Name=name, Value="-", Type="String", Overwrite=True)
    yield alone
    ssm.delete_parameter(Name=name)
