"""How the API describes the instance, and which calls it refuses depending on its setup."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from local.connect.instance_config import ClaimedNumber, InstanceConfig, SavedFlow
from local.connect.simulated_phones import Press
from local.faults.fault import Fault
from local.faults.fault_types import FaultKind
from tests.local.connect.caller import ANA, Caller, calling, refused
from workflow.contact_flow.flow import contact_flow, content

ELSEWHERE = "0b1e2c3d-4f5a-4b6c-8d7e-9f0a1b2c3d4e"


def flow_id(caller: Caller) -> str:
    return caller.server.instance.contact_flow_id


def test_a_healthy_instance_is_active_with_outbound_calls(caller: Caller) -> None:
    instance = caller.client.describe_instance(InstanceId=caller.instance_id)["Instance"]
    attribute = caller.client.describe_instance_attribute(
        InstanceId=caller.instance_id, AttributeType="OUTBOUND_CALLS"
    )["Attribute"]
    assert instance["InstanceStatus"] == "ACTIVE"
    assert instance["OutboundCallsEnabled"] is True
    assert attribute == {"AttributeType": "OUTBOUND_CALLS", "Value": "true"}


def test_the_described_flow_is_the_deployed_one(caller: Caller) -> None:
    flow = caller.client.describe_contact_flow(
        InstanceId=caller.instance_id, ContactFlowId=flow_id(caller)
    )["ContactFlow"]
    assert flow["Content"] == content(contact_flow())
    assert (flow["State"], flow["Status"], flow["Type"]) == ("ACTIVE", "PUBLISHED", "CONTACT_FLOW")


def test_an_unpublished_flow_is_described_only_as_saved(caller: Caller) -> None:
    assert caller.server.config.flow
    caller.server.config.flow = replace(caller.server.config.flow, status="SAVED")
    client, instance, flow = caller.client, caller.instance_id, flow_id(caller)
    saved = client.describe_contact_flow(InstanceId=instance, ContactFlowId=f"{flow}:$SAVED")
    assert saved["ContactFlow"]["Status"] == "SAVED"
    assert refused(
        lambda: client.describe_contact_flow(InstanceId=instance, ContactFlowId=flow)
    ) == ("ContactFlowNotPublishedException", 404)


def test_numbers_are_listed_by_instance_and_in_pages(caller: Caller) -> None:
    config = caller.server.config
    config.numbers += [
        ClaimedNumber(f"+1206555020{n}", caller.instance_id, "TOLL_FREE") for n in range(4)
    ]
    config.numbers.append(ClaimedNumber("+12065550299", ELSEWHERE))
    pages = list(
        caller.client.get_paginator("list_phone_numbers_v2").paginate(
            InstanceId=caller.instance_id, PaginationConfig={"PageSize": 2}
        )
    )
    everywhere = caller.client.list_phone_numbers_v2()["ListPhoneNumbersSummaryList"]
    toll_free = caller.client.list_phone_numbers_v2(PhoneNumberTypes=["TOLL_FREE"])
    assert [len(page["ListPhoneNumbersSummaryList"]) for page in pages] == [2, 2, 1]
    assert everywhere[-1]["InstanceId"] == ELSEWHERE
    assert len(toll_free["ListPhoneNumbersSummaryList"]) == 4


def test_a_listed_number_can_be_described(caller: Caller) -> None:
    [listed] = caller.client.list_phone_numbers_v2()["ListPhoneNumbersSummaryList"]
    number = caller.client.describe_phone_number(PhoneNumberId=listed["PhoneNumberId"])
    summary = number["ClaimedPhoneNumberSummary"]
    assert summary["PhoneNumber"] == caller.server.instance.source_phone_number
    assert summary["TargetArn"] == caller.server.instance.arn
    assert summary["PhoneNumberStatus"]["Status"] == "CLAIMED"


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
    ],
)
def test_an_unknown_id_is_not_found(
    caller: Caller, request_unknown: Callable[[Caller], object]
) -> None:
    assert refused(lambda: request_unknown(caller)) == ("ResourceNotFoundException", 404)


def test_a_client_without_permission_gets_access_denied(caller: Caller) -> None:
    caller.server.faults.append(Fault("connect DescribeInstance", FaultKind.DENIED, times=1))
    assert refused(lambda: caller.client.describe_instance(InstanceId=caller.instance_id)) == (
        "AccessDeniedException",
        403,
    )


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


def test_a_new_run_begins_with_a_healthy_configuration(caller: Caller) -> None:
    caller.server.config.outbound_calls = False
    caller.server.reset({})
    assert caller.server.config.outbound_calls
    assert caller.dial()
