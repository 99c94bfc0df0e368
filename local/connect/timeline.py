"""What happened on the phones, in order, and why each call ended."""

from dataclasses import dataclass
from enum import StrEnum


class EntryType(StrEnum):
    """What can happen in a call."""

    CALLED = "called"  # by a person: an inbound call, connected at once
    DIALLED = "dialled"
    RINGING = "ringing"
    DIVERTED = "diverted"  # by the person with the phone; the text is the destination
    CONNECTED = "connected"
    SPOKE = "spoke"  # the flow
    PRESSED = "pressed"  # by the person, a key, or the keys that the flow stores
    HUNG_UP = "hung_up"  # either side; the text names it
    STOPPED = "stopped"  # by StopContact
    ENDED = "ended"  # the text is the disconnect reason


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened in one call.

    The text is the spoken text, the pressed key, or the reason.
    """

    at: float  # scenario seconds since the server's epoch
    contact_id: str
    number: str  # in E.164 format
    type: EntryType
    text: str


class DisconnectReason(StrEnum):
    """Why a contact ended: the DisconnectReason that DescribeContact returns.

    Source of the values: the Connect administrator guide, "Data model for Connect contact
    records", DisconnectReason, voice contacts. Which value each ending gets is documented for
    some endings and our guess for others, as noted. The guide also says that a contact may end
    without any, and the API model leaves the set open, so no decision should depend on a value
    alone.
    """

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

    OTHER_PARTY_HUNG_UP = "THIRD_PARTY_DISCONNECT"
    """Documented for a third party; our guess for the caller's end of the same call."""
