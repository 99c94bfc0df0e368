"""How the simulated instance is set up, and how the API describes that.

Tests change here what an operator would change in Connect's console, while the server runs:
switch outbound calls off, archive a flow or never publish it, release a number. Changes apply
from the next request. Sources: the operations in the API reference.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.connect.instance import Instance
from local.connect.protocol import ServiceError
from workflow.contact_flow.flow import FLOW_TYPE, contact_flow, content

SAVED_ALIAS = ":$SAVED"
"""Follows a flow's id in a request for the saved version, which may not be published."""
NUMBERS_PER_PAGE = 1_000


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
        instance_id: the instance that it belongs to.
        type: DID, TOLL_FREE …
        country: ISO 3166 code.
        status: CLAIMED, IN_PROGRESS or FAILED.
        status_message: why it failed.
    """

    number: str
    instance_id: str
    type: str = "DID"
    country: str = "US"
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
        instance: its ids.
        flow: the flow with the instance's flow id; None if there is none.
        numbers: the account's claimed numbers, of this instance and of others.
        status: ACTIVE, CREATION_IN_PROGRESS or CREATION_FAILED.
        outbound_calls: whether outbound calls are enabled.
    """

    instance: Instance
    flow: SavedFlow | None = field(default_factory=lambda: SavedFlow(content(contact_flow())))
    numbers: list[ClaimedNumber] = field(default_factory=list)
    status: str = "ACTIVE"
    outbound_calls: bool = True

    def __post_init__(self) -> None:
        if not self.numbers:
            number = self.instance.source_phone_number
            self.numbers = [ClaimedNumber(number, self.instance.instance_id)]

    def has_claimed(self, number: str) -> bool:
        """Whether this instance may call from a number."""
        wanted = (number, self.instance.instance_id, "CLAIMED")
        return any(
            (claimed.number, claimed.instance_id, claimed.status) == wanted
            for claimed in self.numbers
        )

    def describe_instance(self, created: datetime) -> dict[str, Any]:
        """Return the output of DescribeInstance."""
        described: dict[str, Any] = {
            "Id": self.instance.instance_id,
            "Arn": self.instance.arn,
            "IdentityManagementType": "CONNECT_MANAGED",
            "InstanceAlias": "simulated",
            "CreatedTime": created,
            "InstanceStatus": self.status,
            "InboundCallsEnabled": False,
            "OutboundCallsEnabled": self.outbound_calls,
        }
        if self.status == "CREATION_FAILED":
            described["StatusReason"] = {"Message": "simulated"}
        return {"Instance": described}

    def describe_attribute(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the output of DescribeInstanceAttribute."""
        kind = params["AttributeType"]
        value = self.outbound_calls and kind == "OUTBOUND_CALLS"
        return {"Attribute": {"AttributeType": kind, "Value": str(value).lower()}}

    def describe_flow(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the output of DescribeContactFlow.

        A flow that was never published is an error unless its saved version is requested. The
        errors in the API reference suggest this: unverified.
        """
        requested = params["ContactFlowId"].rpartition("/")[2]  # it may be an ARN
        flow_id = requested.removesuffix(SAVED_ALIAS)
        if self.flow is None or flow_id != self.instance.contact_flow_id:
            raise ServiceError("ResourceNotFoundException", f"no flow {flow_id}")
        if self.flow.status == "SAVED" and requested == flow_id:
            raise ServiceError("ContactFlowNotPublishedException", f"{flow_id} is not published")
        return {
            "ContactFlow": {
                "Arn": f"{self.instance.arn}/contact-flow/{flow_id}",
                "Id": flow_id,
                "Name": "Callout",
                "Type": FLOW_TYPE,
                "State": self.flow.state,
                "Status": self.flow.status,
                "Content": self.flow.content,
            }
        }

    def list_numbers(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the output of ListPhoneNumbersV2; by default, all numbers of the account."""
        if "InstanceId" in params and "TargetArn" in params:
            raise ServiceError("InvalidParameterException", "give InstanceId or TargetArn")
        found = list(self._matching_numbers(params))
        token = params.get("NextToken", "0")
        if not token.isdecimal():
            raise ServiceError("InvalidParameterException", f"unknown NextToken {token!r}")
        begin = int(token)
        end = begin + params.get("MaxResults", NUMBERS_PER_PAGE)
        listed = [self._summary(number) for number in found[begin:end]]
        more = {"NextToken": str(end)} if end < len(found) else {}
        return {"ListPhoneNumbersSummaryList": listed, **more}

    def describe_number(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the output of DescribePhoneNumber."""
        requested = params["PhoneNumberId"].rpartition("/")[2]  # it may be an ARN
        for number in self.numbers:
            if number.id == requested:
                status = {"Status": number.status, "Message": number.status_message}
                described = self._summary(number) | {"PhoneNumberStatus": status}
                return {"ClaimedPhoneNumberSummary": described}
        raise ServiceError("ResourceNotFoundException", f"no phone number {requested}")

    def _matching_numbers(self, params: Mapping[str, Any]) -> Iterator[ClaimedNumber]:
        for number in self.numbers:
            if (
                params.get("InstanceId", number.instance_id) == number.instance_id
                and params.get("TargetArn", self._target(number)) == self._target(number)
                and number.country in params.get("PhoneNumberCountryCodes", [number.country])
                and number.type in params.get("PhoneNumberTypes", [number.type])
                and number.number.startswith(params.get("PhoneNumberPrefix", ""))
            ):
                yield number

    def _target(self, number: ClaimedNumber) -> str:
        return f"{self.instance.arn.rpartition('/')[0]}/{number.instance_id}"

    def _summary(self, number: ClaimedNumber) -> dict[str, Any]:
        arn_prefix = self.instance.arn.rpartition(":")[0]
        return {
            "PhoneNumberId": number.id,
            "PhoneNumberArn": f"{arn_prefix}:phone-number/{number.id}",
            "PhoneNumber": number.number,
            "PhoneNumberCountryCode": number.country,
            "PhoneNumberType": number.type,
            "TargetArn": self._target(number),
            "InstanceId": number.instance_id,
        }
