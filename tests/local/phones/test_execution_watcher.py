"""What executions do is told once each, in order, and a storm starves nobody."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from local.asl.transitions import Transition, TransitionKind, load_definition, transitions
from local.phones.execution_watcher import MOST_HISTORIES, PAGE, Executions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.emulator.system import LocalSystem
    from local.phones.event_stream import Feed

NOW = datetime(2026, 11, 26, tzinfo=UTC)


class StepFunctions:
    """Executions and their histories, as the API gives them."""

    def __init__(self) -> None:
        self.histories: dict[str, list[dict[str, Any]]] = {}
        self.statuses: dict[str, str] = {}
        self.read: list[str] = []

    def begin(self, arn: str, *states: str) -> None:
        """Begin an execution, which enters these states."""
        self.histories.setdefault(arn, [])
        self.statuses[arn] = "RUNNING"
        for state in states:
            self.enter(arn, state)

    def enter(self, arn: str, state: str, given: object = None) -> None:
        """Have it enter a state, with this input."""
        details = {"name": state, "input": json.dumps(given or {})}
        self.happen(arn, "TaskStateEntered", stateEnteredEventDetails=details)

    def happen(self, arn: str, kind: str, **details: object) -> None:
        """Add an event to its history."""
        events = self.histories[arn]
        events.append({"id": len(events) + 1, "type": kind, "timestamp": NOW} | details)

    def get_paginator(self, operation: str) -> StepFunctions:
        """As boto3's."""
        self._operation = operation
        return self

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - as boto3's
        """As boto3's."""
        if self._operation == "list_executions":
            listed = reversed(self.statuses.items())
            yield {
                "executions": [{"executionArn": one, "status": status} for one, status in listed]
            }
            return
        self.read.append(asked["executionArn"])
        events = self.histories[asked["executionArn"]][::-1]
        for first in range(0, len(events), PAGE):
            yield {"events": events[first : first + PAGE]}


class Told:
    """A feed that keeps what it is told."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def say(self, kind: str, **told: object) -> None:
        """As a feed does."""
        self.messages.append({"kind": kind} | told)

    def steps(self, execution: str) -> list[str]:
        """The states that were told of an execution."""
        return [one["state"] for one in self.of("step") if one["execution"] == execution]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """What was told of a kind."""
        return [one for one in self.messages if one["kind"] == kind]


def watched(*before: str) -> tuple[StepFunctions, Told, Executions]:
    """An emulator, a feed and who stands between; these executions have begun before."""
    states, told = StepFunctions(), Told()
    for arn in before:
        states.begin(arn, "OpenIncident")
    system = SimpleNamespace(
        client=lambda _service: states,
        deployment=SimpleNamespace(state_machine_arn="machine"),
        connect=SimpleNamespace(now=lambda: 100.0, time_scale=1.0),
        describe=lambda arn: {
            "status": states.statuses[arn],
            "stopDate": NOW,
            "output": json.dumps({"outcome": "acknowledged", "acknowledged_by": "Ana"}),
        },
    )
    return states, told, Executions(cast("LocalSystem", system), cast("Feed", told))


def test_each_state_is_told_once_with_the_way_that_was_taken() -> None:
    states, told, executions = watched()
    states.begin("a:1", "OpenIncident")
    executions.look()
    states.happen("a:1", "TaskSucceeded", taskSucceededEventDetails={})
    states.enter("a:1", "Duplicate?")
    executions.look()
    executions.look()
    assert told.steps("1") == ["OpenIncident", "Duplicate?"]
    taken = transitions(load_definition())[told.of("step")[1]["way"]]
    assert taken == Transition("OpenIncident", "Duplicate?", TransitionKind.NEXT)


def test_the_way_after_a_fault_is_the_catch() -> None:
    states, told, executions = watched()
    states.begin("a:1", "OpenIncident")
    states.happen("a:1", "TaskFailed", taskFailedEventDetails={"error": "Runtime.ExitError"})
    states.enter("a:1", "UseFallbackIncident")
    executions.look()
    assert transitions(load_definition())[told.of("step")[1]["way"]].kind is TransitionKind.CATCH


def test_a_history_of_many_pages_is_told_whole() -> None:
    states, told, executions = watched()
    names = ["CheckCall", "CallFinished?", "WaitForAnswer"] * PAGE
    states.begin("a:1", *names)
    executions.look()
    assert told.steps("1") == names


def test_a_title_is_told_from_where_it_is_known() -> None:
    states, told, executions = watched()
    states.begin("a:1", "OpenIncident")
    states.enter("a:1", "AcquireTeamLock", {"incident": {"title": "Root user signed in"}})
    executions.look()
    assert [one["title"] for one in told.of("step")] == ["", "Root user signed in"]


def test_an_end_is_told_after_the_last_state_and_once() -> None:
    states, told, executions = watched()
    states.begin("a:1", "OpenIncident")
    states.statuses["a:1"] = "SUCCEEDED"
    executions.look()
    executions.look()
    assert [one["kind"] for one in told.messages] == ["execution", "step", "execution"]
    assert told.messages[-1]["outcome"] == "acknowledged"
    assert told.messages[-1]["by"] == "Ana"


def test_what_began_before_is_not_told() -> None:
    states, told, executions = watched("a:old")
    states.begin("a:new", "OpenIncident")
    executions.look()
    assert {one["execution"] for one in told.messages} == {"new"}


def test_in_a_storm_who_calls_is_looked_at_each_time_and_the_rest_in_turn() -> None:
    states, told, executions = watched()
    for number in range(5 * MOST_HISTORIES):
        states.begin(f"a:{number}")
        states.enter(f"a:{number}", "WaitForTeamLock", {"line": {"wait_seconds": 5}})
    for _ in range(5):
        executions.look()
    assert len(set(states.read)) == 5 * MOST_HISTORIES, "each has had its turn"
    states.enter("a:7", "CheckCall")
    for _ in range(5):
        executions.look()
    assert told.steps("7")[-1] == "CheckCall"
    states.read.clear()
    executions.look()
    assert states.read[0] == "a:7"
    assert len(states.read) == MOST_HISTORIES
