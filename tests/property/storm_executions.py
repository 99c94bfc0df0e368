"""What each execution of a storm did, and when; read from its history."""

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
from tests.property.storm import UNREAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.connect.simulated_call import Call
    from local.scenarios.result import Execution
    from tests.property.storm import Happening


@dataclass(frozen=True)
class Entered:
    """A state that was entered: at which scenario second, and with what."""

    second: float
    state: str
    given: Any


@dataclass(frozen=True)
class Page:
    """An execution, and the event that began it."""

    execution: Execution
    happening: Happening

    @cached_property
    def entered(self) -> tuple[Entered, ...]:
        """The states that it entered, in order."""
        return tuple(
            Entered(
                (datetime.fromisoformat(event["timestamp"]) - EPOCH).total_seconds(),
                event["stateEnteredEventDetails"]["name"],
                json.loads(event["stateEnteredEventDetails"]["input"]),
            )
            for event in states_entered(self.execution.history)
        )

    @cached_property
    def unread(self) -> bool:
        """Whether its event could not be read."""
        return any(one.state == "UseFallbackIncident" for one in self.entered)

    @property
    def mark(self) -> str:
        """What its calls speak."""
        return UNREAD if self.unread else self.happening.mark

    @property
    def team(self) -> str:
        """Whom it calls."""
        return "default" if self.unread else self.happening.team

    @property
    def test(self) -> bool:
        """Whether it says that it is a test."""
        return self.happening.test and not self.unread

    @cached_property
    def incident_id(self) -> str:
        """Of its incident; "" where it did not get so far."""
        given = (one.given for one in reversed(self.entered))
        found = (one["incident"]["id"] for one in given if "incident" in one)
        return str(next(found, ""))

    @cached_property
    def event_id(self) -> str:
        """Of the event, as EventBridge calls it."""
        given = self.entered[0].given
        return str(given.get("event", given)["id"])

    @property
    def outcome(self) -> str:
        """What it came to; "" where it was stopped or failed."""
        return str(self.execution.output.get("outcome", ""))

    @property
    def stopped(self) -> bool:
        """Whether it was stopped from outside."""
        return self.execution.status == "ABORTED"

    @cached_property
    def held(self) -> tuple[float, float] | None:
        """From when to when it might call; None where it never did."""
        since = next((one.second for one in self.entered if one.state == "PlanCalls"), None)
        if since is None:
            return None
        # Telling SNS may take long, and rings nobody.
        until = (
            one.second
            for one in self.entered
            if one.state.startswith("Notify") or one.state == "FinishPage"
        )
        return since, next(until, self.execution.ended)

    @cached_property
    def waited(self) -> tuple[float, float] | None:
        """From when to when it waited for the line."""
        looks = [one.second for one in self.entered if one.state == "AcquireTeamLock"]
        return (looks[0], looks[-1]) if looks else None

    def placed(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Give the contact id of each call that it knows of, and the ids that the call covers."""
        covers: tuple[str, ...] = ()
        known = set()
        for one in self.entered:
            if one.state == "PlaceCall":
                covers = tuple(one.given["announcement"]["announced_incident_ids"])
            if one.state != "CallFinished?":
                continue
            progress = one.given["progress"]
            latest = progress["call"].get("contact_id") or (progress["calls"] or [{}])[-1].get(
                "contact_id"
            )
            if latest and latest not in known:
                known.add(latest)
                yield latest, covers


def text_of(call: Call) -> str:
    """Give what a call says."""
    return str(synthesize(call.attributes_at(call.placed_at)["message"]).text)


def speaks(call: Call, mark: str) -> bool:
    """Say whether a call tells of an incident."""
    return mark in text_of(call)


def answered(call: Call) -> str:
    """Give what the callee has pressed: `acknowledged`, `declined`, or ""."""
    return call.attributes.get(RESPONSE, "")


def ended(call: Call) -> float:
    """Give the scenario second of its end."""
    return math.inf if call.ended_at is None else call.ended_at
