"""Visits to states: what each was given, did and gave, read from an execution's history."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from local.asl.transitions import Json


class Failure(NamedTuple):
    """Why a try of a task failed, or a Fail state: the history's own words."""

    error: str
    cause: str


@dataclass
class Visit:
    """One visit to a state.

    Attributes:
        state: its name.
        given, output: its input and its output; no output where it failed the execution.
        parameters: what its task was asked, after Parameters; None where nothing was.
        result: what its task answered in the end; None where it did not.
        failures: one for each try that failed.
        next_state: what was entered after it; "" for nothing.
    """

    state: str
    given: Any
    parameters: Any = None
    result: Any = None
    failures: list[Failure] = field(default_factory=list)
    output: Any = None
    next_state: str = ""

    @property
    def retried(self) -> bool:
        """Whether another try came after the first that failed."""
        return len(self.failures) > 1 or bool(self.failures and self.result is not None)


def visits(history: list[Json]) -> list[Visit]:
    """Read the visits of one execution, in order.

    Args:
        history: its events, as GetExecutionHistory gives them. Source of their names:
            HistoryEventType in the Step Functions API.
    """
    found: list[Visit] = []
    for event in history:
        kind = event["type"]
        [details] = [one for key, one in event.items() if key.endswith("EventDetails")] or [{}]
        if kind.endswith("StateEntered"):
            if found:
                found[-1].next_state = details["name"]
            found.append(Visit(details["name"], json.loads(details["input"])))
        elif found:
            _note(found[-1], kind, details)
    return found


def _note(visit: Visit, kind: str, details: Json) -> None:
    if kind == "TaskScheduled":
        visit.parameters = json.loads(details["parameters"])
    elif kind == "TaskSucceeded":
        visit.result = json.loads(details["output"])
    elif kind.endswith(("Failed", "TimedOut")):
        # After a success too: of a result that could not be selected.
        visit.result = None
        default = "States.Timeout" if kind.endswith("TimedOut") else "States.TaskFailed"
        visit.failures.append(Failure(details.get("error") or default, details.get("cause") or ""))
    elif kind.endswith("StateExited"):
        visit.output = json.loads(details["output"])


def context_of(machine: Json, seen: Iterable[Visit]) -> Json:
    """Give what these visits of one execution show of the context object, by path.

    A history does not tell it, but tasks are asked with values of it.

    Args:
        machine: the definition.
        seen: the visits; where they differ (in `State.Name`, say) the last one's counts.
    """
    found: Json = {}
    for visit in seen:
        template = machine["States"][visit.state].get("Parameters", {})
        found.update(_of_context(template, visit.parameters))
    return found


def nested(by_path: Json) -> Json:
    """Give the object that has these values at these paths."""
    found: Json = {}
    for path, value in by_path.items():
        *parents, last = path.split(".")
        at = found
        for key in parents:
            at = at.setdefault(key, {})
        at[last] = value
    return found


def _of_context(template: Json, filled: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - JSON
    if filled is None:
        return
    for key, value in template.items():
        if isinstance(value, dict):
            yield from _of_context(value, filled[key])
        elif key.endswith(".$") and value.startswith("$$."):
            yield value.removeprefix("$$."), filled[key.removesuffix(".$")]
