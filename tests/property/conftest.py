"""Start the virtual system once in each pytest process that needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.simulation.system import VirtualSystem

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="package")
def virtual() -> Iterator[VirtualSystem]:
    """Return Callout in this process; each scenario resets it."""
    with VirtualSystem() as running:
        yield running
