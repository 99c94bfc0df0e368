"""The virtual system, started once, and what has been told to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.story import STORIES, read_story
from local.virtual.system import VirtualSystem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.virtual.told import VirtualEnding


@pytest.fixture(scope="package")
def virtual() -> Iterator[VirtualSystem]:
    """Callout in this process; each story that is told to it begins anew."""
    with VirtualSystem() as running:
        yield running
        assert running.connect.defects == [], "the simulated Connect broke Connect's own model"


@pytest.fixture(scope="package")
def told(virtual: VirtualSystem) -> Callable[[str], VirtualEnding]:
    """Tell a story of tests/scenarios by its name; its ending is kept."""
    kept: dict[str, VirtualEnding] = {}

    def tell(name: str) -> VirtualEnding:
        if name not in kept:
            kept[name] = virtual.tell(read_story(STORIES / f"{name}.yaml"))
        return kept[name]

    return tell
