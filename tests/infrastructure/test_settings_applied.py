"""Every setting has its effect, in one deployment without default values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from oncall.messages.email import console_link
from tests.infrastructure import synth
from tests.infrastructure.stack import Stack, target

if TYPE_CHECKING:
    from pathlib import Path

FLOW = "22222222-90ab-cdef-1234-567890abcdef"
SETTINGS: dict[str, Any] = {
    "home_region": "eu-west-2",
    "teams": ["web", "db"],
    "max_call_seconds": 45,
    "account_names": {"123456789012": "production"},
    "ack_timeout_minutes": 90,
    "triggers": {
        "root_sign_in": {"team": "web", "severity": "low"},
        "page": {"team": "db"},
        "alarms": {"team": "web", "enabled": True},
        "patterns": [
            {
                "name": "Orders",
                "pattern": {"detail-type": ["Down"]},
                "team": "db",
                "dedup_fields": ["detail.order_id"],
            }
        ],
    },
    "telephony": {
        "contact_flow_id": FLOW,
        "message_attribute": "alert",
        "acknowledge": "answer",
    },
    "notifications": {
        "emails": ["a@example.com", "b@example.com"],
        "sms": ["+14155550132"],
        "by_team": [
            {"team": "web", "emails": ["c@example.com", "a@example.com"]},
            {"team": "db", "emails": ["c@example.com"], "sms": ["+14155550178"]},
        ],
    },
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the stacks."""
    return tmp_path_factory.mktemp("stacks")


@pytest.fixture(scope="module")
def stacks(folder: Path) -> dict[str, Stack]:
    """Synthesize a deployment with the user's own flow."""
    return synth.stacks(folder, SETTINGS)


@pytest.mark.parametrize(
    ("variable", "given", "default"),
    [
        ("MAX_CALL_SECONDS", "45", "120"),
        ("MESSAGE_ATTRIBUTE", "alert", "message"),
        ("ACKNOWLEDGE", "answer", "key"),
        ("ACCOUNT_NAMES", '{"123456789012":"production"}', "{}"),
        ("ACK_TIMEOUT_MINUTES", "90", "0"),
    ],
)
def test_functions_are_given_the_settings_or_the_defaults(
    stacks: dict[str, Stack], callout: Stack, variable: str, given: str, default: str
) -> None:
    for stack, value in ((stacks["Callout"], given), (callout, default)):
        given_to = [function["Environment"]["Variables"] for function in stack.functions.values()]
        assert {variables[variable] for variables in given_to if variable in variables} == {value}


@pytest.mark.parametrize(
    ("triggers", "held"),
    [
        ({"alarms": {"enabled": True}}, True),
        ({"alarms": {"enabled": True, "page_while_suppressed": True}}, False),
        ({}, False),
    ],
)
def test_alarms_are_described_only_if_suppressed_ones_wait(
    tmp_path: Path, triggers: dict[str, Any], *, held: bool
) -> None:
    stack = synth.stacks(tmp_path, {"triggers": triggers})["Callout"]
    granted = {
        action
        for statement in stack.granted_to(target(stack.functions["check_hold"]["Role"]))
        for action in statement.actions
    }
    assert ("cloudwatch:DescribeAlarms" in granted) is held
    for name in ("open_incident", "check_hold"):
        variables = stack.functions[name]["Environment"]["Variables"]
        assert bool(variables["HOLD_SUPPRESSED"]) is held


def test_an_unreadable_event_pages_the_first_team(stacks: dict[str, Stack]) -> None:
    [machine] = stacks["Callout"].properties("AWS::StepFunctions::StateMachine")
    assert machine["DefinitionSubstitutions"]["FallbackTeam"] == "web"


def test_subscribers_of_a_team_receive_its_notifications_and_those_without_a_team(
    stacks: dict[str, Stack],
) -> None:
    filters = {
        subscription["Endpoint"]: subscription.get("FilterPolicy")
        for subscription in stacks["Callout"].properties("AWS::SNS::Subscription")
    }
    assert filters["a@example.com"] is None
    assert filters["c@example.com"] == {"team": ["web", "db", {"exists": False}]}
    assert filters["+14155550178"] == {"team": ["db", {"exists": False}]}


def test_every_address_in_the_settings_is_subscribed(stacks: dict[str, Stack]) -> None:
    callout = stacks["Callout"]
    [topic] = callout.of_type("AWS::SNS::Topic")
    subscribed = callout.properties("AWS::SNS::Subscription")

    assert {target(subscription["TopicArn"]) for subscription in subscribed} == {topic}
    assert {
        (subscription["Protocol"], subscription["Endpoint"]) for subscription in subscribed
    } == {
        ("email", "a@example.com"),
        ("email", "b@example.com"),
        ("email", "c@example.com"),
        ("sms", "+14155550132"),
        ("sms", "+14155550178"),
    }


