"""Other regions and accounts: each event is forwarded once, and none is lost."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from local.full_settings import FULL_SETTINGS
from local.scenarios.files import EVENTS, read_event
from local.simulation.template_resources import trigger_patterns
from tests.infrastructure import synth
from tests.infrastructure.event_pattern import matches
from tests.infrastructure.stack import Stack, as_list, target
from tests.unit import sample_events
from workflow.event_patterns import listed_values
from workflow.forwarding import forwarded_triggers
from workflow.settings.settings import Settings

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
    both = Settings.from_context({"triggers": {"user_sign_in": {"users": ["ana"]}}})
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


ACCOUNTS = ["444455556666", "777788889999"]


@pytest.fixture(scope="module", params=["organization", "accounts"])
def full(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Stack]:
    """Synthesize all triggers and sources, with an organization or with accounts."""
    sources = FULL_SETTINGS["sources"]
    if request.param == "accounts":
        sources = {"regions": sources["regions"], "accounts": ACCOUNTS}
    folder = tmp_path_factory.mktemp("full")
    return synth.stacks(folder, FULL_SETTINGS | {"home_region": HOME, "sources": sources})


def matching(stack: Stack, event: dict[str, Any]) -> set[str]:
    """Return the triggers whose rule in a stack matches an event."""
    found = trigger_patterns(stack.template)
    return {trigger for trigger, pattern in found.items() if matches(pattern, event)}


@pytest.mark.parametrize("stack", ["CalloutSignIn-eu-west-1", "CalloutMember"])
def test_what_pages_in_the_home_region_is_forwarded_by_the_same_triggers(
    full: dict[str, Stack], stack: str
) -> None:
    for name in sample_events.NAMES:
        event = sample_events.event(name)
        replay = event["source"] == "callout.replay"
        paging = set() if replay else matching(full["Callout"], event)
        assert matching(full[stack], event) == paging, name


@pytest.mark.parametrize("detail", [{"drill": True}, {"reminder_of": "e1"}])
def test_drills_and_reminders_of_another_deployment_stay_there(
    full: dict[str, Stack], detail: dict[str, Any]
) -> None:
    page = {"source": "callout", "detail-type": "Page", "detail": {"title": "x", "drill": False}}
    assert matching(full["CalloutMember"], page) == {"Page"}
    page["detail"] = detail
    assert matching(full["CalloutMember"], page) == set()
    assert matching(full["Callout"], page) == {"Page"}


def test_events_of_other_accounts_page_only_if_the_settings_allow_them(
    full: dict[str, Stack],
) -> None:
    allows_all = "StringEquals" in bus_statement(full)["Condition"]
    for name in ("alarm-composite", "root-sign-in", "callout-page"):
        for account, allowed in ((ACCOUNTS[1], True), ("111111111111", allows_all)):
            event = sample_events.event(name) | {"account": account}
            assert bool(matching(full["Callout"], event)) is allowed, (name, account)


def bus_statement(stacks: dict[str, Stack]) -> dict[str, Any]:
    """Return the statement that the home bus gets."""
    [policy] = stacks["CalloutSources"].properties("AWS::Events::EventBusPolicy")
    statement: dict[str, Any] = policy["Statement"]
    return statement


def test_the_home_bus_accepts_only_what_the_sources_forward(full: dict[str, Stack]) -> None:
    statement = bus_statement(full)
    condition = statement["Condition"]
    assert statement["Action"] == "events:PutEvents"
    assert json.dumps(statement["Resource"]).count("event-bus/default") == 1
    if statement["Principal"] == "*":
        assert condition["StringEquals"] == {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}
    else:
        principals = json.dumps(statement["Principal"]["AWS"])
        assert all(f":iam::{account}:root" in principals for account in ACCOUNTS)
        assert len(statement["Principal"]["AWS"]) == len(ACCOUNTS)
    forwarded = patterns(full["CalloutMember"])
    assert condition["ForAllValues:StringEquals"] == {
        "events:source": listed_values(forwarded, "source"),
        "events:detail-type": listed_values(forwarded, "detail-type"),
    }
    assert "callout.replay" not in listed_values(forwarded, "source")
    assert listed_values([{"source": ["a"]}, {"source": [{"prefix": "b"}]}], "source") == []
    assert listed_values([{"$or": [{"source": ["b"]}, {"source": ["a"]}]}], "source") == ["a", "b"]


def test_nothing_forwards_from_the_home_bus_so_no_event_can_loop(full: dict[str, Stack]) -> None:
    for rule in full["Callout"].properties("AWS::Events::Rule"):
        assert all("event-bus" not in json.dumps(goal["Arn"]) for goal in rule["Targets"])
    template = full["CalloutMember"].template
    assert template["Conditions"]["InHomeAccount"] == {
        "Fn::Equals": [{"Ref": "AWS::AccountId"}, {"Ref": "HomeAccount"}]
    }
    for rule in full["CalloutMember"].properties("AWS::Events::Rule"):
        assert rule["State"] == {"Fn::If": ["InHomeAccount", "DISABLED", "ENABLED"]}
        [goal] = rule["Targets"]
        assert f":events:{HOME}:" in json.dumps(goal["Arn"])
        assert {"Ref": "HomeAccount"} in goal["Arn"]["Fn::Join"][1]


def test_the_member_template_stands_alone(full: dict[str, Stack]) -> None:
    template = full["CalloutMember"].template
    assert template["Parameters"].keys() == {"HomeAccount"}
    assert template.keys() == {"Description", "Parameters", "Conditions", "Resources"}
    # A role with a name could exist only once in an account, but a stack is in several regions.
    [role] = full["CalloutMember"].properties("AWS::IAM::Role")
    assert "RoleName" not in role


def test_the_doctor_finds_the_sources_in_an_output(full: dict[str, Stack]) -> None:
    sources = json.loads(full["Callout"].template["Outputs"]["Sources"]["Value"])
    assert sources["regions"] == ["eu-west-1"]
