"""Why a contact ended, as DescribeContact's DisconnectReason says it.

Source of the values: the Connect administrator guide, "Data model for Connect contact
records", DisconnectReason, voice contacts. All of these are documented values. Which of
them a given ending gets is documented for some and our guess for others, as noted.
The guide also says that a contact may end with none at all, and the API model leaves
the set open, so nothing should be decided by a value alone.
"""

from enum import StrEnum


class DisconnectReason(StrEnum):
    """The documented values that the simulated endings use."""

    BUSY = "TELECOM_BUSY"
    """Documented: the network answered busy."""

    REJECTED = "TELECOM_UNANSWERED"
    """Documented as "network or handset says it cannot be delivered now"; that a callee who
    rejects the call lands here, and not under busy, is our guess."""

    RANG_OUT = "TELECOM_TIMEOUT"
    """Documented for 60 s of ringing on several networks. The guide names
    TELECOM_ORIGINATOR_CANCEL for 60 s unanswered too; choosing this one is our guess."""

    STOPPED_WHILE_RINGING = "TELECOM_ORIGINATOR_CANCEL"
    """Documented: the API user cancelled before the call was connected."""

    STOPPED_WHILE_CONNECTED = "OTHER"
    """Documented: among others, disconnections that API calls initiate."""

    CALLEE_HUNG_UP = "CUSTOMER_DISCONNECT"
    """Documented for a customer who talks to an agent; that it is the same with no agent on
    the call is our guess."""

    FLOW_HUNG_UP = "CONTACT_FLOW_DISCONNECT"
    """Documented: a disconnect block of the flow. That a flow which fails with no error
    branch ends the same way is our guess."""
