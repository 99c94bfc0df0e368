"""The app and its stack as a whole: state machine, table, outputs, references and cdk-nag."""

from __future__ import annotations

import hashlib
import json
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

import aws_cdk
import pytest
from cdk_nag import AwsSolutionsChecks

from local.asl.transitions import load_definition
from local.full_settings import FULL_SETTINGS
from tests.infrastructure import synth
from tests.infrastructure.stack import Stack, target

if TYPE_CHECKING:
    from pathlib import Path

    Json = dict[str, Any]


@pytest.fixture
def machine(callout: Stack) -> Json:
    """Return the state machine's properties."""
    [found] = callout.of_type("AWS::StepFunctions::StateMachine").values()
    properties: Json = found["Properties"]
    return properties


def test_the_state_machine_is_standard_and_has_the_definition_of_the_repository(
    machine: Json,
) -> None:
    assert json.loads(machine["DefinitionString"]) == load_definition()
    # Express executions end after five minutes. CloudFormation's default is Standard.
    assert machine.get("StateMachineType", "STANDARD") == "STANDARD"


def test_the_state_machine_logs_all_events_without_their_data(
    callout: Stack, machine: Json
) -> None:
    logging = machine["LoggingConfiguration"]
    assert logging["Level"] == "ALL"
    assert logging["IncludeExecutionData"] is False  # the state holds phone numbers
    [kept_in] = logging["Destinations"]
    group = callout.of_type("AWS::Logs::LogGroup")[
        target(kept_in["CloudWatchLogsLogGroup"]["LogGroupArn"])
    ]
    # Others use up the size of a resource policy (Step Functions, "Logging using CloudWatch Logs").
    assert group["Properties"]["LogGroupName"].startswith("/aws/vendedlogs/states/")
    assert 30 <= group["Properties"]["RetentionInDays"] <= 400


def test_a_synthesis_prints_nothing_about_flags_of_the_cdk(full_assembly: Path) -> None:
    manifest = json.loads((full_assembly / "manifest.json").read_text())
    types = {artifact["type"] for artifact in manifest["artifacts"].values()}
    assert "aws:cloudformation:stack" in types
    assert not any("feature-flag" in kind for kind in types)


def test_tracing_is_enabled_everywhere(callout: Stack, machine: Json) -> None:
    assert machine["TracingConfiguration"] == {"Enabled": True}
    for function in callout.functions.values():
        assert function["TracingConfig"] == {"Mode": "Active"}


def test_every_substitution_of_the_definition_resolves(callout: Stack, machine: Json) -> None:
    wanted = set(re.findall(r"\$\{(\w+)\}", machine["DefinitionString"]))
    given = machine["DefinitionSubstitutions"]
    assert given.keys() == wanted
    assert given["FallbackTeam"] == "default"
    resources = {target(value) for name, value in given.items() if name != "FallbackTeam"}
    assert resources <= set(callout.template["Resources"])


def test_the_state_machine_can_use_exactly_the_resources_of_its_definition(
    callout: Stack, machine: Json
) -> None:
    granted = {
        (action, target(resource))
        for statement in callout.granted_to(target(machine["RoleArn"]))
        if not statement.only_allows_telemetry
        for action in statement.actions
        for resource in statement.resources
        # Publishing to an encrypted topic needs its key too.
        if target(resource) not in callout.of_type("AWS::KMS::Key")
    }
    functions = callout.of_type("AWS::Lambda::Function")
    named = {
        target(value)
        for name, value in machine["DefinitionSubstitutions"].items()
        if name != "FallbackTeam"
    }

    assert granted == {
        ("lambda:InvokeFunction" if resource in functions else "sns:Publish", resource)
        for resource in named
    }


def test_each_substitution_is_the_function_of_its_name(callout: Stack, machine: Json) -> None:
    functions = callout.of_type("AWS::Lambda::Function")
    for name, reference in machine["DefinitionSubstitutions"].items():
        if name.endswith("Function"):
            handler = functions[target(reference)]["Properties"]["Handler"]
            module = handler.removesuffix(".handler")
            assert module.title().replace("_", "") == name.removesuffix("Function")


