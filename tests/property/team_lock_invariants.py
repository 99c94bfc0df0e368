"""What holds of a team's line in a storm: one call at a time, about what is open, and soon.

Where something goes wrong that the line stands on, more calls are right, so each law says of
what it does not speak.
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

from local.faults.fault_types import FaultKind
from oncall.incident_record import ACKNOWLEDGED
from oncall.team_lock import FAR_BEHIND_SECONDS, LEASE_SECONDS
from tests.property.storm_executions import answered, ended

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.property.run_storm import StormRun

#: Seconds: to the next look at a call and through it, and what records leave out.
ONE_LOOK = 2 + 2 + 1
#: Seconds for which a line may lie idle while somebody waits: the lease, and the longest time
#: between two looks, before it and after it.
IDLE = LEASE_SECONDS + 2 * FAR_BEHIND_SECONDS
#: A function that hangs keeps the line's beat from moving on.
HANGS = (FaultKind.TIMEOUT_BEFORE, FaultKind.TIMEOUT_AFTER)


def line_is_sound(told: StormRun) -> bool:
    """Whether nothing went wrong that may give a team two lines."""
    hung = any(kind in HANGS for _, kind in told.struck)
    return not (hung or told.was_struck("dynamodb", "acquire_team_lock"))


def together(told: StormRun) -> Iterator[str]:
    """Nobody calls a team while another execution does."""
    if not line_is_sound(told):
        return
    holders = [(page, *page.held) for page in told.pages if page.held]
    for (one, since, until), (other, from_, to) in combinations(holders, 2):
        if one.team == other.team and since < to and from_ < until:
            yield f"{one.mark} and {other.mark} are called about at once, from {max(since, from_)}"
    if told.struck or told.storm.stops:
        return
    found = [(told.calls[one], page.team) for one, (page, _) in told.callers.items()]
    calls = sorted(found, key=lambda one: one[0].placed_at)
    for (call, team), (later, its_team) in combinations(calls, 2):
        # Who has pressed a key is told so for some seconds, and the next call does not wait.
        if team == its_team and later.placed_at < ended(call) and not answered(call):
            yield f"two calls at once: from {call.placed_at} and from {later.placed_at}"


def called_again(told: StormRun) -> Iterator[str]:
    """What is worked on, or has been taken, is not called about again."""
    if told.was_struck("dynamodb", "open_incident", "finish_page"):
        return
    for one, other in combinations(told.pages, 2):
        same = (one.mark, one.team, one.test) == (other.mark, other.team, other.test)
        own = not {one.outcome, other.outcome} & {"duplicate"} and not other.happening.recovers
        open_then = one.execution.began < other.execution.began < told.over(one)
        if same and own and open_then and not one.happening.recovers and not one.stopped:
            yield f"{one.mark} is open, and another execution calls about it"
    if not line_is_sound(told):
        return
    for contact, (page, covers) in told.callers.items():
        acknowledged = {
            one["contact_id"]
            for one in page.execution.output.get("calls", [])
            if one["outcome"] == ACKNOWLEDGED
        }
        if contact not in acknowledged:
            continue
        taken = told.calls[contact]
        for later, (_, also) in told.callers.items():
            call = told.calls[later]
            if call.placed_at > taken.placed_at and set(covers) & set(also):
                yield f"somebody took it, and it is called about again at {call.placed_at}"


def left(told: StormRun) -> Iterator[str]:
    """At the end no line is held, and nothing is open."""
    failed = any(page.execution.status != "SUCCEEDED" for page in told.pages)
    if failed or not line_is_sound(told) or told.was_struck("open_incident", "finish_page"):
        return
    for team in told.held:
        yield f"the line of {team} is still held"
    for record in told.records.values():
        if record.open:
            yield f"{record.incident.title} is still open"


def rung_for_what_is_over(told: StormRun) -> Iterator[str]:
    """A phone rings for what is open only; no longer than to the next look after that."""
    if (
        told.storm.stops
        or not line_is_sound(told)
        or told.was_struck("connect", "open_incident", "place_call", "check_call", "plan_calls")
    ):
        return
    by_id = {page.incident_id: page for page in told.pages if page.outcome != "duplicate"}
    for contact, (_, covers) in told.callers.items():
        call = told.calls[contact]
        over = max((told.over(by_id[one]) for one in covers if one in by_id), default=math.inf)
        if call.placed_at > over + 1:
            yield f"a phone rings at {call.placed_at} for what is over since {over}"
        elif not answered(call) and ended(call) > over + ONE_LOOK:
            yield f"a call about what is over at {over} goes on to {ended(call)}"


def idle(told: StormRun) -> Iterator[str]:
    """While somebody waits for the line, somebody has it, or it is free soon."""
    if not line_is_sound(told):
        return
    for page in told.pages:
        if not page.waited:
            continue
        since, until = page.waited
        holding = sorted(one.held for one in told.pages if one.held and one.team == page.team)
        for begun, over in [*holding, (until, until)]:
            if since < until and min(begun, until) - since > IDLE:
                yield f"{page.mark} waits from {since} to {begun}, and nobody is called"
            since = max(since, over)
