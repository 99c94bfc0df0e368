"""The stories walk the whole definition: what none of them comes by could be broken unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.definition.coverage import histories
from local.definition.walked import walked
from local.definition.ways import load
from local.story import story_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.virtual.told import VirtualEnding


def test_the_stories_walk_every_state_transition_catch_and_retry(
    told: Callable[[str], VirtualEnding],
) -> None:
    walk = walked(load(), histories(told(name) for name in story_names()))

    assert walk.unwalked == [], "a story of tests/scenarios has to come by; see make coverage-asl"
    assert walk.strange == []
