"""What each execution of a storm did and when, read from its history."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from local.connect.text_to_speech import synthesize
from local.scenarios.result import states_entered
from local.simulation.system import EPOCH
from tests.property.model.call_lifecycle import RESPONSE
from tests.property.storm import FALLBACK_MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.connect.simulated_call import Call
    from local.scenarios.result import Execution
    from tests.property.storm import StormEvent


@dataclass(frozen=True)
class StateEntry:
    """A state that was entered, with the scenario second and the input."""

    second: float
    state: str
    state_input: Any


@dataclass(frozen=True)
class Page:
    """An execution and the event that started it."""

    execution: Execution
    event: StormEvent

    @cached_property
    def states(self) -> tuple[StateEntry, ...]:
        """The states in the order in which they were entered."""
        return tuple(
            StateEntry(
                (datetime.fromisoformat(event["timestamp"]) - EPOCH).total_seconds(),
                event["stateEnteredEventDetails"]["name"],
                json.loads(event["stateEnteredEventDetails"]["input"]),
            )
            for event in states_entered(self.execution.history)
        )

    @cached_property
    def used_fallback(self) -> bool:
        """Whether the event could not be parsed."""
        return any(entry.state == "UseFallbackIncident" for entry in self.states)

    @property
    def mark(self) -> str:
        """The text that identifies the incident in a call."""
        return FALLBACK_MARK if self.used_fallback else self.event.mark

    @property
    def team(self) -> str:
        """The team that is called."""
        return "default" if self.used_fallback else self.event.team

    @property
    def test(self) -> bool:
        """Whether the page is announced as a test."""
        return self.event.test and not self.used_fallback

    @cached_property
    def incident_id(self) -> str:
        """The ID of the incident, "" if the execution did not open one."""
        state_input = (entry.state_input for entry in reversed(self.states))
        found = (state["incident"]["id"] for state in state_input if "incident" in state)
        return str(next(found, ""))

    @cached_property
    def event_id(self) -> str:
        """The ID that EventBridge gave the event."""
        state_input = self.states[0].state_input
        return str(state_input.get("event", state_input)["id"])

    @property
    def outcome(self) -> str:
        """The outcome, "" if the execution was stopped or failed."""
        return str(self.execution.output.get("outcome", ""))

    @property
    def stopped(self) -> bool:
        """Whether the execution was stopped by request."""
        return self.execution.status == "ABORTED"

    @cached_property
    def lock_held(self) -> tuple[float, float] | None:
        """From when to when the execution could place calls; None if it never could."""
        since = next((entry.second for entry in self.states if entry.state == "PlanCalls"), None)
        if since is None:
            return None
        # Notifying SNS may take long, and places no calls.
        until = (
            entry.second
            for entry in self.states
            if entry.state.startswith("Notify") or entry.state == "FinishPage"
        )
        return since, next(until, self.execution.ended)

    @cached_property
    def lock_wait(self) -> tuple[float, float] | None:
        """From when to when the execution waited for the team lock."""
        polls = [entry.second for entry in self.states if entry.state == "AcquireTeamLock"]
        return (polls[0], polls[-1]) if polls else None

    def placed_calls(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the contact ID and the announced incident IDs of each call that it knows."""
        announced: tuple[str, ...] = ()
        known = set()
        for entry in self.states:
            if entry.state == "PlaceCall":
                announced = tuple(entry.state_input["announcement"]["announced_incident_ids"])
            if entry.state != "CallFinished?":
                continue
            progress = entry.state_input["progress"]
            latest = progress["call"].get("contact_id") or (progress["calls"] or [{}])[-1].get(
                "contact_id"
            )
            if latest and latest not in known:
                known.add(latest)
                yield latest, announced


def spoken_text(call: Call) -> str:
    """Return the text that a call speaks."""
    return str(synthesize(call.attributes_at(call.placed_at)["message"]).text)


def mentions(call: Call, mark: str) -> bool:
    """Check whether a call announces the incident of a mark."""
    return mark in spoken_text(call)


def key_meaning(call: Call) -> str:
    """Return the meaning of the key that was pressed: `acknowledged`, `declined` or ""."""
    return call.attributes.get(RESPONSE, "")


def end_of(call: Call) -> float:
    """Return the scenario second at which a call ended."""
    return math.inf if call.ended_at is None else call.ended_at
