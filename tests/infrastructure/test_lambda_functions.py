"""The deployed functions: their runtime, and exactly the permissions that they use."""

from __future__ import annotations

import pytest

from tests.infrastructure.function_source import NAMES, actions_needed, variables_read
from tests.infrastructure.stack import Stack, target

#: Allows a function to write its log.
LOG_POLICY = ":iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
#: Actions that are granted only with a trigger (tests/infrastructure/test_settings_applied.py).
OF_TRIGGERS = {"cloudwatch:DescribeAlarms"}
#: A text message needs no key of a topic, but perhaps this.
OF_TOPICS, OF_TEXTS = {"kms:Decrypt", "kms:GenerateDataKey*"}, {"sms-voice:SendTextMessage"}


def test_every_handler_is_deployed_with_the_same_code_and_runtime(
    with_webhooks: Stack,
) -> None:
    functions = with_webhooks.functions.values()

    assert with_webhooks.functions.keys() == set(NAMES)
    assert set(NAMES) >= {"open_incident", "plan_calls", "place_call", "check_call"}
    assert {str(function["Code"]) for function in functions} == {str(next(iter(functions))["Code"])}
    assert {function["Runtime"] for function in functions} == {"python3.13"}
    assert [function["Architectures"] for function in functions] == [["arm64"]] * len(functions)
    # Lambda's share of a processor grows with memory; the Connect client alone reads two
    # megabytes of JSON before the first call.
    assert {function["MemorySize"] for function in functions} == {512}


@pytest.mark.parametrize("name", NAMES)
def test_a_function_has_exactly_the_environment_variables_that_it_reads(
    with_webhooks: Stack, name: str
) -> None:
    assert with_webhooks.functions[name]["Environment"]["Variables"].keys() == variables_read(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_function_has_exactly_the_permissions_that_it_uses(
    with_webhooks: Stack, name: str
) -> None:
    role = target(with_webhooks.functions[name]["Role"])
    granted = {
        action
        for statement in with_webhooks.granted_to(role)
        if statement.allows
        and not statement.only_allows_telemetry
        and not statement.only_allows_dead_letters
        for action in statement.actions
    }
    needed = actions_needed(name) - OF_TRIGGERS
    assert granted == (needed - OF_TOPICS | OF_TEXTS if name == "place_call" else needed)


def test_a_function_can_access_only_contacts_of_its_instance(callout: Stack) -> None:
    for name in ("place_call", "check_call"):
        function = callout.functions[name]
        instance = function["Environment"]["Variables"]["CONNECT_INSTANCE_ID"]
        [statement] = [
            statement
            for statement in callout.granted_to(target(function["Role"]))
            if any(
                action.endswith(("Contact", "ContactAttributes")) for action in statement.actions
            )
        ]
        [resource] = statement.resources
        assert resource["Fn::Join"][1][-3:] == [":instance/", instance, "/contact/*"]


def test_plan_calls_can_read_only_roster_parameters(callout: Stack) -> None:
    role = target(callout.functions["plan_calls"]["Role"])
    [resource] = [
        resource
        for statement in callout.granted_to(role)
        if statement.actions == ["ssm:GetParameter"]
        for resource in statement.resources
    ]
    assert resource["Fn::Join"][1][-1] == ":parameter/callout/rosters/*"


def test_send_reminder_can_put_only_pages_on_the_default_bus(callout: Stack) -> None:
    [statement] = [
        statement
        for statement in callout.granted_to(target(callout.functions["send_reminder"]["Role"]))
        if statement.actions == ["events:PutEvents"]
    ]

    assert statement.body["Condition"] == {
        "ForAllValues:StringEquals": {"events:source": "callout", "events:detail-type": "Page"}
    }
    [bus] = statement.resources
    assert bus["Fn::Join"][1][-1] == ":event-bus/default"


def test_a_function_can_write_traces_and_its_own_log_with_retention(
    with_webhooks: Stack,
) -> None:
    groups = with_webhooks.of_type("AWS::Logs::LogGroup")
    for function in with_webhooks.functions.values():
        granted = with_webhooks.granted_to(target(function["Role"]))
        log = target(function["LoggingConfig"]["LogGroup"])
        [writing] = [statement for statement in granted if "logs:PutLogEvents" in statement.actions]
        assert "logs:CreateLogStream" in writing.actions
        assert [target(resource) for resource in writing.resources] == [log]
        assert any("xray:PutTraceSegments" in statement.actions for statement in granted)
        assert 30 <= groups[log]["Properties"]["RetentionInDays"] <= 400


@pytest.mark.parametrize(
    ("variable", "kind", "construct"),
    [
        ("INCIDENT_TABLE", "AWS::DynamoDB::Table", "Escalation"),
        # A topic's Ref is its ARN.
        ("NOTIFICATION_TOPIC", "AWS::SNS::Topic", "Notifications"),
        ("CHAT_TOPIC", "AWS::SNS::Topic", "Chat"),
    ],
)
def test_a_function_is_given_the_deployed_table_and_topics(
    with_webhooks: Stack, variable: str, kind: str, construct: str
) -> None:
    [name] = [name for name in with_webhooks.of_type(kind) if name.startswith(construct)]
    values = [
        function["Environment"]["Variables"][variable]
        for function in with_webhooks.functions.values()
        if variable in function["Environment"]["Variables"]
    ]
    assert values
    assert all(value == {"Ref": name} for value in values)


def test_every_function_has_its_own_role_with_only_the_managed_log_policy(
    with_webhooks: Stack,
) -> None:
    of_functions = {target(function["Role"]) for function in with_webhooks.functions.values()}
    assert len(of_functions) == len(with_webhooks.functions)
    for name, role in with_webhooks.of_type("AWS::IAM::Role").items():
        attached = [str(policy) for policy in role["Properties"].get("ManagedPolicyArns", [])]
        assert all(LOG_POLICY in policy for policy in attached)
        assert name in of_functions or not attached


@pytest.mark.parametrize(
    ("variable", "parameter"),
    [
        ("CONNECT_INSTANCE_ID", "/callout/telephony/instance-id"),
        ("CONTACT_FLOW_ID", "/callout/telephony/contact-flow-id"),
        ("SOURCE_PHONE_NUMBER", "/callout/telephony/source-phone-number"),
    ],
)
def test_connect_settings_are_read_from_parameters_at_deployment(
    callout: Stack, variable: str, parameter: str
) -> None:
    given = callout.functions["place_call"]["Environment"]["Variables"][variable]
    asked_for = callout.template["Parameters"][target(given)]
    assert asked_for["Type"] == "AWS::SSM::Parameter::Value<String>"
    assert asked_for["Default"] == parameter
