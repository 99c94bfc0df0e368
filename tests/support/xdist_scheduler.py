"""Run tests that share an expensive fixture in the same pytest worker.

Three emulators keep two cores busy, because a page mostly waits. Modules outside these groups run
in any free worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

if TYPE_CHECKING:
    import pytest
    from xdist.remote import Producer  # type: ignore[import-untyped]

SCENARIOS, E2E, EMULATOR = (f"emulator for {tests}" for tests in ("scenarios", "e2e", "others"))
#: Prefixes of folders and modules by group, slowest group first; the longest match counts. A module
#: in the wrong group still passes, but its worker starts the fixture again.
GROUPS = {
    SCENARIOS: ("tests/e2e/test_scenarios",),
    E2E: ("tests/e2e/",),
    EMULATOR: (
        "tests/cli/",
        "tests/local/faults/",
        "tests/functions/",
        "tests/roster_validation/",
        "tests/monitoring/test_metrics",
        "tests/monitoring/test_emulator",
    ),
    "simulation": (
        "tests/simulation/",
        "tests/benchmarks/",
        "tests/property/",
        "tests/local/test_state/",
        "tests/cli/test_simulate",
    ),
    "CDK": ("tests/infrastructure/", "tests/monitoring/"),
    "incident table": (
        "tests/cli/test_ack_and_resolve",
        "tests/cli/test_html_report",
        "tests/cli/test_incident",
        "tests/cli/test_report_output",
    ),
}


def group_of(nodeid: str) -> str:
    """Return the group of a test: one of the above, or its own module."""
    module = nodeid.split("::", maxsplit=1)[0]
    prefixes = {prefix: name for name, paths in GROUPS.items() for prefix in paths}
    matching = [prefix for prefix in prefixes if module.startswith(prefix)]
    return prefixes[max(matching, key=len)] if matching else module


def sort_slowest_first(items: list[pytest.Item]) -> None:
    """Move the slowest tests to the front, so that workers start with them."""
    rank = {group: index for index, group in enumerate(GROUPS)}
    items.sort(key=lambda item: rank.get(group_of(item.nodeid), len(rank)))


class GroupScheduling(LoadScopeScheduling):  # type: ignore[misc] # xdist is untyped
    """Distributes tests by group, in the order of collection."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        config.option.loadscopereorder = False  # else: by the number of tests, not their cost
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
