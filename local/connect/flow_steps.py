"""What a call needs of a contact flow: its steps, one after the other.

A flow is a generator of steps. It yields what is to be spoken and is sent the key that
was pressed, or None; when it returns, the call is hung up. It knows nothing of time:
the call does.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Protocol

from local.connect.text_to_speech import Speech


@dataclass(frozen=True)
class PlayPrompt:
    """Speak a text. Keys pressed meanwhile are lost, as in Connect's MessageParticipant."""

    speech: Speech


@dataclass(frozen=True)
class GetInput:
    """Speak a text and take one key, during it or within ``wait`` seconds after it.

    The flow is sent the key, or None when there was none (GetParticipantInput).
    """

    speech: Speech
    wait: float


@dataclass(frozen=True)
class SetAttributes:
    """Set contact attributes (UpdateContactAttributes); takes no time.

    Where they cannot be set, AttributesNotSetError is thrown into the flow.
    """

    attributes: Mapping[str, str]


Step = PlayPrompt | GetInput | SetAttributes
Steps = Generator[Step, str | None, None]


class AttributesNotSetError(Exception):
    """The attributes of a Remember step were not set, none of them."""


class FlowError(Exception):
    """The flow cannot go on; Connect hangs up. The message says why."""


class ContactFlow(Protocol):
    """What a call needs of a flow."""

    def run(self, attributes: Mapping[str, str]) -> Steps:
        """The steps of one call.

        Args:
            attributes: the contact's attributes; what ``Remember`` sets shows up in it.

        Raises:
            FlowError: (while it runs) the flow cannot go on.
        """
