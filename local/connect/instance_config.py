"""The simulated instance: its setup, the calls it refuses, and how the API describes it.

Tests change here what an operator would change in Connect's console, while the server runs:
switch outbound calls off, archive a flow or never publish it, release a number. Changes apply
from the next request. Sources: the operations in the API reference.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.connect.protocol import ServiceError
from local.connect.quotas import MAX_ATTRIBUTE_BYTES, attributes_size
from local.connect.simulated_call import Call
from workflow.contact_flow.flow import FLOW_TYPE, contact_flow, content

SAVED_ALIAS = ":$SAVED"
"""Follows a flow's id in a request for the saved version, which may not be published."""
_ARN_PREFIX = "arn:aws:connect:us-east-1:000000000000"


@dataclass(frozen=True)
class Instance:
    """The ids of a Connect instance with a flow for each direction and one claimed number."""

    instance_id: str = "5e0c3a51-7d8e-4c52-9f0b-2a6d1c3b4e5f"
    contact_flow_id: str = "a1b7c9d2-3e4f-4a5b-8c6d-7e8f9a0b1c2d"
    source_phone_number: str = "+12065550100"
    callback_flow_id: str = "b2c8dae3-4f50-4b6c-9d7e-8f9a0b1c2d3e"

    @property
    def arn(self) -> str:
        """The ARN of the instance."""
        return f"{_ARN_PREFIX}:instance/{self.instance_id}"

    def describe(self, call: Call, date: Callable[[float], datetime]) -> dict[str, Any]:
        """Return the Contact of DescribeContact.

        Fields that only campaigns have (RingStartTimestamp, AnsweringMachineDetectionStatus) are
        omitted, as Connect omits them for other calls.
        """
        contact: dict[str, Any] = {
            "Arn": f"{self.arn}/contact/{call.contact_id}",
            "Id": call.contact_id,
            "InitiationMethod": "API",
            "Channel": "VOICE",
            "InitiationTimestamp": date(call.placed_at),
            "LastUpdateTimestamp": date(call.updated_at),
            "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": call.number},
            "SystemEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": self.source_phone_number},
            "Attributes": call.attributes,
        }
        if call.connected_at is not None:
            contact["ConnectedToSystemTimestamp"] = date(call.connected_at)
        if call.ended_at is not None:
            contact["DisconnectTimestamp"] = date(call.ended_at)
            contact["DisconnectReason"] = str(call.disconnect_reason)
        return contact


@dataclass(frozen=True)
class SavedFlow:
    """The instance's contact flow.

    Attributes:
        content: its JSON text, which calls play.
        state: ACTIVE or ARCHIVED.
        status: PUBLISHED or SAVED.
    """

    content: str
    state: str = "ACTIVE"
    status: str = "PUBLISHED"


@dataclass(frozen=True)
class ClaimedNumber:
    """A phone number that the account has claimed.

    Attributes:
        number: in E.164 format.
        type: DID, TOLL_FREE …
        status: CLAIMED, IN_PROGRESS or FAILED.
    """

    number: str
    instance_id: str
    type: str = "DID"
    status: str = "CLAIMED"
    status_message: str = ""

    @property
    def id(self) -> str:
        """The number's id; Connect's are UUIDs."""
        digits = self.number.removeprefix("+").rjust(12, "0")[-12:]
        return f"c1a1ed00-0000-4000-8000-{digits}"


