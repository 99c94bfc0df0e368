"""The virtual system, started once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.patience import virtual_system

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.simulation.system import VirtualSystem


@pytest.fixture(scope="package")
def virtual() -> Iterator[VirtualSystem]:
    """Callout in this process; each story that is told to it begins anew."""
    with virtual_system() as running:
        yield running