def test_lambda_times_a_function_out_before_its_task_does(callout: Stack) -> None:
    # Lambda's error names the timeout as the reason.
    tasks = {
        task["Parameters"]["FunctionName"].strip("${}"): task["TimeoutSeconds"]
        for task in load_definition()["States"].values()
        if task["Type"] == "Task"
        if "FunctionName" in task["Parameters"]
    }
    deployed = {
        f"{name.title().replace('_', '')}Function": function["Timeout"]
        for name, function in callout.functions.items()
    }

    assert tasks
    assert all(deployed[name] < limit for name, limit in tasks.items())


def test_the_incident_table_is_on_demand_expires_items_and_is_retained(
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


def test_the_outputs_refer_to_their_resources(callout: Stack) -> None:
    kinds = {
        "StateMachineArn": "AWS::StepFunctions::StateMachine",
        "RosterParameterName": "AWS::SSM::Parameter",
        "NotificationTopicArn": "AWS::SNS::Topic",
        "IncidentTableName": "AWS::DynamoDB::Table",
    }

    outputs = callout.template["Outputs"]
    assert all(output.get("Description") for output in outputs.values())
    assert outputs["RosterParameterNames"]["Value"]
    for output, kind in kinds.items():
        value = callout.template["Outputs"][output]["Value"]
        assert target(value) in callout.of_type(kind), output


def test_the_initial_roster_is_empty_and_in_the_parameter_that_functions_read(
    callout: Stack,
) -> None:
    prefix = callout.functions["plan_calls"]["Environment"]["Variables"]["ROSTER_PREFIX"]
    name = target(callout.template["Outputs"]["RosterParameterName"]["Value"])
    roster = callout.template["Resources"][name]["Properties"]
    assert roster["Name"] == "/callout/rosters/default" == f"{prefix}default"
    assert roster["Value"].splitlines()[-1] == "contacts: []"


def test_no_release_overwrites_or_deletes_the_rosters(callout: Stack) -> None:
    # CloudFormation writes the value again when any property but the tags changes: with a new
    # description, an upgrade would replace every saved roster by the empty one.
    [parameter] = callout.of_type("AWS::SSM::Parameter").values()
    properties = dict(parameter["Properties"])
    value = properties.pop("Value")
    assert hashlib.sha256(value.encode()).hexdigest().startswith("4c591181d65da2f3")
    assert properties == {
        "Name": "/callout/rosters/default",
        "Description": "Callout: who is on call. Edit and save; the next page uses it.",
        "Type": "String",
    }
    assert parameter["DeletionPolicy"] == parameter["UpdateReplacePolicy"] == "Retain"


def test_every_reference_resolves(callout: Stack) -> None:
    known = {*callout.template["Resources"], *callout.template["Parameters"]}
    unknown = callout.references() - known
    assert all(reference.startswith("AWS::") for reference in unknown)


def test_the_emulator_provides_every_resource_type(callout: Stack) -> None:
    emulator = import_module("ministack.services.cloudformation.provisioners")
    provided = set(emulator._RESOURCE_HANDLERS)  # noqa: SLF001 - it is written nowhere else
    used = {resource["Type"] for resource in callout.template["Resources"].values()}
    assert used <= provided


def test_in_process_synthesis_matches_the_app(assembly: Path, tmp_path: Path) -> None:
    synth.synthesize(tmp_path, {})
    assert written(tmp_path) == written(assembly)
    theirs = json.loads((assembly / "manifest.json").read_text())
    ours = json.loads((tmp_path / "manifest.json").read_text())
    del ours["artifacts"]["aws-cdk-lib/feature-flag-report"]  # as app.py does
    assert ours == theirs


def written(folder: Path) -> dict[str, bytes]:
    """Return the content of every file but the manifest, and but the asset's, named by digest."""
    return {
        path.name: path.read_bytes() if path.is_file() else b""
        for path in folder.iterdir()
        if path.name != "manifest.json"
    }


def nag(scope: aws_cdk.App) -> None:
    """Validate the synthesized stacks with the AwsSolutions pack."""
    aws_cdk.Validations.of(scope).add_plugins(AwsSolutionsChecks(scope, verbose=True))


def test_cdk_nag_reports_nothing_unexplained(tmp_path: Path) -> None:
    synth.synthesize(tmp_path, FULL_SETTINGS, region="eu-west-2", check=nag)
    report = json.loads((tmp_path / "validation-report.json").read_text())
    assert "AwsSolutions" in json.dumps(report), "the pack did not run"
