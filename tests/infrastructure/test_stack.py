"""Promises of the stack as a whole: the machine, the table, the outputs, where it can go."""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from tests.infrastructure.stack import Stack, target
from tests.state_machine import definition

if TYPE_CHECKING:
    Json = dict[str, Any]


@pytest.fixture
def machine(callout: Stack) -> Json:
    """The state machine's properties."""
    [found] = callout.of_type("AWS::StepFunctions::StateMachine").values()
    properties: Json = found["Properties"]
    return properties


def test_the_machine_is_the_file_in_the_repository_and_can_wait_for_a_phone(machine: Json) -> None:
    assert json.loads(machine["DefinitionString"]) == definition.load_definition()
    # Express ones end after five minutes. CloudFormation's default is Standard.
    assert machine.get("StateMachineType", "STANDARD") == "STANDARD"


def test_the_machines_log_says_all_but_what_it_carries(callout: Stack, machine: Json) -> None:
    logging = machine["LoggingConfiguration"]
    assert logging["Level"] == "ALL"
    assert logging["IncludeExecutionData"] is False  # the state holds phone numbers
    [kept_in] = logging["Destinations"]
    group = callout.of_type("AWS::Logs::LogGroup")[
        target(kept_in["CloudWatchLogsLogGroup"]["LogGroupArn"])
    ]
    assert 30 <= group["Properties"]["RetentionInDays"] <= 400


def test_a_page_can_be_traced_from_end_to_end(callout: Stack, machine: Json) -> None:
    assert machine["TracingConfiguration"] == {"Enabled": True}
    for function in callout.functions.values():
        assert function["TracingConfig"] == {"Mode": "Active"}


def test_every_substitution_of_the_definition_resolves(callout: Stack, machine: Json) -> None:
    wanted = set(re.findall(r"\$\{(\w+)\}", machine["DefinitionString"]))
    given = machine["DefinitionSubstitutions"]
    assert given.keys() == wanted
    assert {target(reference) for reference in given.values()} <= set(callout.template["Resources"])


def test_the_machine_may_use_exactly_what_its_definition_names(
    callout: Stack, machine: Json
) -> None:
    granted = {
        (action, target(resource))
        for statement in callout.granted_to(target(machine["RoleArn"]))
        if not statement.is_for_watching
        for action in statement.actions
        for resource in statement.resources
        # To publish to an encrypted topic takes its key too.
        if target(resource) not in callout.of_type("AWS::KMS::Key")
    }
    functions = callout.of_type("AWS::Lambda::Function")
    named = {target(reference) for reference in machine["DefinitionSubstitutions"].values()}

    assert granted == {
        ("lambda:InvokeFunction" if resource in functions else "sns:Publish", resource)
        for resource in named
    }


def test_a_substitution_is_the_function_of_its_name(callout: Stack, machine: Json) -> None:
    functions = callout.of_type("AWS::Lambda::Function")
    for name, reference in machine["DefinitionSubstitutions"].items():
        if name.endswith("Function"):
            handler = functions[target(reference)]["Properties"]["Handler"]
            module = handler.removesuffix(".handler")
            assert module.title().replace("_", "") == name.removesuffix("Function")


def test_a_function_is_ended_by_lambda_before_its_task_gives_up_on_it(callout: Stack) -> None:
    # Lambda's error says that it was the function's time that was up.
    tasks = {
        task["Parameters"]["FunctionName"].strip("${}"): task["TimeoutSeconds"]
        for task in definition.tasks(definition.load_definition()).values()
        if "FunctionName" in task["Parameters"]
    }
    deployed = {
        f"{name.title().replace('_', '')}Function": function["Timeout"]
        for name, function in callout.functions.items()
    }

    assert tasks
    assert all(deployed[name] < limit for name, limit in tasks.items())


def test_the_incident_table_costs_by_use_forgets_by_itself_and_outlives_the_stack(
    callout: Stack,
) -> None:
    [table] = callout.of_type("AWS::DynamoDB::Table").values()

    # What the functions write (functions/open_incident.py).
    assert [(key["AttributeName"], key["KeyType"]) for key in table["Properties"]["KeySchema"]] == [
        ("pk", "HASH"),
        ("sk", "RANGE"),
    ]
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": True
    }
    assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["Properties"]["TimeToLiveSpecification"] == {
        "AttributeName": "expires_at",  # what open_incident writes
        "Enabled": True,
    }
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"


def test_the_outputs_name_what_a_user_needs(callout: Stack) -> None:
    kinds = {
        "StateMachineArn": "AWS::StepFunctions::StateMachine",
        "RosterParameterName": "AWS::SSM::Parameter",
        "NotificationTopicArn": "AWS::SNS::Topic",
        "IncidentTableName": "AWS::DynamoDB::Table",
    }

    for output, kind in kinds.items():
        value = callout.template["Outputs"][output]["Value"]
        assert target(value) in callout.of_type(kind), output


def test_the_first_roster_calls_nobody_and_is_where_functions_read_it(callout: Stack) -> None:
    prefix = callout.functions["plan_calls"]["Environment"]["Variables"]["ROSTER_PREFIX"]
    name = target(callout.template["Outputs"]["RosterParameterName"]["Value"])
    roster = callout.template["Resources"][name]["Properties"]
    assert roster["Name"] == "/callout/rosters/default" == f"{prefix}default"
    assert roster["Value"].splitlines()[-1] == "contacts: []"
    assert roster.get("Tier", "Standard") == "Standard"


def test_everything_that_is_referred_to_is_there(callout: Stack) -> None:
    known = {*callout.template["Resources"], *callout.template["Parameters"]}
    unknown = callout.references() - known
    assert all(reference.startswith("AWS::") for reference in unknown)


def test_the_local_emulator_provides_every_type_of_resource(callout: Stack) -> None:
    emulator = import_module("ministack.services.cloudformation.provisioners")
    provided = set(emulator._RESOURCE_HANDLERS)  # noqa: SLF001 - it is written nowhere else
    used = {resource["Type"] for resource in callout.template["Resources"].values()}
    assert used <= provided
