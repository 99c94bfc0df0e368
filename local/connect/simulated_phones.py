"""A phone is a small script: what its owner, its network or Connect does with a call.

All times are story seconds.
"""

import math
from dataclasses import dataclass, fields
from typing import ClassVar

KEYPAD = "0123456789*#"
THROTTLES = ("ThrottlingException", "TooManyRequestsException")


class PhoneError(ValueError):
    """A phone script that cannot be; one line that says what to write instead."""


@dataclass(frozen=True)
class CallScript:
    """What happens on the line once Connect dials.

    Attributes:
        engaged: the network answers busy at once.
        rejected_after: seconds from dialling until the callee rejects the call.
        answered_after: seconds from dialling until it is answered.
        hung_up_after: seconds from the answer until the callee hangs up.
        keys: what is pressed: seconds from the answer, and the key.
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
        PhoneError: a time that is negative or endless, and whatever a kind adds.
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
        """What happens once it is dialled; by default it rings and rings."""
        return CallScript()

    def for_request(self, count: int) -> "Phone":
        """The phone that StartOutboundVoiceContact meets.

        Args:
            count: how many requests for this number came before, retries included.
        """
        del count
        return self


@dataclass(frozen=True)
class NoAnswer(Phone):
    """Rings until it is stopped, or Connect gives up."""

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
    """A machine: connects, talks, presses nothing, hangs up when it has recorded enough."""

    kind = "voicemail"
    answer_after: float = 20.0
    hang_up_after: float = 40.0

    @property
    def call_script(self) -> CallScript:
        """See Phone."""
        return CallScript(answered_after=self.answer_after, hung_up_after=self.hang_up_after)


@dataclass(frozen=True)
class HangUp(Phone):
    """Somebody answers and hangs up without a key."""

    kind = "hang_up"
    answer_after: float = 6.0
    hang_up_after: float = 3.0

    @property
    def call_script(self) -> CallScript:
        """See Phone."""
        return CallScript(answered_after=self.answer_after, hung_up_after=self.hang_up_after)


@dataclass(frozen=True)
class Silent(Phone):
    """Answered (a pocket, say) and left alone: no key, no hanging up."""

    kind = "silent"
    answer_after: float = 6.0

    @property
    def call_script(self) -> CallScript:
        """See Phone."""
        return CallScript(answered_after=self.answer_after)


@dataclass(frozen=True)
class Press(Phone):
    """A person who answers and presses keys.

    Attributes:
        keys: in order, such as "1", "2", "*1" or "51".
        answer_after: seconds from dialling.
        key_after: seconds from the answer to the first key.
        key_gap: seconds from each key to the next.
    """

    kind = "press"
    keys: str = "1"
    answer_after: float = 6.0
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
class NotAllowed(Phone):
    """Connect may not call this country: DestinationNotAllowedException."""

    kind = "not_allowed"


@dataclass(frozen=True)
class InvalidNumber(Phone):
    """Connect does not take the number: InvalidParameterException."""

    kind = "invalid_number"


@dataclass(frozen=True)
class FaultyAtFirst(Phone):
    """The base of the phones whose StartOutboundVoiceContact requests fail at first.

    Attributes:
        times: how many requests fail, retries included; None is all of them.
        then: the phone it is from then on (and whose line rings, where a call is placed).
    """

    kind = "faulty"
    times: int | None = None
    then: Phone = Press()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.times is not None and self.times < 1:
            raise PhoneError(f"{self.kind}: times must be 1 or more, not {self.times}")

    @property
    def call_script(self) -> CallScript:
        """See Phone."""
        return self.then.call_script

    def for_request(self, count: int) -> Phone:
        """See Phone."""
        if self.times is None or count < self.times:
            return self
        return self.then.for_request(count - self.times)


@dataclass(frozen=True)
class Throttled(FaultyAtFirst):
    """The first requests are throttled; ``error`` is one of the two spellings seen."""

    kind = "throttled"
    times: int | None = 2
    error: str = "TooManyRequestsException"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.error not in THROTTLES:
            raise PhoneError(f"throttled: error must be {' or '.join(THROTTLES)}, not {self.error}")


@dataclass(frozen=True)
class Unavailable(FaultyAtFirst):
    """The requests meet a server error: InternalServiceException."""

    kind = "unavailable"


@dataclass(frozen=True)
class NetworkFault(FaultyAtFirst):
    """The connection drops without an answer.

    Attributes:
        placed: whether the call had been placed by then, so that a phone rings although
            nobody was told.
    """

    kind = "network_fault"
    placed: bool = False


@dataclass(frozen=True)
class ScriptPerCall(Phone):
    """Does what the first script says at the first call, the second at the second, and so on.

    The last script holds for every call after it. Requests are what is counted, so a
    script in a list had better not be one whose requests fail.
    """

    kind = "turns"
    scripts: tuple[Phone, ...] = (NoAnswer(),)

    def for_request(self, count: int) -> Phone:
        """See Phone."""
        return self.scripts[min(count, len(self.scripts) - 1)]
