"""Visits to states, read from an execution's history: input, tries, output."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.asl.transitions import Json


class Failure(NamedTuple):
    """Why a try of a task, or a Fail state, failed: error and cause from the history."""

    error: str
    cause: str


@dataclass
class Visit:
    """One visit to a state.

    Attributes:
        given, output: its input and output; no output if it failed the execution.
        parameters: the task's input after Parameters; None if the task was not scheduled.
        result: the task's result; None if it has none.
        failures: everything that failed, in order. A result that ResultSelector cannot read counts.
        tries: the result or the Failure of each try of the task; what fails after a result counts
            as part of the same try.
    """

    state: str
    given: Any
    parameters: Any = None
    result: Any = None
    failures: list[Failure] = field(default_factory=list)
    tries: list[Any] = field(default_factory=list)
    output: Any = None
    next_state: str = ""
    is_trying: bool = False


def visits(history: Iterable[Json]) -> list[Visit]:
    """Read the visits of one execution from its history, as GetExecutionHistory returns it.

    Source of the names of events: HistoryEventType in the Step Functions API.
    """
    found: list[Visit] = []
    for event in history:
        if event["type"].endswith("StateEntered"):
            details = _details(event)
            if found:
                found[-1].next_state = details["name"]
            found.append(Visit(details["name"], json.loads(details["input"])))
        elif found:
            _record(found[-1], event)
    return found


def failure_of(event: Json) -> Failure:
    """Return what an event reports as failed."""
    default = "States.Timeout" if event["type"].endswith("TimedOut") else "States.TaskFailed"
    details = _details(event)
    return Failure(details.get("error") or default, details.get("cause") or "")


def _details(event: Json) -> Json:
    return next((value for key, value in event.items() if key.endswith("EventDetails")), {})


def _record(visit: Visit, event: Json) -> None:
    kind, details = event["type"], _details(event)
    if kind == "TaskScheduled":
        visit.parameters = json.loads(details.get("parameters", "null"))  # none in the emulator
        visit.is_trying = True
    elif kind == "TaskSucceeded":
        visit.result = json.loads(details.get("output") or "null")
        _end_try(visit, kind, visit.result)
    elif kind.endswith(("Failed", "TimedOut")):
        visit.result = None  # also after a success, if ResultSelector cannot read the result
        failure = failure_of(event)
        visit.failures.append(failure)
        _end_try(visit, kind, failure)
    elif kind.endswith("StateExited"):
        visit.output = json.loads(details["output"])


def _end_try(visit: Visit, kind: str, result: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    if visit.is_trying and kind.startswith("Task"):
        visit.tries.append(result)
        visit.is_trying = False
