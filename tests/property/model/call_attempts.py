"""The possible outcomes of each call of a page, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.connect.simulated_phones import NoAnswer
from oncall.calls.planner import plan_calls
from tests.property.model.call_lifecycle import play_call
from tests.property.model.fault_budget import MAYBE, NO, YES, Possible, common
from tests.property.model.observed_call import outcomes
from tests.property.model.place_call_model import (
    MAX_REQUESTS,
    PlaceCallModel,
    model_place_call,
    spend_place_call,
)
from tests.property.model.poll_call_model import model_poll_call, spend_poll_call

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from local.connect.simulated_phones import Phone
    from local.scenarios.scenario import Scenario
    from oncall.calls.planner import PlannedCall
    from tests.property.model.call_lifecycle import Messages
    from tests.property.model.fault_budget import FaultBudget
    from tests.property.model.observed_call import ObservedCall

#: Outcomes that a call may have within a second or two.
IMMEDIATE_OUTCOMES = {"busy", "failed", "not_allowed"}


@dataclass(frozen=True)
class Attempt:
    """One call of the page."""

    contact: str
    outcomes: frozenset[str]  # the possible ones
    call_counts: frozenset[int]  # the possible numbers of calls placed
    reached: Possible  # whether Connect accepted the call


@dataclass
class _Phone:
    """A phone and its state so far."""

    phone: Phone
    min_requests: int = 0  # bounds of the requests that reached it
    max_requests: int = 0
    may_be_busy: bool = False  # it may still be on a call that the page has abandoned


def attempts(
    scenario: Scenario, at: datetime, budget: FaultBudget, possible_messages: Sequence[Messages]
) -> tuple[Attempt, ...]:
    """Return the calls of a page in order and spend the budget; any of the messages is possible."""
    roster = scenario.roster_read()
    phones = scenario.phones_by_number()
    numbers: dict[str, _Phone] = {}
    made: list[Attempt] = []
    hearing_confirmation: set[str] = set()
    for call in plan_calls(roster, at) if roster else ():
        number = numbers.setdefault(call.phone, _Phone(phones.get(call.phone, NoAnswer())))
        requests_seen = range(
            number.min_requests, min(number.max_requests, number.min_requests + MAX_REQUESTS) + 1
        )
        possible = [
            model_place_call(call, number.phone, request, budget) for request in requests_seen
        ]
        observed = model_poll_call(call, max(case.ringing_seconds for case in possible), budget)
        may_be_busy = number.may_be_busy or call.phone in hearing_confirmation
        made.append(_attempt(call, possible, observed, possible_messages, may_be_busy=may_be_busy))
        if not made[-1].outcomes & IMMEDIATE_OUTCOMES:
            hearing_confirmation.clear()
        if "declined" in made[-1].outcomes:
            # A callee who declined hears a confirmation; the next call does not wait for its end.
            hearing_confirmation.add(call.phone)
        fails = common(case.fails for case in possible)
        spend_place_call(call, possible, budget)
        reached = made[-1].reached
        # Key 2 may be read from the attributes alone and end the polling before a fault occurs.
        may_be_declined = "declined" in made[-1].outcomes and reached != NO
        spend_poll_call(call, MAYBE if may_be_declined else reached, observed, budget)
        number.min_requests += min(case.requests_seen[0] for case in possible)
        number.max_requests += max(case.requests_seen[1] for case in possible)
        number.may_be_busy |= 1 in made[-1].call_counts and (
            fails != NO or observed.may_outlive_page
        )
    return tuple(made)


def _attempt(
    call: PlannedCall,
    possible: list[PlaceCallModel],
    observed: ObservedCall,
    possible_messages: Sequence[Messages],
    *,
    may_be_busy: bool,
) -> Attempt:
    found: set[str] = set()
    for case in possible:
        if case.fails != NO:
            found.add("failed")
        if case.fails == YES:
            continue
        if case.refused:
            found.add(case.refused)
            continue
        for messages in possible_messages:
            lifecycle = play_call(case.phone.call_script, messages[call.language])
            found |= outcomes(lifecycle, call.ring_seconds, observed)
        if may_be_busy:
            found |= {"busy", "no_answer"}
    return Attempt(
        contact=call.contact,
        outcomes=frozenset(found),
        call_counts=frozenset().union(*(case.call_counts for case in possible)),
        reached=common(NO if case.refused else _negate(case.fails) for case in possible),
    )


def _negate(possible: Possible) -> Possible:
    return frozenset(not case for case in possible)