@dataclass
class InstanceConfig:
    """The configuration of the instance, as the API describes it; healthy by default.

    Attributes:
        flow: the flow with the instance's flow id; None if there is none.
        numbers: the account's claimed numbers, of this instance and of others.
        status: ACTIVE, CREATION_IN_PROGRESS or CREATION_FAILED.
        number_flows: the ID of the flow that each number is tied to, by the number's ID.
        inbound_flow: the JSON text of the flow of the instance's number; "" for none.
    """

    instance: Instance
    flow: SavedFlow | None = field(default_factory=lambda: SavedFlow(content(contact_flow())))
    numbers: list[ClaimedNumber] = field(default_factory=list)
    status: str = "ACTIVE"
    outbound_calls: bool = True
    inbound_flow: str = ""
    number_flows: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.numbers:
            number = self.instance.source_phone_number
            self.numbers = [ClaimedNumber(number, self.instance.instance_id)]

    def check_call(self, params: Mapping[str, Any]) -> str:
        """Return the contact flow that a call plays; refuse a call that is not allowed.

        Unverified: the error that Connect returns if outbound calls are off, the flow is archived
        or not published, or the number is not claimed.

        Raises:
            ServiceError: the call is refused.
        """
        if not self.outbound_calls:
            raise ServiceError("OutboundContactNotPermittedException", "outbound calls are off")
        if params["ContactFlowId"] != self.instance.contact_flow_id or self.flow is None:
            raise ServiceError("ResourceNotFoundException", f"no flow {params['ContactFlowId']}")
        if (self.flow.state, self.flow.status) != ("ACTIVE", "PUBLISHED"):
            message = f"the flow is {self.flow.state}, {self.flow.status}"
            raise ServiceError("InvalidRequestException", message)
        source = (params.get("SourcePhoneNumber"), self.instance.instance_id, "CLAIMED")
        claimed = [(number.number, number.instance_id, number.status) for number in self.numbers]
        if source not in claimed:
            raise ServiceError("InvalidParameterException", "SourcePhoneNumber is not claimed")
        size = attributes_size(params.get("Attributes", {}))
        if size > MAX_ATTRIBUTE_BYTES:
            message = f"attributes of {size} bytes are too large"
            raise ServiceError("InvalidRequestException", message)
        return self.flow.content

    def describe_instance(self, created: datetime) -> dict[str, Any]:
        """Return the output of DescribeInstance."""
        described: dict[str, Any] = {
            "Id": self.instance.instance_id,
            "Arn": self.instance.arn,
            "IdentityManagementType": "CONNECT_MANAGED",
            "InstanceAlias": "simulated",
            "CreatedTime": created,
            "InstanceStatus": self.status,
            "InboundCallsEnabled": bool(self.inbound_flow),
            "OutboundCallsEnabled": self.outbound_calls,
        }
        if self.status == "CREATION_FAILED":
            described["StatusReason"] = {"Message": "simulated"}
        return {"Instance": described}

    def describe_attribute(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the output of DescribeInstanceAttribute."""
        kind = params["AttributeType"]
        enabled = {"OUTBOUND_CALLS": self.outbound_calls, "INBOUND_CALLS": self.inbound_flow}
        value = bool(enabled.get(kind))
        return {"Attribute": {"AttributeType": kind, "Value": str(value).lower()}}

    def describe_flow(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the output of DescribeContactFlow.

        A flow that was never published is an error unless its saved version is requested. The
        errors in the API reference suggest this: unverified.
        """
        requested = params["ContactFlowId"].rpartition("/")[2]  # it may be an ARN
        flow_id = requested.removesuffix(SAVED_ALIAS)
        flow = self._flows().get(flow_id)
        if flow is None:
            raise ServiceError("ResourceNotFoundException", f"no flow {flow_id}")
        if flow.status == "SAVED" and requested == flow_id:
            raise ServiceError("ContactFlowNotPublishedException", f"{flow_id} is not published")
        return {
            "ContactFlow": {
                "Arn": f"{self.instance.arn}/contact-flow/{flow_id}",
                "Id": flow_id,
                "Name": "Callout" if flow is self.flow else "Callout callback",
                "Type": FLOW_TYPE,
                "State": flow.state,
                "Status": flow.status,
                "Content": flow.content,
            }
        }

    def _flows(self) -> dict[str, SavedFlow]:
        """Return the flows of both directions by ID."""
        flows = {self.instance.contact_flow_id: self.flow} if self.flow else {}
        if self.inbound_flow:
            flows[self.instance.callback_flow_id] = SavedFlow(self.inbound_flow)
        return flows

    def associate_number_flow(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Tie a number to a flow: AssociatePhoneNumberContactFlow.

        Here, this does not change which flow inbound calls play.
        """
        number_id, flow_id = (params[name] for name in ("PhoneNumberId", "ContactFlowId"))
        if flow_id not in self._flows():
            raise ServiceError("ResourceNotFoundException", f"no flow {flow_id}")
        self.describe_number(params)
        self.number_flows[number_id] = flow_id
        return {}

    def list_flow_associations(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the output of ListFlowAssociations; as ARNs, which is unverified."""
        kind = params.get("ResourceType", "VOICE_PHONE_NUMBER")
        listed = [
            {
                "ResourceId": f"{_ARN_PREFIX}:phone-number/{number_id}",
                "FlowId": f"{self.instance.arn}/contact-flow/{flow_id}",
                "ResourceType": kind,
            }
            for number_id, flow_id in self.number_flows.items()
            if kind == "VOICE_PHONE_NUMBER"
        ]
        return {"FlowAssociationSummaryList": listed}

    def list_numbers(self) -> dict[str, Any]:
        """Return the output of ListPhoneNumbersV2: all numbers of the account, in one page."""
        return {"ListPhoneNumbersSummaryList": [self._summary(number) for number in self.numbers]}

    def describe_number(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the output of DescribePhoneNumber."""
        requested = params["PhoneNumberId"].rpartition("/")[2]  # it may be an ARN
        for number in self.numbers:
            if number.id == requested:
                status = {"Status": number.status, "Message": number.status_message}
                described = self._summary(number) | {"PhoneNumberStatus": status}
                return {"ClaimedPhoneNumberSummary": described}
        raise ServiceError("ResourceNotFoundException", f"no phone number {requested}")

    def _summary(self, number: ClaimedNumber) -> dict[str, Any]:
        return {
            "PhoneNumberId": number.id,
            "PhoneNumberArn": f"{_ARN_PREFIX}:phone-number/{number.id}",
            "PhoneNumber": number.number,
            "PhoneNumberCountryCode": "US",
            "PhoneNumberType": number.type,
            "TargetArn": f"{_ARN_PREFIX}:instance/{number.instance_id}",
            "InstanceId": number.instance_id,
        }
