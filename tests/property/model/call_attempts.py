"""What each call of a page may come to, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.connect.simulated_phones import NoAnswer
from oncall.calls.planner import plan_calls
from tests.property.model.call_lifecycle import life
from tests.property.model.fault_budget import NO, PERHAPS, YES, Possible, merged
from tests.property.model.observed_call import outcomes
from tests.property.model.place_call_model import FAR, Placing, placing, spend_placing
from tests.property.model.poll_call_model import spend_watching, watching

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from local.connect.simulated_phones import Phone
    from local.scenarios.scenario import Scenario
    from oncall.calls.planner import PlannedCall
    from tests.property.model.fault_budget import Weather
    from tests.property.model.message_duration import Messages
    from tests.property.model.poll_call_model import Watching

#: Outcomes that a call may come to within a second or two.
AT_ONCE = {"busy", "failed", "not_allowed"}


@dataclass(frozen=True)
class Attempt:
    """One call of the page."""

    contact: str  # contact, number: who is called
    number: str
    outcomes: frozenset[str]  # what it may come to
    rings: frozenset[int]  # how often its phone may ring
    reached: Possible  # whether Connect is known to have taken it
    why: str  # why it may come to more than one thing; "" where it may not


@dataclass
class _Number:
    """A phone, and what has become of it so far."""

    phone: Phone  # what it does
    least: int = 0  # least, most: how many requests it has heard of
    most: int = 0
    occupied: bool = False  # it may still be on a call that the page has given up


def attempts(
    scenario: Scenario, at: datetime, weather: Weather, spoken: Sequence[Messages]
) -> tuple[Attempt, ...]:
    """Give the calls of a page in their order; spend the weather. Each of `spoken` is possible."""
    roster = scenario.roster_read()
    phones = scenario.phones_by_number()
    numbers: dict[str, _Number] = {}
    made: list[Attempt] = []
    still_told: set[str] = set()
    for call in plan_calls(roster, at) if roster else ():
        number = numbers.setdefault(call.phone, _Number(phones.get(call.phone, NoAnswer())))
        heard = range(number.least, min(number.most, number.least + FAR) + 1)
        possible = [placing(call, number.phone, one, weather) for one in heard]
        seen = watching(call, max(one.late for one in possible), weather)
        occupied = number.occupied or call.phone in still_told
        made.append(_attempt(call, possible, seen, spoken, occupied=occupied))
        if not made[-1].outcomes & AT_ONCE:
            still_told.clear()
        if "declined" in made[-1].outcomes:
            # Who passes it on is told so for some seconds, and the next call does not wait.
            still_told.add(call.phone)
        given_up = merged(one.given_up for one in possible)
        spend_placing(call, possible, weather)
        watched = made[-1].reached
        # Key 2 may be seen by its attribute alone, and end the looks that would have been struck.
        passed_on = "declined" in made[-1].outcomes and watched != NO
        spend_watching(call, PERHAPS if passed_on else watched, seen.view, weather)
        number.least += min(one.heard[0] for one in possible)
        number.most += max(one.heard[1] for one in possible)
        number.occupied |= 1 in made[-1].rings and (given_up != NO or seen.stays)
    return tuple(made)


def _attempt(
    call: PlannedCall,
    possible: list[Placing],
    seen: Watching,
    spoken: Sequence[Messages],
    *,
    occupied: bool,
) -> Attempt:
    found: set[str] = set()
    for one in possible:
        if one.given_up != NO:
            found.add("failed")
        if one.given_up == YES:
            continue
        if one.refused:
            found.add(one.refused)
            continue
        lives = [life(one.phone.call_script, messages[call.language]) for messages in spoken]
        found |= {each for lived in lives for each in outcomes(lived, call.ring_seconds, seen.view)}
        if occupied:
            found |= {"busy", "no_answer"}
    return Attempt(
        contact=call.contact,
        number=call.phone,
        outcomes=frozenset(found),
        rings=frozenset().union(*(one.rings for one in possible)),
        reached=merged(NO if one.refused else _not(one.given_up) for one in possible),
        why=_why(possible, seen, occupied=occupied) if len(found) > 1 else "",
    )


def _why(possible: list[Placing], seen: Watching, *, occupied: bool) -> str:
    view = seen.view
    reasons = {
        "the phone may still be on an earlier call": occupied,
        "how often the phone has been asked is not known": len(possible) > 1,
        "whether all tries to place it fail is chance": any(
            one.given_up == PERHAPS for one in possible
        ),
        "whether it is lost sight of is chance": PERHAPS in (view.abandoned, view.blind)
        or view.patchy,
        "looks come late, and the phone goes on meanwhile": view.late > 0,
        "the key may show too late": view.hidden > 0,
        "its end cannot be settled": view.answer.most > 0,
        "DescribeContact does not say all": view.connected.most + view.ended.most + view.reason.most
        > 0,
    }
    said = [reason for reason, holds in reasons.items() if holds]
    return "; ".join(said) or "the key comes about when we end the call"


def _not(possible: Possible) -> Possible:
    return frozenset(not one for one in possible)
