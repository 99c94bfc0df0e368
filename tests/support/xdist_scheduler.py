"""Which tests run in one worker of pytest: those that share what is dear to start.

Two emulators are enough to keep two cores busy, since most of a page is waiting; a third would
only be deployed to. A module that is in no place of these goes to whichever worker is free.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

if TYPE_CHECKING:
    import pytest
    from xdist.remote import Producer  # type: ignore[import-untyped]

STORIES, REST = "an emulator for the stories", "an emulator for the rest"
#: Folders and modules, the dearest first; the first that fits counts. What is in the wrong place
#: runs all the same, but has to start for itself what another worker has.
TOGETHER = {
    STORIES: ("tests/e2e/",),
    REST: (
        "tests/cli/",
        "tests/local/faults/",
        "tests/functions/",
        "tests/roster_validation/",
        "tests/monitoring/test_metrics",
        "tests/monitoring/test_emulator",
    ),
    "the CDK and virtual time": (
        "tests/benchmarks/",
        "tests/monitoring/",
        "tests/infrastructure/",
        "tests/local/test_state/",
        "tests/simulation/",
    ),
}


def place(nodeid: str) -> str:
    """Say with what else a test runs: the name of a group above, or its own module."""
    module = nodeid.split("::", maxsplit=1)[0]
    return next((name for name, paths in TOGETHER.items() if module.startswith(paths)), module)


def dearest_first(items: list[pytest.Item]) -> None:
    """Put what takes longest to the front, where each worker takes its first share."""
    order = list(TOGETHER)
    items.sort(key=lambda one: order.index(found) if (found := place(one.nodeid)) in order else 9)


class Together(LoadScopeScheduling):  # type: ignore[misc] # xdist says nothing of its types
    """Shares tests out by their place, in the order in which they were collected."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        config.option.loadscopereorder = False  # else: by the number of tests, not their cost
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return place(nodeid)
