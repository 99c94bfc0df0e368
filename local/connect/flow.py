"""The contact flow: what the callee hears, and what each key does.

A flow is a generator of steps. It yields what is to be spoken and is sent the key that
was pressed, or None; when it returns, the call is hung up. It knows nothing of time:
the call does.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Speak:
    """Speak a text. Keys pressed meanwhile are lost, as in Connect's MessageParticipant."""

    ssml: str


@dataclass(frozen=True)
class Listen:
    """Speak a text and take one key, during it or within ``wait`` seconds after it.

    The flow is sent the key, or None when there was none (GetParticipantInput).
    """

    ssml: str
    wait: float


@dataclass(frozen=True)
class Remember:
    """Set contact attributes (UpdateContactAttributes); takes no time."""

    attributes: Mapping[str, str]


Step = Speak | Listen | Remember
Steps = Generator[Step, str | None, None]


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


@dataclass(frozen=True)
class Answer:
    """What a key means: the ``response`` it sets, and the attribute spoken to confirm it."""

    response: str
    prompt: str


@dataclass(frozen=True)
class CalloutFlow:
    """Speaks the message and takes 1 (acknowledged), 2 (declined) or * (again).

    Attributes:
        tries: how often the message is spoken in all, whether it is repeated for silence,
            for * or for a wrong key: the loop around the input block counts them alike.
        wait: seconds of waiting for a key after the message.
    """

    tries: int = 3
    wait: float = 10.0
    wrong_key: str = "<speak>That is not one of the keys.</speak>"
    answers: Mapping[str, Answer] = field(
        default_factory=lambda: {
            "1": Answer("acknowledged", "prompt_confirmed"),
            "2": Answer("declined", "prompt_declined"),
        }
    )

    def run(self, attributes: Mapping[str, str]) -> Steps:
        """See ContactFlow."""
        _need(attributes, "voice")
        _need(attributes, "language")
        message = _need(attributes, "message")
        for _ in range(self.tries):
            key = yield Listen(message, self.wait)
            if answer := self.answers.get(key or ""):
                # Set first: the answer counts even if the callee hangs up on the prompt.
                yield Remember({"response": answer.response})
                yield Speak(_need(attributes, answer.prompt))
                return
            if key not in (None, "*"):
                yield Speak(self.wrong_key)


def _need(attributes: Mapping[str, str], name: str) -> str:
    if not attributes.get(name):
        raise FlowError(f"the flow needs the contact attribute {name}")
    return attributes[name]
