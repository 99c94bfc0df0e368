"""The simulated Connect instance: its ids, and how it describes a contact."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.connect.simulated_call import Call


@dataclass(frozen=True)
class Instance:
    """A Connect instance with one flow and one claimed number.

    Attributes:
        instance_id: its id.
        contact_flow_id: the id of its outbound flow.
        source_phone_number: the number that calls come from, in E.164 format.
        region: the AWS region in its ARNs.
        account: the AWS account in its ARNs.
    """

    instance_id: str = "5e0c3a51-7d8e-4c52-9f0b-2a6d1c3b4e5f"
    contact_flow_id: str = "a1b7c9d2-3e4f-4a5b-8c6d-7e8f9a0b1c2d"
    source_phone_number: str = "+12065550100"
    region: str = "us-east-1"
    account: str = "000000000000"

    @property
    def arn(self) -> str:
        """The ARN of the instance."""
        return f"arn:aws:connect:{self.region}:{self.account}:instance/{self.instance_id}"

    def contact_arn(self, contact_id: str) -> str:
        """Return the ARN of a contact."""
        return f"{self.arn}/contact/{contact_id}"

    def describe(
        self,
        call: Call,
        attributes: Mapping[str, str],
        date: Callable[[float], datetime],
    ) -> dict[str, Any]:
        """Return the Contact of DescribeContact.

        Fields that only campaigns have (RingStartTimestamp, AnsweringMachineDetectionStatus) are
        omitted, as Connect omits them for other calls.

        Args:
            call: the contact.
            attributes: its attributes, as this response shows them.
            date: returns the date of a scenario second.
        """
        contact: dict[str, Any] = {
            "Arn": self.contact_arn(call.contact_id),
            "Id": call.contact_id,
            "InitiationMethod": "API",
            "Channel": "VOICE",
            "InitiationTimestamp": date(call.placed_at),
            "LastUpdateTimestamp": date(call.updated_at),
            "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": call.number},
            "SystemEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": self.source_phone_number},
            "Attributes": dict(attributes),
        }
        if call.connected_at is not None:
            contact["ConnectedToSystemTimestamp"] = date(call.connected_at)
        if call.ended_at is not None:
            contact["DisconnectTimestamp"] = date(call.ended_at)
            contact["DisconnectReason"] = str(call.disconnect_reason)
        return contact
