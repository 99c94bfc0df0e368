"""Callback is an option: without it nothing is added; with it, only Connect starts the function."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.infrastructure import synth
from tests.infrastructure.stack import Stack, target
from workflow.contact_flow.validator import validate_flow

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS: dict[str, Any] = {
    "telephony": {
        "create_instance": "my-callout",
        "claim_number": {"country": "US"},
        "callback": {"unknown_callers": "connect"},
    }
}


@pytest.fixture(scope="module")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    """Synthesize the stacks with callback."""
    return synth.stacks(tmp_path_factory.mktemp("callback"), SETTINGS)


def test_a_default_deployment_has_no_callback(assembly: Path, callout: Stack) -> None:
    assert "CalloutCallback" not in synth.read(assembly)
    assert "answer_callback" not in callout.functions
    assert "Callback" not in json.dumps(callout.template)
    variables = [function["Environment"]["Variables"] for function in callout.functions.values()]
    assert not {"CALLBACK", "FIRST_ANSWER_COUNTS"} & set().union(*variables)


def test_callback_changes_only_an_attribute_of_the_instance(
    stacks: dict[str, Stack], tmp_path: Path
) -> None:
    telephony = {**SETTINGS["telephony"], "callback": None}
    before = synth.stacks(tmp_path, {"telephony": telephony})["CalloutTelephony"].template
    after = stacks["CalloutTelephony"].template
    [instance] = stacks["CalloutTelephony"].of_type("AWS::Connect::Instance")

    assert after["Resources"][instance]["Properties"]["Attributes"]["InboundCalls"] is True
    after["Resources"][instance]["Properties"]["Attributes"]["InboundCalls"] = False
    assert after == before


def test_only_this_instance_may_invoke_the_function(stacks: dict[str, Stack]) -> None:
    [granted] = [
        permission
        for permission in stacks["Callout"].properties("AWS::Lambda::Permission")
        if permission["Principal"] == "connect.amazonaws.com"
    ]
    function = stacks["Callout"].template["Resources"][target(granted["FunctionName"])]
    assert function["Properties"]["Handler"] == "answer_callback.handler"
    assert function["Properties"]["Timeout"] == 8
    assert granted["SourceAccount"] == {"Ref": "AWS::AccountId"}
    assert ":instance/" in json.dumps(granted["SourceArn"])


def test_the_flow_is_valid_and_the_instance_lists_its_function(stacks: dict[str, Stack]) -> None:
    callback = stacks["CalloutCallback"]
    [flow] = callback.properties("AWS::Connect::ContactFlow")
    [listed] = callback.properties("AWS::Connect::IntegrationAssociation")

    parts = flow["Content"]["Fn::Join"][1]
    functions = [part for part in parts if isinstance(part, dict)]
    assert functions == [listed["IntegrationArn"]] * len(functions)
    content = "".join(part if isinstance(part, str) else "arn:of-function" for part in parts)
    assert validate_flow(content, ()) == []
    assert (flow["State"], flow["Type"]) == ("ACTIVE", "CONTACT_FLOW")
    assert listed["IntegrationType"] == "LAMBDA_FUNCTION"
    [exported] = functions[0].values()
    outputs = stacks["Callout"].template["Outputs"].values()
    assert exported in [output.get("Export", {}).get("Name") for output in outputs]
