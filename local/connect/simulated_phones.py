"""What each kind of simulated phone does with a call, and its default times.

A phone stands for its owner or its network. All times are scenario seconds. A phone rings as soon
as Connect dials it; how long it rings at most is in simulated_call.py. Phones that Connect cannot
call are in failing_numbers.py.
"""

import math
from dataclasses import dataclass, fields
from typing import ClassVar

KEYPAD = "0123456789*#"
#: How long a phone rings before a person answers.
DEFAULT_ANSWER_AFTER = 6.0


class PhoneError(ValueError):
    """An invalid phone; the message is one line, with the fix."""


@dataclass(frozen=True)
class CallScript:
    """What happens once Connect dials.

    Attributes:
        busy: the network reports busy at once.
        rejected_after: seconds from dialing until the callee rejects the call.
        answered_after: seconds from dialing until the call is answered.
        hung_up_after: seconds from the answer until the callee hangs up.
        keys: the pressed keys: seconds from the answer, and the key.
    """

    busy: bool = False
    rejected_after: float | None = None
    answered_after: float | None = None
    hung_up_after: float | None = None
    keys: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class Phone:
    """The base of every phone.

    Raises:
        PhoneError: a time is negative or infinite, or a parameter of the kind is invalid.
    """

    kind: ClassVar[str]

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.type is float and not 0 <= value < math.inf:
                raise PhoneError(
                    f"{self.kind}: {field.name} must be 0 or more seconds, not {value}"
                )

    @property
    def call_script(self) -> CallScript:
        """What happens once it is dialed; by default it keeps ringing."""
        return CallScript()

    def for_request(self, count: int) -> "Phone":
        """Return the phone that one StartOutboundVoiceContact request meets.

        Args:
            count: the number of earlier requests for this number, retries included.
        """
        del count
        return self


@dataclass(frozen=True)
class NoAnswer(Phone):
    """Rings until the call is stopped or Connect gives up."""

    kind = "no_answer"


@dataclass(frozen=True)
class Busy(Phone):
    """Ends at once, never connected."""

    kind = "busy"

    @property
    def call_script(self) -> CallScript:
        """See Phone."""
        return CallScript(busy=True)


@dataclass(frozen=True)
class Reject(Phone):
    """Rings, then the callee rejects the call; never connected."""

    kind = "reject"
    after: float = 4.0

    @property
    def call_script(self) -> CallScript:
        """See Phone."""
        return CallScript(rejected_after=self.after)


@dataclass(frozen=True)
class Voicemail(Phone):
    """An answering machine: connects, presses no key, hangs up after its recording time."""

    kind = "voicemail"
    answer_after: float = 20.0
    hang_up_after: float = 40.0

    @property
    def call_script(self) -> CallScript:
        """See Phone."""
        return CallScript(answered_after=self.answer_after, hung_up_after=self.hang_up_after)


@dataclass(frozen=True)
class HangUp(Phone):
    """A person answers, and hangs up without pressing a key."""

    kind = "hang_up"
    answer_after: float = DEFAULT_ANSWER_AFTER
    hang_up_after: float = 3.0

    @property
    def call_script(self) -> CallScript:
        """See Phone."""
        return CallScript(answered_after=self.answer_after, hung_up_after=self.hang_up_after)


@dataclass(frozen=True)
class Silent(Phone):
    """Answered (in a pocket, for example): no key, no hanging up."""

    kind = "silent"
    answer_after: float = DEFAULT_ANSWER_AFTER

    @property
    def call_script(self) -> CallScript:
        """See Phone."""
        return CallScript(answered_after=self.answer_after)


@dataclass(frozen=True)
class Press(Phone):
    """A person answers and presses keys.

    Attributes:
        keys: in order, such as "1", "2", "*1" or "51".
        answer_after: seconds from dialing.
        key_after: seconds from the answer to the first key.
        key_gap: seconds from each key to the next.
    """

    kind = "press"
    keys: str = "1"
    answer_after: float = DEFAULT_ANSWER_AFTER
    key_after: float = 8.0
    key_gap: float = 4.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.keys or set(self.keys) - set(KEYPAD):
            raise PhoneError(f"press: keys must be keys of a phone ({KEYPAD}), not {self.keys!r}")

    @property
    def call_script(self) -> CallScript:
        """See Phone."""
        keys = tuple((self.key_after + i * self.key_gap, key) for i, key in enumerate(self.keys))
        return CallScript(answered_after=self.answer_after, keys=keys)


@dataclass(frozen=True)
class ScriptPerCall(Phone):
    """Uses the first script for the first call, the second for the second, and so on.

    The last script applies to every later call. Scripts are chosen by counting requests, so a
    script in the list should not be one whose requests fail.
    """

    kind = "turns"
    scripts: tuple[Phone, ...] = (NoAnswer(),)

    def for_request(self, count: int) -> Phone:
        """See Phone."""
        return self.scripts[min(count, len(self.scripts) - 1)]
