"""Phones whose StartOutboundVoiceContact requests fail: always, or at first."""

from dataclasses import dataclass

from local.connect.simulated_phones import CallScript, Phone, PhoneError, Press

#: The two spellings of throttling; Connect's API model has only the first.
THROTTLES = ("ThrottlingException", "TooManyRequestsException")


@dataclass(frozen=True)
class NotAllowed(Phone):
    """Connect may not call this country: DestinationNotAllowedException."""

    kind = "not_allowed"


@dataclass(frozen=True)
class InvalidNumber(Phone):
    """Connect refuses the number: InvalidParameterException."""

    kind = "invalid_number"


@dataclass(frozen=True)
class FaultyAtFirst(Phone):
    """The base of the phones whose first StartOutboundVoiceContact requests fail.

    Attributes:
        times: the number of requests that fail, retries included; None for all of them.
        then: the phone after that, and the one that rings if a failing request places a call.
    """

    kind = "faulty"
    times: int | None = None
    then: Phone = Press()  # noqa: RUF009 - immutable

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
    """The requests get a server error: InternalServiceException."""

    kind = "unavailable"


@dataclass(frozen=True)
class NetworkFault(FaultyAtFirst):
    """The connection drops without a response.

    Attributes:
        placed: whether the call is placed before that, so that a phone rings although the client
            got no response.
    """

    kind = "network_fault"
    placed: bool = False
