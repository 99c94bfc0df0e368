"""How the API describes the instance, and which calls it refuses depending on its setup."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from local.connect.instance_config import InstanceConfig, SavedFlow
from local.connect.simulated_phones import Press
from tests.local.connect.caller import ANA, Caller, calling, refused
from workflow.contact_flow.flow import contact_flow, content

ELSEWHERE = "0b1e2c3d-4f5a-4b6c-8d7e-9f0a1b2c3d4e"


def flow_id(caller: Caller) -> str:
    return caller.server.instance.contact_flow_id


@pytest.mark.parametrize(
    "request_unknown",
    [
        lambda c: c.client.describe_instance(InstanceId=ELSEWHERE),
        lambda c: c.client.describe_instance_attribute(
            InstanceId=ELSEWHERE, AttributeType="OUTBOUND_CALLS"
        ),
        lambda c: c.client.describe_contact_flow(InstanceId=ELSEWHERE, ContactFlowId=flow_id(c)),
        lambda c: c.client.describe_contact_flow(InstanceId=c.instance_id, ContactFlowId=ELSEWHERE),
        lambda c: c.client.describe_phone_number(PhoneNumberId=ELSEWHERE),
        lambda c: c.client.list_flow_associations(InstanceId=ELSEWHERE),
        lambda c: c.client.associate_phone_number_contact_flow(
            PhoneNumberId="n", InstanceId=c.instance_id, ContactFlowId=ELSEWHERE
        ),
        lambda c: c.client.associate_phone_number_contact_flow(
            PhoneNumberId=ELSEWHERE, InstanceId=c.instance_id, ContactFlowId=flow_id(c)
        ),
        lambda c: c.client.describe_contact(InstanceId=ELSEWHERE, ContactId="c"),
        lambda c: c.client.get_contact_attributes(InstanceId=ELSEWHERE, InitialContactId="c"),
        lambda c: c.client.stop_contact(InstanceId=ELSEWHERE, ContactId="c"),
        lambda c: c.describe("unknown"),
        lambda c: c.attributes("unknown"),
    ],
)
def test_an_unknown_id_is_not_found(
    caller: Caller, request_unknown: Callable[[Caller], object]
) -> None:
    assert refused(lambda: request_unknown(caller)) == ("ResourceNotFoundException", 404)


def outbound_calls_off(config: InstanceConfig) -> None:
    config.outbound_calls = False


def flow_deleted(config: InstanceConfig) -> None:
    config.flow = None


def flow_archived(config: InstanceConfig) -> None:
    config.flow = SavedFlow(content(contact_flow()), state="ARCHIVED")


def number_released(config: InstanceConfig) -> None:
    config.numbers.clear()


def number_moved(config: InstanceConfig) -> None:
    config.numbers[0] = replace(config.numbers[0], instance_id=ELSEWHERE)


def number_not_claimed_yet(config: InstanceConfig) -> None:
    config.numbers[0] = replace(config.numbers[0], status="IN_PROGRESS")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (outbound_calls_off, "OutboundContactNotPermittedException"),
        (flow_deleted, "ResourceNotFoundException"),
        (flow_archived, "InvalidRequestException"),
        (number_released, "InvalidParameterException"),
        (number_moved, "InvalidParameterException"),
        (number_not_claimed_yet, "InvalidParameterException"),
    ],
)
def test_a_call_that_the_configuration_forbids_is_refused(
    caller: Caller, change: Callable[[InstanceConfig], None], code: str
) -> None:
    change(caller.server.config)
    assert refused(caller.dial)[0] == code
    assert caller.server.calls == []


def test_calls_play_the_described_flow() -> None:
    goodbye = {
        "Version": "2019-10-30",
        "StartAction": "Bye",
        "Actions": [
            {"Identifier": "Bye", "Type": "DisconnectParticipant", "Parameters": {}}
            | {"Transitions": {}}
        ],
    }
    with calling() as caller:
        caller.server.config.flow = SavedFlow(content(goodbye))
        caller.server.phones = {ANA: Press("1")}
        caller.dial(ANA)
        caller.wait_until_calls_end()
        assert "spoke" not in [entry.type for entry in caller.server.timeline]
