"""The simulation, started once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.simulation.system import VirtualSystem

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="package")
def virtual() -> Iterator[VirtualSystem]:
    """Yield the simulation; every run of a scenario starts fresh."""
    with VirtualSystem() as running:
        yield running
        assert running.connect.defects == [], "the simulated Connect broke Connect's own model"
