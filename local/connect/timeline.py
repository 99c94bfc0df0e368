"""What happened on the phones, in order."""

from dataclasses import dataclass
from enum import StrEnum


class EntryType(StrEnum):
    """What can happen in a call."""

    DIALLED = "dialled"
    RINGING = "ringing"
    DIVERTED = "diverted"  # by the person with the phone; the text says where to
    CONNECTED = "connected"
    SPOKE = "spoke"  # the flow, to the callee
    PRESSED = "pressed"  # the callee, a key
    HUNG_UP = "hung_up"  # either side; the text says which
    STOPPED = "stopped"  # by StopContact
    ENDED = "ended"  # the text is the disconnect reason


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened in one call.

    Attributes:
        at: scenario seconds since the server's epoch.
        contact_id: the call.
        number: the phone, in E.164 format.
        type: what happened.
        text: the spoken text, the pressed key, or the reason.
    """

    at: float
    contact_id: str
    number: str
    type: EntryType
    text: str
