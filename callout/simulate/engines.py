"""What tells stories: in virtual time in this process, or on the emulator."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from unittest.mock import patch

from callout.simulate.engine import Engine
from local.environment import NOWHERE, local_environment
from local.scenarios.emulator_runner import Ending, Listener
from local.scenarios.emulator_runner import tell as tell_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from local.connect.timeline import TimelineEntry
    from local.scenarios.scenario import Scenario
    from local.system import LocalSystem

#: Story seconds per real second on the emulator; faster, and its own steps would look long.
SPEED = 40


@dataclass(frozen=True)
class Failure:
    """A task that failed; the state machine may have tried it again.

    Attributes:
        at: story second.
        entered: how many states had been entered, this one too.
        error: the name of the error.
    """

    at: float
    entered: int
    error: str


@dataclass
class Told(Listener):
    """A story that was told.

    Attributes:
        story: the same.
        ending: what came of it; None until it has ended.
        states: each state that was entered: the story second, its name and its input.
        phones: what happened on phones.
        failures: of tasks; in virtual time only.
    """

    story: Scenario
    ending: Ending | None = None
    states: list[tuple[float, str, dict[str, Any]]] = field(default_factory=list)
    phones: list[TimelineEntry] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def state(self, at: float, name: str, given: dict[str, Any]) -> None:
        """See Listener."""
        self.states.append((at, name, given))

    def phone(self, entry: TimelineEntry) -> None:
        """See Listener."""
        self.phones.append(entry)

    def event(self, at: float, event: Mapping[str, Any]) -> None:
        """Take in an event of the execution's history."""
        if details := event.get("stateEnteredEventDetails"):
            self.state(at, details["name"], json.loads(details["input"]))
            return
        for kind in ("taskFailedEventDetails", "taskTimedOutEventDetails"):
            if details := event.get(kind):
                self.failures.append(Failure(at, len(self.states), details["error"]))


class Teller(Protocol):
    """Tells a story; raises LocalError where it cannot be told."""

    def __call__(self, story: Scenario) -> Told:
        """Tell it."""


@contextmanager
def teller(engine: Engine, say: Callable[[str], None]) -> Iterator[Teller]:
    """Start an engine, for as long as stories are told.

    Args:
        engine: which.
        say: told what is done while it starts, which takes seconds.

    Raises:
        LocalError: it does not start.
    """
    starting = _virtual if engine is Engine.VIRTUAL else _emulator
    with patch.dict(os.environ, local_environment(NOWHERE), clear=True), starting(say) as tell:
        yield tell


@contextmanager
def _virtual(say: Callable[[str], None]) -> Iterator[Teller]:
    say("reading the state machine and the functions (the first time takes some seconds more)")
    from local.virtual.system import VirtualSystem  # noqa: PLC0415 - moto takes a second

    with VirtualSystem() as system:

        def tell(story: Scenario) -> Told:
            ending = system.tell(story)
            told = Told(story, ending, phones=system.connect.timeline)
            for event in ending.history:
                at = datetime.fromisoformat(event["timestamp"]) - system.clock.epoch
                told.event(at.total_seconds(), event)
            return told

        yield tell


@contextmanager
def _emulator(say: Callable[[str], None]) -> Iterator[Teller]:
    from local.demo import REHEARSAL  # noqa: PLC0415
    from local.system import LocalSystem  # noqa: PLC0415

    with LocalSystem(time_scale=1 / SPEED, say=say) as system:
        say("a first page, unseen, so that the functions are warm")
        tell_to(system, REHEARSAL)

        yield on_emulator(system)


def on_emulator(system: LocalSystem) -> Teller:
    """Tell stories on an emulator that runs."""

    def tell(story: Scenario) -> Told:
        told = Told(story)
        told.ending = tell_to(system, story, told)
        return told

    return tell
