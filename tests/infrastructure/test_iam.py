"""Permissions and encryption: no broad grants, and everything is encrypted."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

import pytest

from local.environment import ROOT
from tests.infrastructure.stack import Stack, target

if TYPE_CHECKING:
    from pathlib import Path

#: Actions with `*` that the CDK grants, with the reason.
FAMILIES_OF_ACTIONS = {"kms:GenerateDataKey*": "with and without plaintext: one right in two names"}
_DELIVERY = "log delivery supports no resources (Step Functions, 'Logging')"
_TRACES = "X-Ray supports no resources for it (Service Authorization Reference)"
#: Actions that support only the resource `*`, with the reason.
ON_EVERY_RESOURCE = {
    "cloudwatch:DescribeAlarms": "a narrower scope returns no composite alarms (CloudWatch API)",
    "ds:DescribeDirectories": "connect:DescribeInstance depends on it; it supports no resources",
    "logs:CreateLogDelivery": _DELIVERY,
    "logs:DeleteLogDelivery": _DELIVERY,
    "logs:DescribeLogGroups": _DELIVERY,
    "logs:DescribeResourcePolicies": _DELIVERY,
    "logs:GetLogDelivery": _DELIVERY,
    "logs:ListLogDeliveries": _DELIVERY,
    "logs:PutResourcePolicy": _DELIVERY,
    "logs:UpdateLogDelivery": _DELIVERY,
    "sms-voice:SendTextMessage": "a text message has no resource (SNS developer guide)",
    "sns:Publish": "a text message has no resource (SNS developer guide)",
    "xray:GetSamplingRules": _TRACES,
    "xray:GetSamplingTargets": _TRACES,
    "xray:PutTelemetryRecords": _TRACES,
    "xray:PutTraceSegments": _TRACES,
}
#: EventBridge sends SNS nothing that a condition could match
#: (workflow/monitoring/failure_notifications.py).
WITHOUT_CONDITION = ("events.amazonaws.com", ["sns:Publish"])
RESOURCE_POLICIES = ("AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy")


@pytest.fixture
def callout(full_assembly: Path) -> Stack:
    """Return stack `Callout` with every feature."""
    return Stack(json.loads((full_assembly / "Callout.template.json").read_text()))


def test_every_grant_lists_its_actions_and_resources(callout: Stack) -> None:
    for statement in callout.statements():
        assert statement.actions
        assert {action for action in statement.actions if "*" in action} <= set(FAMILIES_OF_ACTIONS)
    at_large = {
        action
        for statement in callout.statements()
        if statement.allows and "*" in statement.resources
        for action in statement.actions
    }

    assert at_large <= set(ON_EVERY_RESOURCE)
    assert all(statement.resources for statement in callout.statements())


def test_place_call_cannot_publish_to_topics(callout: Stack) -> None:
    own = callout.granted_to(target(callout.functions["place_call"]["Role"]))
    at_large = [each for each in callout.statements() if "sns:Publish" in each.actions]
    denied = [each for each in own if not each.allows and each.actions == ["sns:Publish"]]

    assert [each.resources for each in at_large if each.allows].count(["*"]) == 1
    [topics] = denied[0].resources
    assert json.dumps(topics).endswith(':sns:*:*:*"]]}')


def test_by_default_nothing_sends_text_messages(assembly: Path) -> None:
    template = (assembly / "Callout.template.json").read_text()
    assert not [each for each in ("sms-voice", "TEXTS") if each in template]


def test_a_role_trusts_one_service_and_has_no_inline_policies(callout: Stack) -> None:
    for role in callout.properties("AWS::IAM::Role"):
        assert not role.get("Policies")
        [statement] = role["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Action"] == "sts:AssumeRole"
        assert set(statement["Principal"]) == {"Service"}
        assert isinstance(statement["Principal"]["Service"], str)


def test_resource_policies_grant_access_only_to_services(callout: Stack) -> None:
    policies = chain.from_iterable(callout.statements(kind) for kind in RESOURCE_POLICIES)
    for statement in policies:
        if statement.allows:
            assert set(statement.body["Principal"]) == {"Service"}
            publisher = (statement.body["Principal"]["Service"], statement.actions)
            assert publisher == WITHOUT_CONDITION or statement.body["Condition"]


@pytest.mark.parametrize(
    ("kind", "policy", "names", "actions"),
    [
        ("AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "Topics", {"sns:Publish"}),
        ("AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "Queues", {"sqs:*"}),
    ],
)
def test_plain_http_is_denied(
    callout: Stack, kind: str, policy: str, names: str, actions: set[str]
) -> None:
    refused = Counter(
        reference["Ref"]
        for found in callout.of_type(policy).values()
        for statement in found["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        and statement["Principal"] in ("*", {"AWS": "*"})
        and statement["Action"] in actions
        for reference in found["Properties"][names]
    )

    assert set(refused) == set(callout.of_type(kind))


def test_topics_and_queues_are_encrypted(callout: Stack) -> None:
    [key] = callout.of_type("AWS::KMS::Key")
    for topic in callout.properties("AWS::SNS::Topic"):
        assert target(topic["KmsMasterKeyId"]) == key
    for queue in callout.properties("AWS::SQS::Queue"):
        assert queue["SqsManagedSseEnabled"] is True
    assert callout.of_type("AWS::KMS::Key")[key]["Properties"]["EnableKeyRotation"] is True


def test_schedule_roles_trust_only_this_account(callout: Stack) -> None:
    schedules = callout.of_type("AWS::Scheduler::Schedule").values()
    for role in {target(schedule["Properties"]["Target"]["RoleArn"]) for schedule in schedules}:
        trusted = callout.of_type("AWS::IAM::Role")[role]["Properties"]["AssumeRolePolicyDocument"]
        [statement] = trusted["Statement"]
        assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == {
            "Ref": "AWS::AccountId"
        }


def test_the_docs_list_the_permissions_of_each_function(with_webhooks: Stack) -> None:
    documented: dict[str, set[str]] = {}
    part = ""
    for line in (ROOT / "docs" / "security.md").read_text().splitlines():
        if row := re.match(r"\| (?:`(\w+)` )?\|(.*)\|.*\|$", line):
            part = row[1] or part
            documented.setdefault(part, set()).update(re.findall(r"`([\w-]+:[\w*]+)`", row[2]))

    granted = {
        name: {
            action
            for statement in with_webhooks.granted_to(target(function["Role"]))
            if not statement.only_allows_telemetry
            for action in statement.actions
        }
        for name, function in with_webhooks.functions.items()
    }

    assert {name: documented.get(name) for name in granted} == granted
