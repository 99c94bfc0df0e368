"""The quotas of the simulated account: today only the request rate of each operation."""

from dataclasses import dataclass, field


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
