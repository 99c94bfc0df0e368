"""The number, and the contact flow that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from callout.deployed_stack import find_stack
from callout.doctor.aws_state import AwsState, MissingPrerequisiteError
from callout.doctor.check_connect import PREFIX

if TYPE_CHECKING:
    from callout.aws_session import AwsSession

STACK = "CalloutCallback"


@dataclass(frozen=True)
class NumberFlow:
    """The number of the instance, and its contact flows by ID.

    `flow_id` is that of stack CalloutCallback; `current_flow_id` that of the number, "" for none.
    """

    aws: AwsSession
    instance_id: str
    number: str
    number_id: str
    flow_id: str
    current_flow_id: str

    def connect(self) -> None:
        """Tie the number to the flow of the stack (AssociatePhoneNumberContactFlow)."""
        self.aws.client("connect").associate_phone_number_contact_flow(
            PhoneNumberId=self.number_id, InstanceId=self.instance_id, ContactFlowId=self.flow_id
        )


def read_number_flow(state: AwsState) -> NumberFlow:
    """Read the number and its flows; raise MissingPrerequisiteError without stack or number.

    Whether ListFlowAssociations returns ARNs or IDs for a voice number is unverified.
    """
    instance_id, number = (state.parameter(name) for name in ("instance-id", "source-phone-number"))
    stack = find_stack(state.aws, STACK)
    if stack is None or "ContactFlowArn" not in stack.outputs:
        raise MissingPrerequisiteError(f"there is no stack {STACK} in {state.aws.region}")
    claimed = {each["PhoneNumber"]: each["PhoneNumberId"] for each in state.numbers()}
    if number not in claimed:
        raise MissingPrerequisiteError(f"{number} ({PREFIX}source-phone-number) is not claimed")
    associations = state.aws.items(
        "connect",
        "list_flow_associations",
        "FlowAssociationSummaryList",
        InstanceId=instance_id,
        ResourceType="VOICE_PHONE_NUMBER",
    )
    flows = {_last(each["ResourceId"]): _last(each["FlowId"]) for each in associations}
    return NumberFlow(
        state.aws,
        instance_id,
        number,
        claimed[number],
        flow_id=_last(stack.outputs["ContactFlowArn"]),
        current_flow_id=flows.get(claimed[number], ""),
    )


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]
