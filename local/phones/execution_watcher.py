"""Tells the feed what the state machine does, by the histories of its executions."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.asl.coverage import Position
from local.asl.transitions import load_definition, transitions
from local.scenarios.console_timeline import said_of_state

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem
    from local.phones.event_stream import Feed

#: Executions whose histories are read at one look. In a storm the rest have their turn at the next:
#: they wait for the line, and their turn is as dull as the one before.
MOST_HISTORIES = 12
#: Events of a history that are asked for at once; a look mostly finds fewer that are new.
PAGE = 50
#: Where an execution has nothing to do but to wait for another.
_WAITS = "WaitForTeamLock"


@dataclass
class _Followed:
    """An execution, as far as the feed has been told of it."""

    arn: str
    position: Position
    events: int = 0
    looked: float = 0.0
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.arn.rpartition(":")[2]


class Executions:
    """Follows the executions that begin from now on.

    Args:
        system: where they run.
        feed: told of each state that one enters (`step`), and of its begin and end (`execution`).
    """

    def __init__(self, system: LocalSystem, feed: Feed) -> None:
        self._system = system
        self._feed = feed
        self._machine = load_definition()
        self._numbers = {
            transition.signature: number
            for number, transition in enumerate(transitions(self._machine))
        }
        self._running: dict[str, _Followed] = {}
        self._over = set(self._list())

    def look(self) -> None:
        """Tell what is new."""
        listed = self._list()
        for arn in reversed(listed):
            if arn not in self._running and arn not in self._over:
                self._running[arn] = one = _Followed(arn, Position(self._machine))
                self._feed.say("execution", execution=one.name, status="RUNNING", at=self._now())
        for one in self._due():
            # The status first: what happens between the two is read, and ends at the next look.
            over = listed[one.arn] != "RUNNING"
            one.looked = time.monotonic()
            self._tell_steps(one)
            if over:
                self._tell_end(one)

    def _due(self) -> list[_Followed]:
        """Give whose turn it is: who calls, then who has waited longest to be looked at."""
        queue = sorted(
            self._running.values(), key=lambda one: (one.position.state == _WAITS, one.looked)
        )
        return queue[:MOST_HISTORIES]

    def _list(self) -> dict[str, str]:
        pages = self._system.client("stepfunctions").get_paginator("list_executions")
        found = pages.paginate(stateMachineArn=self._system.deployment.state_machine_arn)
        return {one["executionArn"]: one["status"] for page in found for one in page["executions"]}

    def _tell_steps(self, one: _Followed) -> None:
        for event in self._news(one):
            one.events = event["id"]
            if signature := one.position.advance(event):
                details = event["stateEnteredEventDetails"]
                one.given = json.loads(details["input"])
                self._feed.say(
                    "step",
                    execution=one.name,
                    at=self._story_second(event["timestamp"].timestamp()),
                    state=details["name"],
                    way=self._numbers.get(signature),
                    said=said_of_state(details["name"], one.given),
                    title=_title(one.given),
                )

    def _news(self, one: _Followed) -> list[dict[str, Any]]:
        """Give the events that are not told yet, the first first."""
        pages = self._system.client("stepfunctions").get_paginator("get_execution_history")
        asked = {"executionArn": one.arn, "reverseOrder": True}
        found: list[dict[str, Any]] = []
        for page in pages.paginate(**asked, PaginationConfig={"PageSize": PAGE}):
            found += [event for event in page["events"] if event["id"] > one.events]
            if page["events"] and page["events"][-1]["id"] <= one.events:
                break
        return found[::-1]

    def _tell_end(self, one: _Followed) -> None:
        found = self._system.describe(one.arn)
        output = json.loads(found.get("output") or "{}")
        self._feed.say(
            "execution",
            execution=one.name,
            status=found["status"],
            at=self._story_second(found["stopDate"].timestamp()),
            outcome=output.get("outcome", ""),
            by=output.get("acknowledged_by") or "",
        )
        del self._running[one.arn]
        self._over.add(one.arn)

    def _now(self) -> float:
        return round(self._system.connect.now(), 2)

    def _story_second(self, clock: float) -> float:
        """Give the story second of a moment, seconds since the epoch."""
        connect = self._system.connect
        return round(connect.now() - (time.time() - clock) / connect.time_scale, 2)


def _title(given: dict[str, Any]) -> str:
    """Give the title of the incident that a state's input is about; "" before it is known."""
    incident = given.get("incident")
    return str(incident.get("title", "")) if isinstance(incident, dict) else ""
