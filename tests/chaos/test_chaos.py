"""Some of the runs of `make chaos`, always the same ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.random_storms import is_storm, storm_of
from tests.chaos.run import run
from tests.chaos.shown import shown
from tests.chaos.stories import story_of
from tests.chaos.storm_laws import storm_breaches
from tests.chaos.storm_run import play
from tests.chaos.storm_shown import storm_shown

if TYPE_CHECKING:
    from local.virtual.system import VirtualSystem


SEEDS = range(8)


@pytest.mark.parametrize("seed", [one for one in SEEDS if not is_storm(one)])
def test_whatever_happens_the_page_ends_as_the_model_says(
    seed: int, virtual: VirtualSystem
) -> None:
    told = run(virtual, story_of(seed))

    assert not told.failed, (
        f"{shown(told, virtual.connect.timeline)}\nagain: make chaos SEED={seed}"
    )


@pytest.mark.parametrize("seed", [one for one in SEEDS if is_storm(one)])
def test_whatever_happens_no_storm_breaks_a_law(seed: int, virtual: VirtualSystem) -> None:
    told = play(virtual, storm_of(seed))

    found = storm_breaches(told)

    assert not found.all, (
        f"{storm_shown(told, found, virtual.connect.timeline)}\nagain: make chaos SEED={seed}"
    )
