"""The virtual system, started once in each of pytest's processes that needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.simulation.system import VirtualSystem

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="package")
def virtual() -> Iterator[VirtualSystem]:
    """Callout in this process; each scenario that is told to it begins anew."""
    with VirtualSystem() as running:
        yield running
