"""What happened on the phones, in the order it happened."""

from dataclasses import dataclass
from enum import StrEnum


class EntryType(StrEnum):
    """The kinds of things that happen in a call."""

    DIALLED = "dialled"
    RINGING = "ringing"
    DIVERTED = "diverted"  # by whoever holds the phone; the text says where
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
        at: story seconds since the server's epoch.
        contact_id: the call it happened in.
        number: the phone, in E.164 format.
        what: what happened.
        text: what was spoken, pressed, or why.
    """

    at: float
    contact_id: str
    number: str
    type: EntryType
    text: str
