"""The SDK's retry quota: failed requests of a client use it up, successful ones restore it.

It lives as long as the client, so without a refill one run would affect the next.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.retries import quota

if TYPE_CHECKING:
    from collections.abc import Iterator


class RetryQuotas:
    """The retry quotas of some clients."""

    def __init__(self) -> None:
        self._quotas: list[quota.RetryQuota] = []

    @contextmanager
    def track_new_clients(self) -> Iterator[None]:
        """Collect the quota of every client that is created inside the context."""
        original = quota.RetryQuota
        quotas = self._quotas

        class TrackedQuota(original):  # type: ignore[misc, valid-type]
            def __init__(self) -> None:
                super().__init__()
                quotas.append(self)

        quota.RetryQuota = TrackedQuota  # type: ignore[assignment, misc]
        try:
            yield
        finally:
            quota.RetryQuota = original  # type: ignore[misc]

    def refill(self) -> None:
        """Make all quotas full, as they are when a client is new."""
        for each in self._quotas:
            each.release(quota.RetryQuota.INITIAL_CAPACITY)
