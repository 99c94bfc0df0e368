"""What each execution of a storm did and when, read from its history."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from local.connect.text_to_speech import synthesize
from oncall.incident import SEVERITIES
from tests.property.model.call_lifecycle import RESPONSE
from tests.property.storm import FALLBACK_MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.connect.simulated_call import Call
    from local.scenarios.result import Execution, StateEntry
    from tests.property.storm import StormEvent


@dataclass(frozen=True)
class Page:
    """An execution and the event that started it."""

    execution: Execution
    event: StormEvent

    @cached_property
    def states(self) -> tuple[StateEntry, ...]:
        """The states in the order in which they were entered."""
        # Rounded, so that times of different executions can be compared.
        return tuple(entry._replace(at=round(entry.at, 6)) for entry in self.execution.states)

    @cached_property
    def used_fallback(self) -> bool:
        """Whether the event could not be parsed."""
        return any(entry.name == "UseFallbackIncident" for entry in self.states)

    @property
    def mark(self) -> str:
        """The text that identifies the incident in a call."""
        return FALLBACK_MARK if self.used_fallback else self.event.mark

    @property
    def team(self) -> str:
        """The team that is called."""
        return "default" if self.used_fallback else self.event.team

    @property
    def topic(self) -> tuple[str, str, bool]:
        """What its incident is about, in place of the dedup key."""
        return self.mark, self.team, self.test

    @property
    def rank(self) -> int:
        """The rank of the event's severity; 0 is the most severe."""
        return SEVERITIES.index(self.event.severity)

    @cached_property
    def may_call(self) -> bool:
        """Whether the execution came so far that it is responsible for its incident."""
        lock_states = ("AcquireTeamLock", "WaitForTeamLock", "HandledByOtherExecution")
        return any(entry.name in (*lock_states, "PlanCalls") for entry in self.states)

    @cached_property
    def holds(self) -> tuple[StateEntry, ...]:
        """The waits while something held the page."""
        return tuple(entry for entry in self.states if entry.name == "WaitForHold")

    @property
    def test(self) -> bool:
        """Whether the page is announced as a test."""
        return self.event.test and not self.used_fallback

    @cached_property
    def incident_id(self) -> str:
        """The ID of the incident, "" if the execution did not open one."""
        known = (entry.input["incident"] for entry in self.states if "incident" in entry.input)
        return str(next(reversed([*known]), {"id": ""})["id"])

    @cached_property
    def event_id(self) -> str:
        """The ID that EventBridge gave the event."""
        state_input = self.states[0].input
        return str(state_input.get("event", state_input)["id"])

    @property
    def outcome(self) -> str:
        """The outcome, or the status of an execution that was stopped or failed."""
        return self.execution.outcome

    @property
    def stopped(self) -> bool:
        """Whether the execution was stopped by request."""
        return self.outcome == "ABORTED"

    @cached_property
    def lock_held(self) -> tuple[float, float] | None:
        """From when to when the execution could place calls; None if it never could."""
        since = next((entry.at for entry in self.states if entry.name == "PlanCalls"), None)
        if since is None:
            return None
        # Notifying SNS may take long, and places no calls.
        until = (
            entry.at
            for entry in self.states
            if (entry.name.startswith("Notify") or entry.name == "FinishPage")
            and entry.name != "NotifyHeld"
        )
        return since, next(until, self.execution.ended)

    @cached_property
    def lock_wait(self) -> tuple[float, float] | None:
        """From when to when the execution waited for the team lock."""
        polls = [
            entry.at
            for entry in self.states
            if entry.name in ("AcquireTeamLock", "WaitForTeamLock")
        ]
        return (polls[0], polls[-1]) if polls else None

    def closing_checked_at(self, second: float) -> float:
        """Return when it last checked, before a second, whether its incident was closed."""
        return self._last_visit(second, "OpenIncident", "AcquireTeamLock", "CheckCall")[1]

    def announcement_began_at(self, second: float) -> float:
        """Return when it began to collect what a call of that second announces."""
        return self._last_visit(second, "PlanCalls", "CollectOpenIncidents")[0]

    def _last_visit(self, second: float, *names: str) -> tuple[float, float]:
        """Return when it last entered and left one of the states, before a second."""
        visits = (
            (entry.at, following.at)
            for entry, following in pairwise(self.states)
            if entry.name in names and following.at <= second + 0.001
        )
        return max(visits, default=(self.execution.began, self.execution.began))

    def placed_calls(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the contact ID and the announced incident IDs of each call that it placed."""
        announced: tuple[str, ...] = ()
        known = set()
        for entry in self.states:
            if entry.name == "PlaceCall":
                announced = tuple(entry.input["announcement"]["announced_incident_ids"])
            if entry.name != "CallFinished?":
                continue
            progress = entry.input["progress"]
            latest = progress["call"].get("contact_id") or (progress["calls"] or [{}])[-1].get(
                "contact_id"
            )
            if latest and latest not in known:
                known.add(latest)
                yield latest, announced


def mentions(call: Call, mark: str) -> bool:
    return mark in synthesize(call.attributes_at(call.placed_at)["message"]).text


def key_meaning(call: Call) -> str:
    """Return the meaning of the key that was pressed: `acknowledged`, `declined` or ""."""
    return call.attributes.get(RESPONSE, "")


def end_of(call: Call) -> float:
    return math.inf if call.ended_at is None else call.ended_at
