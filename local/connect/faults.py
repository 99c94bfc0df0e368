"""Faults of the service itself, which can be set while it runs, and its rate limit."""

from dataclasses import dataclass, field
from enum import StrEnum

from local.connect.wire import OPERATIONS


class FaultKind(StrEnum):
    """What a fault does to a request."""

    THROTTLING = "throttling"  # ThrottlingException
    TOO_MANY_REQUESTS = "too_many_requests"  # the unmodelled spelling of the same
    UNAVAILABLE = "unavailable"  # InternalServiceException
    LIMIT = "limit"  # LimitExceededException: as many calls at once as the account may have
    DENIED = "denied"  # AccessDeniedException: the caller lacks a permission
    DROP_BEFORE = "drop_before"  # no answer, and nothing was done
    DROP_AFTER = "drop_after"  # no answer, though it was done
    NOT_FOUND_YET = "not_found_yet"  # eventual consistency: the contact is not known yet
    LATE_ATTRIBUTES = "late_attributes"  # DescribeContact shows attributes of a while ago
    NO_DISCONNECT_REASON = "no_disconnect_reason"  # DescribeContact often has none


_OF_A_CONTACT = (FaultKind.NOT_FOUND_YET, FaultKind.LATE_ATTRIBUTES)
_OF_A_DESCRIPTION = (FaultKind.LATE_ATTRIBUTES, FaultKind.NO_DISCONNECT_REASON)


@dataclass
class Fault:
    """A fault of one operation, used up request by request.

    Attributes:
        operation: the operation it strikes, such as "DescribeContact".
        kind: what it does.
        times: how many requests it strikes; None is no limit.
        seconds: story seconds. For NOT_FOUND_YET the age at which a contact becomes
            known; for LATE_ATTRIBUTES how far behind they are (None: those the contact
            began with); for the others how long it goes on, from the first request it
            strikes. None is no limit.

    Raises:
        ValueError: the operation is not simulated, or cannot have this fault.
    """

    operation: str
    kind: FaultKind
    times: int | None = None
    seconds: float | None = None
    _struck_first_at: float | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.operation not in OPERATIONS:
            raise ValueError(f"{self.operation} is not one of {', '.join(OPERATIONS)}")
        if self.kind in _OF_A_DESCRIPTION and self.operation != "DescribeContact":
            raise ValueError(f"only DescribeContact can have {self.kind}")
        if self.kind is FaultKind.NOT_FOUND_YET and self.operation == "StartOutboundVoiceContact":
            raise ValueError("a call that is only being placed cannot be not_found_yet")

    def strikes(self, operation: str, now: float, contact_age: float | None) -> bool:
        """Whether it strikes this request; if so, it is used up by one.

        Args:
            operation: the operation requested.
            now: the story second.
            contact_age: story seconds since the contact was placed; None without one.
        """
        if operation != self.operation or self.is_over(now):
            return False
        if self.kind is FaultKind.NOT_FOUND_YET:
            if contact_age is None:
                return False
            if self.seconds is not None and contact_age >= self.seconds:
                return False
        if self._struck_first_at is None:
            self._struck_first_at = now
        if self.times is not None:
            self.times -= 1
        return True

    def is_over(self, now: float) -> bool:
        """Whether it will never strike again."""
        if self.times is not None and self.times <= 0:
            return True
        if self.kind in _OF_A_CONTACT or self.seconds is None or self._struck_first_at is None:
            return False
        return now >= self._struck_first_at + self.seconds


@dataclass
class RateLimit:
    """The account's limit per operation: a bucket of tokens, filled over story time.

    The defaults are Connect's default quota.

    Attributes:
        per_second: requests a story second that may go on for ever.
        burst: requests at once.
    """

    per_second: float = 2.0
    burst: int = 5
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict, init=False, repr=False)

    def allows(self, operation: str, now: float) -> bool:
        """Whether there is a token for one more request; if so, it is taken."""
        tokens, since = self._buckets.get(operation, (float(self.burst), now))
        tokens = min(float(self.burst), tokens + (now - since) * self.per_second)
        allowed = tokens >= 1
        self._buckets[operation] = (tokens - 1 if allowed else tokens, now)
        return allowed
