"""Promises of the stacks beside `Callout`: the Connect side, and where sign-ins arrive."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from local.story import EVENTS, read_event
from tests.template import app
from tests.template.event_pattern import matches
from tests.template.stack import Stack
from workflow.flow_check import complaints
from workflow.sign_in import forwarded
from workflow.trigger_settings import Triggers, UserSignIn

if TYPE_CHECKING:
    from pathlib import Path

HOME = "eu-central-1"
SETTINGS = {
    "home_region": HOME,
    "triggers": {"user_sign_in": {"enabled": True, "users": ["security_user"]}},
    "telephony": {"create_instance": "my-callout", "claim_number": {"country": "US"}},
    "notifications": {"emails": ["oncall@example.com"]},
}
SIGN_IN_REGIONS = {"us-east-1", "us-east-2", "eu-north-1", "ap-southeast-2"}


@pytest.fixture(scope="module")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    """Every stack of a deployment away from us-east-1 that creates its Connect side."""
    folder: Path = tmp_path_factory.mktemp("stacks")
    done = app.run(folder, callout=SETTINGS)
    assert done.returncode == 0, done.stderr
    return {
        path.name.removesuffix(".template.json"): Stack(json.loads(path.read_text()))
        for path in folder.glob("*.template.json")
    }


@pytest.fixture
def forwarder(stacks: dict[str, Stack]) -> Stack:
    """The stack of the region in which root signs in."""
    return stacks["CalloutSignIn-us-east-1"]


def patterns(stack: Stack) -> list[dict[str, Any]]:
    """Give the event patterns of a stack's rules."""
    rules = stack.of_type("AWS::Events::Rule").values()
    return [rule["Properties"]["EventPattern"] for rule in rules]


def test_sign_ins_are_forwarded_from_just_the_regions_where_they_arrive(
    stacks: dict[str, Stack],
) -> None:
    forwarding = {name for name in stacks if name.startswith("CalloutSignIn-")}

    assert forwarding == {f"CalloutSignIn-{region}" for region in SIGN_IN_REGIONS}


@pytest.mark.parametrize("home", sorted(SIGN_IN_REGIONS))
def test_the_home_region_forwards_nothing_so_nothing_can_go_in_circles(home: str) -> None:
    both = Triggers(user_sign_in=UserSignIn(enabled=True, users=["ana"]))

    assert set(forwarded(both, home)) == SIGN_IN_REGIONS - {home}


def test_what_is_forwarded_is_awss_own_and_no_replay(forwarder: Stack) -> None:
    root = read_event(EVENTS / "root-sign-in.json")
    replay = copy.deepcopy(root) | {"source": "callout.replay"}

    assert sum(matches(pattern, root) for pattern in patterns(forwarder)) == 1
    assert not any(matches(pattern, replay) for pattern in patterns(forwarder))


def test_a_forwarder_may_put_events_on_the_home_bus_and_do_nothing_else(forwarder: Stack) -> None:
    [role] = forwarder.of_type("AWS::IAM::Role").values()
    [policy] = role["Properties"]["Policies"]
    [statement] = policy["PolicyDocument"]["Statement"]

    assert statement["Action"] == "events:PutEvents"
    assert f":events:{HOME}:" in json.dumps(statement["Resource"])
    assert json.dumps(statement["Resource"]).count("event-bus/default") == 1


def test_what_cannot_be_forwarded_is_kept_and_told(forwarder: Stack) -> None:
    for rule in forwarder.of_type("AWS::Events::Rule").values():
        [target] = rule["Properties"]["Targets"]
        assert target["RetryPolicy"]["MaximumRetryAttempts"] == 185
        assert target["DeadLetterConfig"]["Arn"]
    [alarm] = forwarder.of_type("AWS::CloudWatch::Alarm").values()
    assert alarm["Properties"]["AlarmActions"]
    [subscription] = forwarder.of_type("AWS::SNS::Subscription").values()
    assert subscription["Properties"]["Endpoint"] == "oncall@example.com"


def test_the_contact_flow_that_is_deployed_is_one_that_connect_can_play(
    stacks: dict[str, Stack],
) -> None:
    [flow] = stacks["CalloutTelephony"].of_type("AWS::Connect::ContactFlow").values()

    assert complaints(flow["Properties"]["Content"]) == []
    assert flow["Properties"]["State"] == "ACTIVE"


def test_the_telephony_stack_writes_what_callout_reads(stacks: dict[str, Stack]) -> None:
    written = {
        one["Properties"]["Name"]
        for one in stacks["CalloutTelephony"].of_type("AWS::SSM::Parameter").values()
    }
    read = {
        one["Default"]
        for one in stacks["Callout"].template["Parameters"].values()
        if one["Type"] == "AWS::SSM::Parameter::Value<String>"
    }

    assert len(written) == 3
    assert written == {name for name in read if name.startswith("/callout/")}


def test_instance_and_number_are_created_only_where_asked_for(
    stacks: dict[str, Stack], assembly: Path
) -> None:
    created = stacks["CalloutTelephony"]
    [instance] = created.of_type("AWS::Connect::Instance").values()
    [number] = created.of_type("AWS::Connect::PhoneNumber").values()
    existing = Stack(json.loads((assembly / "CalloutTelephony.template.json").read_text()))

    assert instance["Properties"]["Attributes"]["OutboundCalls"] is True
    assert number["Properties"]["CountryCode"] == "US"
    assert not existing.of_type("AWS::Connect::Instance")
    assert not existing.of_type("AWS::Connect::PhoneNumber")
    assert {"InstanceId", "SourcePhoneNumber"} <= set(existing.template["Parameters"])
