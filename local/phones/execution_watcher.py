"""Publishes what the state machine does, from the histories of its executions."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.asl.coverage import Position
from local.asl.transitions import load_definition, transitions
from local.scenarios.console_timeline import describe_state

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem
    from local.phones.event_stream import EventStream

#: Histories read in one poll. In an alert storm the others wait for the team lock, so reading
#: them later loses nothing.
MAX_HISTORIES = 12
#: History events in one request; a poll rarely finds more new ones.
PAGE_SIZE = 50
#: The states in which an execution waits for another one, or for a hold to end.
_WAITING = ("WaitForTeamLock", "WaitForHold")


@dataclass
class _Execution:
    """A running execution, and how much of it has been published."""

    arn: str
    position: Position
    last_event_id: int = 0
    polled_at: float = 0.0
    input: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.arn.rpartition(":")[2]


class ExecutionWatcher:
    """Follows the executions that start after it was created.

    Publishes each entered state (`state`), and each start and end (`execution`).
    """

    def __init__(self, system: LocalSystem, stream: EventStream) -> None:
        self._system = system
        self._stream = stream
        self._machine = load_definition()
        self._transition_numbers = {
            transition.signature: number
            for number, transition in enumerate(transitions(self._machine))
        }
        self._running: dict[str, _Execution] = {}
        self._finished = set(self._list_statuses())

    def poll(self) -> None:
        """Publish what is new."""
        statuses = self._list_statuses()
        for arn in reversed(statuses):
            if arn not in self._running and arn not in self._finished:
                self._running[arn] = execution = _Execution(arn, Position(self._machine))
                self._stream.publish(
                    "execution",
                    execution=execution.name,
                    status="RUNNING",
                    at=round(self._system.connect.now(), 2),
                )
        for execution in self._next_to_read():
            # The status was listed first: what happens in between is read now or in the next poll.
            execution.polled_at = time.monotonic()
            self._publish_states(execution)
            if statuses[execution.arn] != "RUNNING":
                self._publish_end(execution)

    def _next_to_read(self) -> list[_Execution]:
        """List those that do not wait for the lock first, then the longest unread ones."""
        queue = sorted(
            self._running.values(),
            key=lambda execution: (execution.position.state in _WAITING, execution.polled_at),
        )
        return queue[:MAX_HISTORIES]

    def _list_statuses(self) -> dict[str, str]:
        paginator = self._system.client("stepfunctions").get_paginator("list_executions")
        pages = paginator.paginate(stateMachineArn=self._system.deployment.state_machine_arn)
        return {
            execution["executionArn"]: execution["status"]
            for page in pages
            for execution in page["executions"]
        }

    def _publish_states(self, execution: _Execution) -> None:
        for event in self._new_events(execution):
            execution.last_event_id = event["id"]
            if signature := execution.position.advance(event):
                details = event["stateEnteredEventDetails"]
                execution.input = json.loads(details["input"])
                self._stream.publish(
                    "state",
                    execution=execution.name,
                    at=self._scenario_second(event["timestamp"].timestamp()),
                    state=details["name"],
                    transition=self._transition_numbers.get(signature),
                    text=describe_state(details["name"], execution.input),
                    title=_incident_title(execution.input),
                )

    def _new_events(self, execution: _Execution) -> list[dict[str, Any]]:
        """Return the unpublished history events, oldest first."""
        paginator = self._system.client("stepfunctions").get_paginator("get_execution_history")
        pages = paginator.paginate(
            executionArn=execution.arn,
            reverseOrder=True,
            PaginationConfig={"PageSize": PAGE_SIZE},
        )
        events: list[dict[str, Any]] = []
        for page in pages:
            events += [event for event in page["events"] if event["id"] > execution.last_event_id]
            if page["events"] and page["events"][-1]["id"] <= execution.last_event_id:
                break
        return events[::-1]

    def _publish_end(self, execution: _Execution) -> None:
        description = self._system.describe(execution.arn)
        output = json.loads(description.get("output") or "{}")
        self._stream.publish(
            "execution",
            execution=execution.name,
            status=description["status"],
            at=self._scenario_second(description["stopDate"].timestamp()),
            outcome=output.get("outcome", ""),
            acknowledged_by=output.get("acknowledged_by") or "",
        )
        del self._running[execution.arn]
        self._finished.add(execution.arn)

    def _scenario_second(self, timestamp: float) -> float:
        """Convert seconds since the epoch to the scenario second."""
        connect = self._system.connect
        return round(connect.now() - (time.time() - timestamp) / connect.time_scale, 2)


def _incident_title(state_input: dict[str, Any]) -> str:
    """Return the title of the incident in a state's input; "" before it is known."""
    incident = state_input.get("incident")
    return str(incident.get("title", "")) if isinstance(incident, dict) else ""
