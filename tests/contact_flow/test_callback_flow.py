"""The inbound contact flow is valid, and each of its branches ends."""

import pytest

from workflow.contact_flow.callback_flow import HANG_UP, KEPT_RESULTS, callback_flow
from workflow.contact_flow.flow import content
from workflow.contact_flow.validator import unknown_types, validate_flow

ARN = "arn:aws:lambda:us-east-1:000000000000:function:answer"


@pytest.mark.parametrize("connect_unknown", [False, True])
def test_the_flow_is_valid_and_uses_known_actions(*, connect_unknown: bool) -> None:
    flow = content(callback_flow(ARN, connect_unknown=connect_unknown))

    assert validate_flow(flow, ()) == []
    assert unknown_types(flow) == []
    assert ("TransferParticipantToThirdParty" in flow) is connect_unknown


def test_neither_a_number_nor_a_pin_becomes_an_attribute() -> None:
    assert not {"number", "voice"} & set(KEPT_RESULTS)
    stored = [
        action["Parameters"]["Attributes"]
        for action in callback_flow(ARN, connect_unknown=True)["Actions"]
        if action["Type"] == "UpdateContactAttributes"
    ]
    assert stored == [{name: f"$.External.{name}" for name in KEPT_RESULTS}]


def test_every_failure_is_spoken_before_the_call_ends() -> None:
    """An error branch of the function leads to a prompt, never silently to the end."""
    for action in callback_flow(ARN, connect_unknown=True)["Actions"]:
        if action["Type"] == "InvokeLambdaFunction":
            assert [each["NextAction"] for each in action["Transitions"]["Errors"]] != [HANG_UP]
