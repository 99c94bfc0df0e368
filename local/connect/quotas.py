"""The quotas of the simulated account: the request rate, and the size of contact attributes.

There is no quota of concurrent calls; the fault `limit` (local/faults) returns its error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Source: StartOutboundVoiceContact and UpdateContactAttributes in the Connect API reference: over
# all pairs. The latter adds that a flow which would exceed it takes the error branch.
MAX_ATTRIBUTE_BYTES = 32_768


def attributes_size(attributes: Mapping[str, str]) -> int:
    """Return the bytes of all keys and values, in UTF-8."""
    return sum(len(text.encode()) for pair in attributes.items() for text in pair)


@dataclass
class RateLimit:
    """The account's request rate per operation: a token bucket, refilled over scenario time.

    The defaults are Connect's default quota.

    Attributes:
        per_second: the sustained rate, in requests per scenario second.
        burst: the number of requests at once.
    """

    per_second: float = 2.0
    burst: int = 5
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict, init=False, repr=False)

    def allows(self, operation: str, now: float) -> bool:
        """Whether one more request is allowed; if it is, take its token."""
        tokens, since = self._buckets.get(operation, (float(self.burst), now))
        tokens = min(float(self.burst), tokens + (now - since) * self.per_second)
        allowed = tokens >= 1
        self._buckets[operation] = (tokens - 1 if allowed else tokens, now)
        return allowed
