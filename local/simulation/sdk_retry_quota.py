"""The SDK's allowance of retries: a client spends it on faults, and gets it back by successes.

It lives as long as the client, so a run would find what the runs before it have left.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.retries import quota

if TYPE_CHECKING:
    from collections.abc import Iterator


class RetryQuotas:
    """The allowances of some clients."""

    def __init__(self) -> None:
        self._kept: list[quota.RetryQuota] = []

    @contextmanager
    def of_clients_made_here(self) -> Iterator[None]:
        """Keep hold of the allowance of every client that is made meanwhile."""
        original = quota.RetryQuota
        quotas = self._kept

        class Kept(original):  # type: ignore[misc, valid-type]
            def __init__(self) -> None:
                super().__init__()
                quotas.append(self)

        quota.RetryQuota = Kept  # type: ignore[assignment, misc]
        try:
            yield
        finally:
            quota.RetryQuota = original  # type: ignore[misc]

    def fill(self) -> None:
        """Make them all as they are when a client is new."""
        for one in self._kept:
            one.release(quota.RetryQuota.INITIAL_CAPACITY)
