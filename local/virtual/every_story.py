"""Every story of tests/scenarios, told in virtual time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.scenarios.files import SCENARIOS_DIR, scenario_names
from local.scenarios.scenario import read_scenario
from local.virtual.system import VirtualSystem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.definition.ways import Json
    from local.virtual.told import VirtualEnding


@dataclass(frozen=True)
class EveryStory:
    """What came of them.

    Attributes:
        definition: the state machine's, as it was deployed: JSON text.
        endings: by the story's name.
    """

    definition: str
    endings: Mapping[str, VirtualEnding]

    def histories(self, name: str) -> Iterator[list[Json]]:
        """Give the history of every execution that a story has started."""
        ending = self.endings[name]
        yield ending.history
        yield from ending.further_histories

    def all_histories(self) -> Iterator[list[Json]]:
        """Give those of all stories."""
        for name in self.endings:
            yield from self.histories(name)


def every_story() -> EveryStory:
    """Tell them: half a minute."""
    with VirtualSystem() as system:
        endings = {}
        for name in scenario_names():
            try:
                endings[name] = system.tell(read_scenario(SCENARIOS_DIR / f"{name}.yaml"))
            except Exception as error:
                error.add_note(f"told: the story {name}")
                raise
        return EveryStory(system.deployed.definition, endings)
