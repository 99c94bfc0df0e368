"""Stack `CalloutTelephony`: what it creates, and what it passes to stack `Callout`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.infrastructure import synth
from workflow.contact_flow.validator import validate_flow

if TYPE_CHECKING:
    from pathlib import Path

    from tests.infrastructure.stack import Stack

INSTANCE = "11111111-90ab-cdef-1234-567890abcdef"
FLOW = "22222222-90ab-cdef-1234-567890abcdef"
NUMBER = "+12065550100"
#: The stack parameters, with a valid and an invalid value.
ASKED_FOR = {
    "InstanceId": (INSTANCE, "my-callout"),
    "SourcePhoneNumber": (NUMBER, "2065550100"),
}
EXISTING = {"instance_id": INSTANCE, "phone_number": NUMBER, "contact_flow_id": FLOW}
CLAIMED = {
    "create_instance": "my-callout",
    "claim_number": {"country": "US", "type": "TOLL_FREE", "prefix": "+1833"},
}


@pytest.fixture(scope="module")
def existing(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """Synthesize with an existing instance, number and flow."""
    made = synth.stacks(tmp_path_factory.mktemp("existing"), {"telephony": EXISTING})
    return made["CalloutTelephony"]


@pytest.fixture(scope="module")
def claimed(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """Synthesize with an instance and a number to create."""
    made = synth.stacks(tmp_path_factory.mktemp("claimed"), {"telephony": CLAIMED})
    return made["CalloutTelephony"]


@pytest.fixture(scope="module")
def asked_for(assembly: Path) -> Stack:
    """Synthesize without telephony settings."""
    return synth.read(assembly)["CalloutTelephony"]


def parameters(telephony: Stack) -> dict[str, Any]:
    """Return the parameters for stack Callout by the end of their names."""
    found = telephony.properties("AWS::SSM::Parameter")
    return {
        parameter["Name"].removeprefix("/callout/telephony/"): parameter["Value"]
        for parameter in found
    }


def test_existing_telephony_is_used(existing: Stack) -> None:
    assert parameters(existing) == {
        "instance-id": INSTANCE,
        "contact-flow-id": FLOW,
        "source-phone-number": NUMBER,
    }
    [flow] = existing.of_type("AWS::Connect::ContactFlow").values()
    assert flow["Properties"]["InstanceArn"]["Fn::Join"][1][-1] == f":instance/{INSTANCE}"
    assert not existing.template.get("Parameters", {}).keys() & ASKED_FOR.keys()


def test_created_telephony_is_used(claimed: Stack) -> None:
    [instance] = claimed.of_type("AWS::Connect::Instance")
    [number] = claimed.of_type("AWS::Connect::PhoneNumber")
    [flow] = claimed.of_type("AWS::Connect::ContactFlow")

    of_the_flow = {"Fn::Split": ["/", {"Fn::GetAtt": [flow, "ContactFlowArn"]}]}
    assert parameters(claimed) == {
        "instance-id": {"Fn::GetAtt": [instance, "Id"]},
        # arn:aws:connect:region:account:instance/<id>/contact-flow/<id>
        "contact-flow-id": {"Fn::Select": [3, of_the_flow]},
        "source-phone-number": {"Fn::GetAtt": [number, "Address"]},
    }
    in_it = claimed.of_type("AWS::Connect::ContactFlow")[flow]["Properties"]["InstanceArn"]
    assert in_it == {"Fn::GetAtt": [instance, "Arn"]}


def test_created_telephony_has_the_settings(claimed: Stack) -> None:
    [(name, instance)] = claimed.of_type("AWS::Connect::Instance").items()
    [number] = claimed.of_type("AWS::Connect::PhoneNumber").values()
    assert instance["Properties"]["InstanceAlias"] == "my-callout"
    assert instance["Properties"]["Attributes"] == {"InboundCalls": False, "OutboundCalls": True}
    claim = {key: number["Properties"][key] for key in ("CountryCode", "Type", "Prefix")}
    assert claim == {"CountryCode": "US", "Type": "TOLL_FREE", "Prefix": "+1833"}
    assert number["Properties"]["TargetArn"] == {"Fn::GetAtt": [name, "Arn"]}


def test_telephony_that_is_not_in_the_settings_becomes_a_stack_parameter(asked_for: Stack) -> None:
    written = parameters(asked_for)

    assert written["instance-id"] == {"Ref": "InstanceId"}
    assert written["source-phone-number"] == {"Ref": "SourcePhoneNumber"}
    assert not asked_for.of_type("AWS::Connect::Instance")
    assert not asked_for.of_type("AWS::Connect::PhoneNumber")
    for name, (right, wrong) in ASKED_FOR.items():
        pattern = asked_for.template["Parameters"][name]["AllowedPattern"]
        assert re.fullmatch(pattern, right)
        assert not re.fullmatch(pattern, wrong)


@pytest.mark.parametrize("name", ["existing", "claimed", "asked_for"])
def test_the_deployed_contact_flow_is_valid_and_active(
    name: str, request: pytest.FixtureRequest
) -> None:
    telephony: Stack = request.getfixturevalue(name)
    [flow] = telephony.of_type("AWS::Connect::ContactFlow").values()
    assert validate_flow(flow["Properties"]["Content"]) == []
    assert flow["Properties"]["State"] == "ACTIVE"
    assert flow["Properties"]["Type"] == "CONTACT_FLOW"


def test_the_telephony_stack_writes_the_parameters_that_stack_callout_reads(
    callout: Stack, claimed: Stack
) -> None:
    read = {
        parameter["Default"].removeprefix("/callout/telephony/")
        for parameter in callout.template["Parameters"].values()
        if parameter["Type"] == "AWS::SSM::Parameter::Value<String>"
        and parameter["Default"].startswith("/callout/")
    }
    assert parameters(claimed).keys() == read
