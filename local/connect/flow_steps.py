"""The steps of a contact flow, as a call executes them.

A flow is a generator of steps. It yields each prompt and is sent the pressed key, or None; when
it returns, the call hangs up. It has no notion of time: the call does.
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
    """Speak a text and take one key, during it or within ``timeout`` seconds after it.

    The flow is sent the key, or None if there was none (GetParticipantInput).
    """

    speech: Speech
    timeout: float


@dataclass(frozen=True)
class SetAttributes:
    """Set contact attributes (UpdateContactAttributes); takes no time.

    If they cannot be set, AttributesNotSetError is thrown into the flow.
    """

    attributes: Mapping[str, str]


Step = PlayPrompt | GetInput | SetAttributes
Steps = Generator[Step, str | None, None]


class AttributesNotSetError(Exception):
    """None of the attributes of a SetAttributes step were set."""


class FlowError(Exception):
    """The flow cannot continue, so Connect hangs up. The message says why."""


class ContactFlow(Protocol):
    """The flow that a call needs."""

    def run(self, attributes: Mapping[str, str]) -> Steps:
        """The steps of one call.

        Args:
            attributes: the contact's attributes; those that ``SetAttributes`` sets appear in it.

        Raises:
            FlowError: (while it runs) the flow cannot continue.
        """
