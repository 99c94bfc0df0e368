"""A story of tests/scenarios, played on the page: its phones do what it says, by themselves."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from local.scenarios.files import SCENARIOS_DIR, scenario_names
from local.scenarios.scenario import read_scenario
from oncall.incident import DEFAULT_TEAM

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem
    from local.phones.event_stream import Feed
    from local.phones.fault_toggles import Faults
    from local.scenarios.scenario import Scenario


#: Whose roster there is at the beginning, and what is offered first.
FIRST = "company-of-four"


@cache
def stories() -> dict[str, Scenario]:
    """Give the stories that the page can play, by name.

    Not those that happen at a time, that are of several events, or that change how long something
    lasts: they need whoever tells them to the end. And those of the team whose phones are shown.
    """
    names = sorted(scenario_names(), key=lambda name: name != FIRST)
    told = {name: read_scenario(SCENARIOS_DIR / f"{name}.yaml") for name in names}
    return {name: story for name, story in told.items() if _can_be_played(story)}


def _can_be_played(story: Scenario) -> bool:
    needs_more = story.at or story.also or story.ack_timeout_minutes or story.further_deliveries
    return not needs_more and story.team == DEFAULT_TEAM and bool(story.names_by_number())


class Player:
    """Plays stories.

    Args:
        system: where.
        feed: told of the story that the phones follow (`story`), "" where they follow none.
        faults: where a story's faults are set.
    """

    def __init__(self, system: LocalSystem, feed: Feed, faults: Faults) -> None:
        self._system = system
        self._feed = feed
        self._faults = faults

    def play(self, name: str) -> None:
        """Begin a story; raises KeyError where there is none of the name.

        Its roster is saved, its phones are scripted, its faults strike, its event happens.
        """
        story = stories()[name]
        self._system.forget_incidents(story.team)
        self._system.save_roster(story.roster_text, story.team)
        self._system.connect.phones = story.phones_by_number()
        self._faults.strike(story.fault_injector)
        self._feed.say("story", name=name, title=story.title)
        self._system.put(story.event_sent)

    def stop(self) -> None:
        """Give the phones back to whoever sits before the page; calls that go on go on."""
        self._system.connect.phones = {}
        self._faults.strike_switched()
        self._feed.say("story", name="", title="")
