"""The stacks in other regions: each sign-in is forwarded once, and none is lost."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from local.scenarios.files import EVENTS, read_event
from tests.infrastructure import synth
from tests.infrastructure.event_pattern import matches
from tests.infrastructure.stack import Stack, as_list, target
from workflow.settings.triggers import Triggers, UserSignIn
from workflow.sign_in_forwarding import forwarded_triggers

HOME = "eu-central-1"
SETTINGS = {
    "home_region": HOME,
    "triggers": {"user_sign_in": {"enabled": True, "users": ["security_user"]}},
    "notifications": {"emails": ["oncall@example.com"], "sms": ["+14155550132"]},
}
SIGN_IN_REGIONS = {"us-east-1", "us-east-2", "eu-north-1", "ap-southeast-2"}


@pytest.fixture(scope="module")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    """Synthesize a deployment outside us-east-1."""
    return synth.stacks(tmp_path_factory.mktemp("stacks"), SETTINGS)


@pytest.fixture
def forwarder(stacks: dict[str, Stack]) -> Stack:
    """Return the stack of the region of root sign-ins."""
    return stacks["CalloutSignIn-us-east-1"]


def patterns(stack: Stack) -> list[dict[str, Any]]:
    """Return the event patterns of a stack's rules."""
    rules = stack.of_type("AWS::Events::Rule").values()
    return [rule["Properties"]["EventPattern"] for rule in rules]


def test_sign_ins_are_forwarded_from_the_regions_where_they_arrive(
    stacks: dict[str, Stack],
) -> None:
    forwarding = {name for name in stacks if name.startswith("CalloutSignIn-")}
    assert forwarding == {f"CalloutSignIn-{region}" for region in SIGN_IN_REGIONS}


@pytest.mark.parametrize("home", [*sorted(SIGN_IN_REGIONS), "us-gov-west-1"])
def test_nothing_is_forwarded_to_its_own_region_or_across_partitions(home: str) -> None:
    both = Triggers(user_sign_in=UserSignIn(enabled=True, users=["ana"]))
    commercial = home in SIGN_IN_REGIONS
    forwarding = SIGN_IN_REGIONS - {home} if commercial else set()
    assert set(forwarded_triggers(both, home)) == forwarding


@pytest.mark.parametrize(
    ("name", "regions"),
    [
        ("root-sign-in", {"us-east-1"}),
        ("root-sign-in-failed", {"us-east-1"}),
        ("root-mfa-check", set()),
        ("iam-user-sign-in", SIGN_IN_REGIONS),
        ("saml-sign-in", set()),
    ],
)
def test_every_selected_sign_in_is_forwarded_once(
    stacks: dict[str, Stack], name: str, regions: set[str]
) -> None:
    event = read_event(EVENTS / f"{name}.json")

    started = [
        stack.removeprefix("CalloutSignIn-")
        for stack, found in stacks.items()
        if stack.startswith("CalloutSignIn-")
        for pattern in patterns(found)
        if matches(pattern, event)
    ]

    assert sorted(started) == sorted(regions)


def test_events_of_aws_are_forwarded_but_replays_are_not(forwarder: Stack) -> None:
    root = read_event(EVENTS / "root-sign-in.json")
    replay = copy.deepcopy(root) | {"source": "callout.replay"}
    assert sum(matches(pattern, root) for pattern in patterns(forwarder)) == 1
    assert not any(matches(pattern, replay) for pattern in patterns(forwarder))


def test_a_forwarder_can_only_put_events_on_the_home_bus(forwarder: Stack) -> None:
    [role] = forwarder.of_type("AWS::IAM::Role").values()
    [policy] = role["Properties"]["Policies"]
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "events:PutEvents"
    assert f":events:{HOME}:" in json.dumps(statement["Resource"])
    assert json.dumps(statement["Resource"]).count("event-bus/default") == 1


def test_every_sign_in_goes_to_the_home_bus_with_the_forwarders_role(forwarder: Stack) -> None:
    [role] = forwarder.of_type("AWS::IAM::Role")
    for rule in forwarder.of_type("AWS::Events::Rule").values():
        [goal] = rule["Properties"]["Targets"]
        assert f":events:{HOME}:" in json.dumps(goal["Arn"])
        assert target(goal["RoleArn"]) == role
        assert rule["Properties"].get("State", "ENABLED") == "ENABLED"


def test_undelivered_sign_ins_are_kept_in_a_queue(forwarder: Stack) -> None:
    [queue] = forwarder.of_type("AWS::SQS::Queue")
    rules = forwarder.of_type("AWS::Events::Rule")
    [policy] = [
        statement
        for statement in forwarder.statements("AWS::SQS::QueuePolicy")
        if statement.allows and statement.actions == ["sqs:SendMessage"]
    ]

    for rule in rules.values():
        [goal] = rule["Properties"]["Targets"]
        assert goal["RetryPolicy"] == {
            "MaximumEventAgeInSeconds": 24 * 60 * 60,
            "MaximumRetryAttempts": 185,
        }
        assert target(goal["DeadLetterConfig"]["Arn"]) == queue
    allowed_sources = as_list(policy.body["Condition"]["ArnEquals"]["aws:SourceArn"])
    assert {target(source) for source in allowed_sources} == set(rules)
    assert policy.body["Principal"] == {"Service": "events.amazonaws.com"}
    assert target(policy.body["Resource"]) == queue


def test_failed_forwarding_notifies_the_usual_subscribers(
    forwarder: Stack,
) -> None:
    [topic] = forwarder.of_type("AWS::SNS::Topic")
    [key] = forwarder.of_type("AWS::KMS::Key")
    encryption = forwarder.of_type("AWS::SNS::Topic")[topic]["Properties"]["KmsMasterKeyId"]
    assert target(encryption) == key
    rules = set(forwarder.of_type("AWS::Events::Rule"))
    alarms = forwarder.properties("AWS::CloudWatch::Alarm")
    subscriptions = forwarder.of_type("AWS::SNS::Subscription").values()
    publishers = [
        statement.body["Principal"]["Service"]
        for statement in forwarder.statements("AWS::SNS::TopicPolicy")
        if statement.allows and statement.actions == ["sns:Publish"]
    ]

    watched = {(alarm["MetricName"], target(alarm["Dimensions"][0]["Value"])) for alarm in alarms}
    assert watched == {
        ("ApproximateNumberOfMessagesVisible", *forwarder.of_type("AWS::SQS::Queue")),
        *(("InvocationsFailedToBeSentToDlq", rule) for rule in rules),
    }
    assert all([target(action) for action in alarm["AlarmActions"]] == [topic] for alarm in alarms)
    assert publishers == ["cloudwatch.amazonaws.com"]
    subscribed = {
        (subscription["Properties"]["Protocol"], subscription["Properties"]["Endpoint"])
        for subscription in subscriptions
    }
    assert subscribed == {("email", "oncall@example.com"), ("sms", "+14155550132")}
