"""Some of the runs of `make chaos`, always the same ones: six pages and two storms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.workers import result_of

if TYPE_CHECKING:
    from local.simulation.system import VirtualSystem


@pytest.mark.parametrize("seed", range(8))
def test_a_random_run_ends_as_the_model_says_and_breaks_no_invariant(
    seed: int, virtual: VirtualSystem
) -> None:
    result = result_of(virtual, seed)

    assert not result.failed, f"{result.text}\nagain: make chaos SEED={seed}"
