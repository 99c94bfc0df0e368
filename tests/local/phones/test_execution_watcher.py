"""Every state is published once and in order, and an alert storm starves no execution."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from local.asl.transitions import Transition, TransitionKind, load_definition, transitions
from local.phones.execution_watcher import MAX_HISTORIES, PAGE_SIZE, ExecutionWatcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.emulator.system import LocalSystem
    from local.phones.event_stream import EventStream

NOW = datetime(2026, 11, 26, tzinfo=UTC)


class FakeStepFunctions:
    """A Step Functions client with executions and their histories."""

    def __init__(self) -> None:
        self.histories: dict[str, list[dict[str, Any]]] = {}
        self.statuses: dict[str, str] = {}
        self.read: list[str] = []

    def start(self, arn: str, *states: str) -> None:
        """Start an execution that enters these states."""
        self.histories.setdefault(arn, [])
        self.statuses[arn] = "RUNNING"
        for state in states:
            self.enter(arn, state)

    def enter(self, arn: str, state: str, state_input: object = None) -> None:
        """Let an execution enter a state with this input."""
        details = {"name": state, "input": json.dumps(state_input or {})}
        self.add_event(arn, "TaskStateEntered", stateEnteredEventDetails=details)

    def add_event(self, arn: str, kind: str, **details: object) -> None:
        """Add an event to the history."""
        events = self.histories[arn]
        events.append({"id": len(events) + 1, "type": kind, "timestamp": NOW} | details)

    def get_paginator(self, operation: str) -> FakeStepFunctions:
        """As boto3 does."""
        self._operation = operation
        return self

    def paginate(self, **parameters: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - as boto3
        """As boto3 does."""
        if self._operation == "list_executions":
            newest_first = reversed(self.statuses.items())
            yield {
                "executions": [
                    {"executionArn": arn, "status": status} for arn, status in newest_first
                ]
            }
            return
        self.read.append(parameters["executionArn"])
        events = self.histories[parameters["executionArn"]][::-1]
        for first in range(0, len(events), PAGE_SIZE):
            yield {"events": events[first : first + PAGE_SIZE]}


class FakeStream:
    """An event stream that records its messages."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def publish(self, kind: str, **fields: object) -> None:
        """As EventStream does."""
        self.messages.append({"kind": kind} | fields)

    def states(self, execution: str) -> list[str]:
        """List the published states of an execution."""
        return [
            message["state"]
            for message in self.of_kind("state")
            if message["execution"] == execution
        ]

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """List the messages of a kind."""
        return [message for message in self.messages if message["kind"] == kind]


def create_watcher(*earlier: str) -> tuple[FakeStepFunctions, FakeStream, ExecutionWatcher]:
    """Create a watcher after the `earlier` executions have started."""
    step_functions, stream = FakeStepFunctions(), FakeStream()
    for arn in earlier:
        step_functions.start(arn, "OpenIncident")
    system = SimpleNamespace(
        client=lambda _service: step_functions,
        deployment=SimpleNamespace(state_machine_arn="machine"),
        connect=SimpleNamespace(now=lambda: 100.0, time_scale=1.0),
        describe=lambda arn: {
            "status": step_functions.statuses[arn],
            "stopDate": NOW,
            "output": json.dumps({"outcome": "acknowledged", "acknowledged_by": "Ana"}),
        },
    )
    watcher = ExecutionWatcher(cast("LocalSystem", system), cast("EventStream", stream))
    return step_functions, stream, watcher


def test_every_state_is_published_once_with_its_transition() -> None:
    step_functions, stream, watcher = create_watcher()
    step_functions.start("a:1", "OpenIncident")
    watcher.poll()
    step_functions.add_event("a:1", "TaskSucceeded", taskSucceededEventDetails={})
    step_functions.enter("a:1", "Duplicate?")
    watcher.poll()
    watcher.poll()
    assert stream.states("1") == ["OpenIncident", "Duplicate?"]
    transition = transitions(load_definition())[stream.of_kind("state")[1]["transition"]]
    assert transition == Transition("OpenIncident", "Duplicate?", TransitionKind.NEXT)


def test_transition_after_an_error_is_the_catch() -> None:
    step_functions, stream, watcher = create_watcher()
    step_functions.start("a:1", "OpenIncident")
    error = {"error": "Runtime.ExitError"}
    step_functions.add_event("a:1", "TaskFailed", taskFailedEventDetails=error)
    step_functions.enter("a:1", "UseFallbackIncident")
    watcher.poll()
    assert (
        transitions(load_definition())[stream.of_kind("state")[1]["transition"]].kind
        is TransitionKind.CATCH
    )


def test_history_of_many_pages_is_published_completely() -> None:
    step_functions, stream, watcher = create_watcher()
    names = ["CheckCall", "CallFinished?", "WaitForAnswer"] * PAGE_SIZE
    step_functions.start("a:1", *names)
    watcher.poll()
    assert stream.states("1") == names


def test_title_is_published_as_soon_as_it_is_known() -> None:
    step_functions, stream, watcher = create_watcher()
    step_functions.start("a:1", "OpenIncident")
    step_functions.enter("a:1", "AcquireTeamLock", {"incident": {"title": "Root user signed in"}})
    watcher.poll()
    titles = [message["title"] for message in stream.of_kind("state")]
    assert titles == ["", "Root user signed in"]


def test_end_is_published_once_and_after_the_last_state() -> None:
    step_functions, stream, watcher = create_watcher()
    step_functions.start("a:1", "OpenIncident")
    step_functions.statuses["a:1"] = "SUCCEEDED"
    watcher.poll()
    watcher.poll()
    kinds = [message["kind"] for message in stream.messages]
    assert kinds == ["execution", "state", "execution"]
    assert stream.messages[-1]["outcome"] == "acknowledged"
    assert stream.messages[-1]["acknowledged_by"] == "Ana"


def test_earlier_executions_are_not_published() -> None:
    step_functions, stream, watcher = create_watcher("a:old")
    step_functions.start("a:new", "OpenIncident")
    watcher.poll()
    assert {message["execution"] for message in stream.messages} == {"new"}


def test_storm_polls_the_calling_execution_every_time_and_the_others_in_turn() -> None:
    step_functions, stream, watcher = create_watcher()
    for number in range(5 * MAX_HISTORIES):
        step_functions.start(f"a:{number}")
        step_functions.enter(f"a:{number}", "WaitForTeamLock", {"team_lock": {"wait_seconds": 5}})
    for _ in range(5):
        watcher.poll()
    assert len(set(step_functions.read)) == 5 * MAX_HISTORIES, "every execution was polled"
    step_functions.enter("a:7", "CheckCall")
    for _ in range(5):
        watcher.poll()
    assert stream.states("7")[-1] == "CheckCall"
    step_functions.read.clear()
    watcher.poll()
    assert step_functions.read[0] == "a:7"
    assert len(step_functions.read) == MAX_HISTORIES
