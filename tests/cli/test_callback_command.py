"""`callout callback connect` and the doctor's check of callbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from callout.callback.number_flow import NumberFlow
from callout.doctor.check_callback import check_callback
from tests.cli.run_cli import callout_in_process
from workflow.contact_flow.callback_flow import callback_flow
from workflow.contact_flow.flow import content

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem

FLOW = callback_flow("arn:aws:lambda:us-east-1:000000000000:function:f", connect_unknown=False)
PUBLISHED = {"Name": "Callout callback", "State": "ACTIVE", "Content": content(FLOW)}


def test_the_number_is_tied_to_the_flow_once(healthy: LocalSystem) -> None:
    config = healthy.connect.config
    config.number_flows.clear()

    results = [callout_in_process(healthy, "callback", "connect") for _ in range(2)]

    assert [result.code for result in results] == [0, 0]
    assert "+12065550100 is tied to the contact flow of CalloutCallback" in results[0].out
    assert "is already tied" in results[1].out
    assert config.number_flows == {config.numbers[0].id: config.instance.callback_flow_id}
    sent = [request.operation for request in healthy.connect.requests]
    assert sent.count("AssociatePhoneNumberContactFlow") == 1


def test_another_flow_is_replaced_only_on_request(healthy: LocalSystem) -> None:
    config = healthy.connect.config
    [number_id] = config.number_flows
    config.number_flows[number_id] = config.instance.contact_flow_id

    refused = callout_in_process(healthy, "callback", "connect")
    assert "is tied to another contact flow" in refused.error_line
    assert "use --replace" in refused.err
    replaced = callout_in_process(healthy, "callback", "connect", "--replace", "--json")

    assert replaced.json["replaced"] == config.instance.contact_flow_id
    assert config.number_flows[number_id] == config.instance.callback_flow_id


def test_without_the_number_the_error_is_one_line(healthy: LocalSystem) -> None:
    healthy.connect.config.numbers.clear()
    error = callout_in_process(healthy, "callback", "connect").error_line
    assert "+12065550100 (/callout/telephony/source-phone-number) is not claimed" in error


@pytest.mark.parametrize(
    ("inbound", "flow", "current", "problems"),
    [
        ("true", PUBLISHED, "flow", []),
        ("false", PUBLISHED, "flow", ["does not allow inbound calls"]),
        ("true", None, "flow", ["has no contact flow flow"]),
        ("true", PUBLISHED | {"State": "ARCHIVED"}, "flow", ["is ARCHIVED"]),
        ("true", PUBLISHED | {"Content": "{}"}, "flow", ["not the one in this working copy"]),
        ("true", PUBLISHED, "", ["is tied to no contact flow"]),
        ("true", PUBLISHED, "other", ["is tied to another contact flow (other)"]),
    ],
)
def test_the_doctor_finds_what_a_callback_lacks(
    inbound: str, flow: dict[str, Any] | None, current: str, problems: list[str]
) -> None:
    aws: Any = None
    number = NumberFlow(aws, "instance", "+12065550100", "id", "flow", current)
    failed = [found for found in check_callback(number, inbound, flow, FLOW) if found.fix]
    assert len(failed) == len(problems)
    for found, problem in zip(failed, problems, strict=True):
        assert problem in found.message
