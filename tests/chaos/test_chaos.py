"""Fifty of the runs of `make chaos`, always the same ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.run import run
from tests.chaos.shown import shown
from tests.chaos.stories import story_of

if TYPE_CHECKING:
    from local.virtual.system import VirtualSystem


@pytest.mark.parametrize("seed", range(50))
def test_whatever_happens_the_page_ends_as_the_model_says(
    seed: int, virtual: VirtualSystem
) -> None:
    told = run(virtual, story_of(seed))

    assert not told.failed, (
        f"{shown(told, virtual.connect.timeline)}\nagain: make chaos SEED={seed}"
    )
