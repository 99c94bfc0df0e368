"""What executions have walked of a definition, by their histories."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.asl.transitions import retriers, ways

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.asl.transitions import Json, Retrier, Way

#: How the events begin that say what becomes of a task. Source: HistoryEventType in the Step
#: Functions API; the second is that of tasks that name a function's ARN as their Resource.
_TASK = ("Task", "LambdaFunction")
_SCHEDULED = tuple(f"{kind}Scheduled" for kind in _TASK)
_SUCCEEDED = tuple(f"{kind}Succeeded" for kind in _TASK)
_FAILED = tuple(f"{kind}{end}" for kind in _TASK for end in ("Failed", "TimedOut"))


@dataclass
class Walked:
    """How often each part of a definition was walked.

    Attributes:
        machine: the definition.
        states: times that each state was entered.
        ways: times that each way was taken.
        retriers: tries again that each retrier has caused.
        strange: what no way of the definition explains; a history of another definition.
    """

    machine: Json
    states: Counter[str] = field(default_factory=Counter)
    ways: Counter[Way] = field(default_factory=Counter)
    retriers: Counter[Retrier] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)

    @property
    def unwalked(self) -> list[str]:
        """Name what was never walked, in the order of the definition."""
        return [
            *(name for name in self.machine["States"] if not self.states[name]),
            *(str(way) for way in ways(self.machine) if not self.ways[way]),
            *(str(one) for one in retriers(self.machine) if not self.retriers[one]),
        ]


def walked(machine: Json, histories: Iterable[list[Json]]) -> Walked:
    """Count what these executions have walked.

    Args:
        machine: the definition, without Map and Parallel: events of one execution are in order.
        histories: the events of each execution, as GetExecutionHistory gives them.

    A Catch shows as a state that is entered after one whose task's last word was no success; so
    does one whose Parameters failed before the task was scheduled. A Retry shows as a task that
    is scheduled once more in a state that was not entered anew.

    Raises:
        ValueError: see `ways`.
    """
    found = Walked(machine)
    by_what_is_seen = {way.seen: way for way in ways(machine)}
    for history in histories:
        _walk(found, by_what_is_seen, history)
    return found


@dataclass
class Place:
    """Where one execution is, by its history so far.

    Attributes:
        machine: the definition, as for `walked`.
        state: the one entered last; "" before the first.
        error: what the task of that state has failed with; "" if it has not.
        succeeded: whether that task's last word was a success.
    """

    machine: Json
    state: str = ""
    error: str = ""
    succeeded: bool = False

    def take(self, event: Json) -> tuple[str, str, bool] | None:
        """Take in the next event; where it enters a state, give the way there as `Way.seen`."""
        kind = event["type"]
        if details := event.get("stateEnteredEventDetails"):
            task = self.machine["States"].get(self.state, {}).get("Type") == "Task"
            seen = (self.state, details["name"], task and not self.succeeded)
            self.state, self.error, self.succeeded = details["name"], "", False
            return seen
        if kind in _SUCCEEDED:
            self.succeeded = True
        elif kind in _FAILED:
            # After a success too: the emulator says so of a result that could not be selected.
            self.succeeded, self.error = False, _error(event)
        return None


def _walk(
    found: Walked, by_what_is_seen: dict[tuple[str, str, bool], Way], history: list[Json]
) -> None:
    place = Place(found.machine)
    for event in history:
        if seen := place.take(event):
            if way := by_what_is_seen.get(seen):
                found.ways[way] += 1
            elif seen[0]:
                found.strange.append(f"{seen[0]} -> {seen[1]}")
            found.states[place.state] += 1
        elif event["type"] in _SCHEDULED and place.error:
            own = [one for one in retriers(found.machine) if one.state == place.state]
            if retrier := next((one for one in own if one.is_for(place.error)), None):
                found.retriers[retrier] += 1
            else:
                found.strange.append(f"{place.state} retries {place.error}")


def _error(event: Json) -> str:
    """Give the name of the error that a task failed with."""
    [details] = [value for key, value in event.items() if key.endswith("EventDetails")]
    default = "States.Timeout" if event["type"].endswith("TimedOut") else "States.TaskFailed"
    return details.get("error") or default
