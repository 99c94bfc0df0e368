"""What each task of an execution answered, in order, by its history."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.emulator.process import LocalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from local.simulation.all_scenarios import AllScenarios

Json = dict[str, Any]

_EXECUTION = re.compile(r"arn:aws:states:[\w-]+:\d{12}:execution:[\w-]+:(?P<name>[\w-]+)")
#: How a try ends. Source: HistoryEventType in the Step Functions API.
_ENDS = ("TaskSucceeded", "TaskFailed", "TaskTimedOut")


@dataclass(frozen=True)
class Case:
    """One execution of a story.

    Attributes:
        name: the story's, in the form of AWS's examples: FirstAnswers.
        given: the execution's input.
        answers: by state, what each try of its task came to, over all times that the state is
            entered: {"Return": …} or {"Throw": {"Error": …, "Cause": …}}.
        states: those entered, in order.
        faults: see `faults`.
        output: the execution's; empty where it failed.
        error: that it failed with.
        own: what another execution of the same has otherwise: its name and ARN, as far as a task
            was told them, and when it began, as Step Functions writes it.
    """

    name: str
    given: Json
    answers: dict[str, list[Json]] = field(default_factory=dict)
    states: list[str] = field(default_factory=list)
    faults: list[tuple[str, int]] = field(default_factory=list)
    output: Json = field(default_factory=dict)
    error: str = ""
    own: frozenset[str] = frozenset()


def cases_of_stories(told: AllScenarios) -> list[Case]:
    """Return a case for each execution of every story."""
    return [case for name in told.results for case in cases_of(name, told.results[name].histories)]


def cases_of(story: str, histories: Iterable[Sequence[Json]]) -> list[Case]:
    """Give a case for each execution of a story: FirstAnswers, FirstAnswers2 and so on.

    Args:
        story: its name, such as first-answers.
        histories: events as GetExecutionHistory gives them, timestamps as ISO 8601.
    """
    words = "".join(word.capitalize() for word in story.split("-"))
    return [
        case_of(words if number == 1 else f"{words}{number}", history)
        for number, history in enumerate(histories, start=1)
    ]


def case_of(name: str, history: Sequence[Json]) -> Case:
    """Read one history.

    Raises:
        LocalError: it does not begin with the start of an execution.
    """
    started = history[0].get("executionStartedEventDetails") if history else None
    if started is None:
        raise LocalError(f"{name}: the history does not begin with ExecutionStarted")
    told = _EXECUTION.search(json.dumps(history))
    named = {told[0], told["name"]} if told else set()
    last = history[-1]
    return Case(
        name=name,
        given=json.loads(started["input"]),
        answers=answers(history),
        states=entered_states(history),
        faults=faults(history),
        output=json.loads(last.get("executionSucceededEventDetails", {}).get("output", "{}")),
        error=last.get("executionFailedEventDetails", {}).get("error", ""),
        own=frozenset({str(history[0]["timestamp"]), *named}),
    )


def entered_states(history: Sequence[Json]) -> list[str]:
    """Return the states that were entered, in order."""
    return [state for state, answer in _tries(history) if answer is None]


def answers(history: Sequence[Json]) -> dict[str, list[Json]]:
    """Give what each try of each task came to, by state and in order.

    The first word on a try is taken: what fails after an answer (a ResultSelector, say) fails
    after the same answer again.
    """
    found: dict[str, list[Json]] = {}
    for state, answer in _tries(history):
        if answer:
            found.setdefault(state, []).append(answer)
    return found


def faults(history: Sequence[Json]) -> list[tuple[str, int]]:
    """Count the tries that failed each time that a state was entered, where any did."""
    found: list[tuple[str, int]] = []
    for state, answer in _tries(history):
        if answer is None:
            found.append((state, 0))
        elif "Throw" in answer:
            found[-1] = (state, found[-1][1] + 1)
    return [one for one in found if one[1]]


def _tries(history: Sequence[Json]) -> Iterator[tuple[str, Json | None]]:
    """Give each state that was entered, with None, and each answer of its task."""
    state = ""
    under_way = False
    for event in history:
        kind = event["type"]
        if details := event.get("stateEnteredEventDetails"):
            state = details["name"]
            yield state, None
        elif kind == "TaskScheduled":
            under_way = True
        elif under_way and kind in _ENDS:
            yield state, _answer(event)
            under_way = False


def _answer(event: Json) -> Json:
    [details] = [value for key, value in event.items() if key.endswith("EventDetails")]
    if event["type"] == "TaskSucceeded":
        return {"Return": json.loads(details["output"])}
    default = "States.Timeout" if event["type"].endswith("TimedOut") else "States.TaskFailed"
    error = {"Error": details.get("error") or default, "Cause": details.get("cause") or ""}
    return {"Throw": error}