def test_on_call_notices_need_no_resource_of_their_own(tmp_path: Path, callout: Stack) -> None:
    noticing = synth.stacks(tmp_path, {"notifications": {"on_call_notices": True}})["Callout"]
    changed = {
        name: resource
        for name, resource in noticing.template["Resources"].items()
        if resource != callout.template["Resources"].get(name)
    }
    assert {resource["Type"] for resource in changed.values()} == {
        "AWS::Lambda::Function",
        "AWS::Scheduler::Schedule",
    }
    assert "<aws.scheduler.scheduled-time>" in str(changed)
    assert noticing.template["Resources"].keys() == callout.template["Resources"].keys()


def test_each_trigger_passes_its_team_and_severity(stacks: dict[str, Stack]) -> None:
    rules = stacks["Callout"].of_type("AWS::Events::Rule")
    passed = {
        name.removeprefix("Triggers")[:-8]: json.loads(
            transformer["InputTemplate"].replace("<aws.events.event.json>", '"the event"')
        )
        for name, rule in rules.items()
        if name.startswith("Triggers")
        for transformer in [rule["Properties"]["Targets"][0]["InputTransformer"]]
    }

    assert passed == {
        "RootSignIn": {"trigger": {"team": "web", "severity": "low"}, "event": "the event"},
        "Page": {"trigger": {"team": "db"}, "event": "the event"},
        "Alarms": {"trigger": {"team": "web"}, "event": "the event"},
        "Orders": {
            "trigger": {"team": "db", "dedup_fields": ["detail.order_id"]},
            "event": "the event",
        },
    }


def test_a_queue_policy_does_not_grow_with_the_rules(
    callout: Stack, stacks: dict[str, Stack]
) -> None:
    def statements(stack: Stack) -> int:
        return sum(1 for _ in stack.statements("AWS::SQS::QueuePolicy"))

    many, few = (len(stack.of_type("AWS::Events::Rule")) for stack in (stacks["Callout"], callout))
    assert many > few
    # SQS takes ten conditions and twenty statements.
    assert statements(stacks["Callout"]) == statements(callout)


def test_a_trigger_without_overrides_passes_the_event_unchanged(callout: Stack) -> None:
    [machine] = callout.of_type("AWS::StepFunctions::StateMachine")
    for rule in callout.of_type("AWS::Events::Rule").values():
        [delivery] = rule["Properties"]["Targets"]
        if target(delivery["Arn"]) == machine:
            assert not delivery.keys() & {"Input", "InputPath", "InputTransformer"}


def test_each_team_has_a_roster_a_drill_and_roster_validation(stacks: dict[str, Stack]) -> None:
    callout = stacks["Callout"]
    rosters = {
        parameter["Properties"]["Name"]
        for parameter in callout.of_type("AWS::SSM::Parameter").values()
    }
    drills = [
        json.loads(schedule["Properties"]["Target"]["Input"])["team"]
        for schedule in callout.of_type("AWS::Scheduler::Schedule").values()
        if "EventBridgeParameters" in schedule["Properties"]["Target"]
    ]

    first = target(callout.template["Outputs"]["RosterParameterName"]["Value"])

    assert rosters == {"/callout/rosters/web", "/callout/rosters/db"}
    assert callout.template["Resources"][first]["Properties"]["Name"] == "/callout/rosters/web"
    assert sorted(drills) == ["db", "web"]
    guard = callout.functions["validate_roster"]["Environment"]["Variables"]
    assert guard["TEAMS"] == "web,db"
    watched = [
        alarm["Threshold"]
        for alarm in callout.properties("AWS::CloudWatch::Alarm")
        if alarm["MetricName"] == "DrillSucceeded"
    ]
    assert watched == [2]


def test_links_to_an_execution_are_the_same_in_all_notifications(
    tmp_path: Path, callout: Stack
) -> None:
    gov = {"home_region": "us-gov-west-1", "triggers": {"user_sign_in": {"enabled": False}}}
    there = synth.stacks(tmp_path, gov)

    # Sign-ins are not forwarded across partitions.
    assert there.keys() == {"Callout", "CalloutTelephony"}
    for stack, arn in ((there["Callout"], "arn:aws-us-gov"), (callout, "arn:aws")):
        [transformer] = [
            found
            for rule in stack.of_type("AWS::Events::Rule").values()
            for found in [rule["Properties"]["Targets"][0].get("InputTransformer")]
            if found and "$.detail.executionArn" in found["InputPathsMap"].values()
        ]
        execution = f"{arn}:states:us-gov-west-1:123456789012:execution:Page:one"
        link = json.loads(transformer["InputTemplate"].splitlines()[-1])
        for name, path in transformer["InputPathsMap"].items():
            value = {"$.region": "us-gov-west-1", "$.detail.executionArn": execution}.get(path, "")
            link = link.replace(f"<{name}>", value)
        assert link == console_link(execution)


def test_the_stacks_are_deployed_to_the_home_region(folder: Path, stacks: dict[str, Stack]) -> None:
    assert stacks.keys() == {"Callout", "CalloutTelephony", "CalloutSignIn-us-east-1"}
    manifest = json.loads((folder / "manifest.json").read_text())["artifacts"]
    for name in ("Callout", "CalloutTelephony"):
        assert manifest[name]["environment"] == "aws://unknown-account/eu-west-2"
    forwarder = manifest["CalloutSignIn-us-east-1"]
    assert forwarder["environment"] == "aws://unknown-account/us-east-1"
