"""Why a contact ended: the DisconnectReason that DescribeContact returns.

Source of the values: the Connect administrator guide, "Data model for Connect contact
records", DisconnectReason, voice contacts. All of these values are documented. Which value
each ending gets is documented for some endings and our guess for others, as noted. The guide
also says that a contact may end without any, and the API model leaves the set open, so no
decision should depend on a value alone.
"""

from enum import StrEnum


class DisconnectReason(StrEnum):
    """The documented values that the simulated endings use."""

    BUSY = "TELECOM_BUSY"
    """Documented: the network reported busy."""

    REJECTED = "TELECOM_UNANSWERED"
    """Documented as "network or handset says it cannot be delivered now". That a rejected call
    gets this value, and not busy, is our guess."""

    RANG_OUT = "TELECOM_TIMEOUT"
    """Documented for 60 s of ringing on several networks. The guide also names
    TELECOM_ORIGINATOR_CANCEL for 60 s unanswered; choosing this one is our guess."""

    STOPPED_WHILE_RINGING = "TELECOM_ORIGINATOR_CANCEL"
    """Documented: the API user cancelled before the call was connected."""

    STOPPED_WHILE_CONNECTED = "OTHER"
    """Documented: includes disconnections initiated by API calls."""

    CALLEE_HUNG_UP = "CUSTOMER_DISCONNECT"
    """Documented for a customer who talks to an agent. That it is the same without an agent on
    the call is our guess."""

    FLOW_HUNG_UP = "CONTACT_FLOW_DISCONNECT"
    """Documented: a disconnect block of the flow. That a flow which fails without an error
    branch ends the same way is our guess."""
