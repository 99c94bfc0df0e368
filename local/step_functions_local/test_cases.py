"""Test cases from histories: the input, what each task returned, and the expected result."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.asl.state_visits import Failure, visits
from local.emulator.process import LocalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from local.simulation.all_scenarios import AllScenarios

Json = dict[str, Any]

_EXECUTION = re.compile(r"arn:aws:states:[\w-]+:\d{12}:execution:[\w-]+:(?P<name>[\w-]+)")


@dataclass(frozen=True)
class Case:
    """One execution of a scenario.

    Attributes:
        name: the scenario's name in the style of AWS's examples: FirstAnswers.
        given: the execution's input.
        responses: by state, the result of each try of its task over all visits:
            {"Return": …} or {"Throw": {"Error": …, "Cause": …}}.
        states: the states entered, in order.
        failed_tries: see `failed_tries`.
        output: the execution's output; empty if it failed.
        error: the error that it failed with.
        unique: values that differ in another execution: its name and ARN, if a task got them, and
            its start time, as Step Functions writes it.
    """

    name: str
    given: Json
    responses: dict[str, list[Json]] = field(default_factory=dict)
    states: list[str] = field(default_factory=list)
    failed_tries: list[tuple[str, int]] = field(default_factory=list)
    output: Json = field(default_factory=dict)
    error: str = ""
    unique: frozenset[str] = frozenset()


def cases_from_scenarios(scenarios: AllScenarios) -> list[Case]:
    """Return a test case for each execution of every scenario."""
    return [
        case
        for name, result in scenarios.results.items()
        for case in cases_of(name, result.histories)
    ]


def cases_of(scenario: str, histories: Iterable[Sequence[Json]]) -> list[Case]:
    """Return a test case for each execution of a scenario: FirstAnswers, FirstAnswers2 and so on.

    Args:
        scenario: its name, such as first-answers.
        histories: events as GetExecutionHistory returns them, timestamps as ISO 8601.
    """
    words = "".join(word.capitalize() for word in scenario.split("-"))
    return [
        case_of(words if number == 1 else f"{words}{number}", history)
        for number, history in enumerate(histories, start=1)
    ]


def case_of(name: str, history: Sequence[Json]) -> Case:
    """Return the test case of one history.

    Raises:
        LocalError: the history does not begin with the start of an execution.
    """
    started = history[0].get("executionStartedEventDetails") if history else None
    if started is None:
        raise LocalError(f"{name}: the history does not begin with ExecutionStarted")
    execution = _EXECUTION.search(json.dumps(history))
    names = {execution[0], execution["name"]} if execution else set()
    last = history[-1]
    return Case(
        name=name,
        given=json.loads(started["input"]),
        responses=responses(history),
        states=entered_states(history),
        failed_tries=failed_tries(history),
        output=json.loads(last.get("executionSucceededEventDetails", {}).get("output", "{}")),
        error=last.get("executionFailedEventDetails", {}).get("error", ""),
        unique=frozenset({str(history[0]["timestamp"]), *names}),
    )


def entered_states(history: Sequence[Json]) -> list[str]:
    """Return the states that were entered, in order."""
    return [visit.state for visit in visits(history)]


def responses(history: Sequence[Json]) -> dict[str, list[Json]]:
    """Return the response for each try of each task, by state and in order.

    What fails after a result (a ResultSelector, for example) will fail again after the same result.
    """
    found: dict[str, list[Json]] = {}
    for visit in visits(history):
        for result in visit.tries:
            found.setdefault(visit.state, []).append(_response(result))
    return found


def failed_tries(history: Sequence[Json]) -> list[tuple[str, int]]:
    """Return each visit with failed tries: the state and the number of failed tries."""
    counted = (
        (visit.state, sum(isinstance(result, Failure) for result in visit.tries))
        for visit in visits(history)
    )
    return [(state, failed) for state, failed in counted if failed]


def _response(result: Any) -> Json:  # noqa: ANN401 - whatever JSON holds
    if isinstance(result, Failure):
        return {"Throw": {"Error": result.error, "Cause": result.cause}}
    return {"Return": result}
