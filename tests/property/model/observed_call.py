"""What one call may come to, by what can be seen of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.property.model.fault_budget import NO, YES, Possible, Strikes
from tests.property.model.retry_limits import LAST_LOOK, LOOK, MAX_CALL_SECONDS, looks_while_ringing

if TYPE_CHECKING:
    from tests.property.model.call_lifecycle import Life

Outcomes = frozenset[str]
#: Seconds: what happens so close together may be seen in either order.
MOMENT = 1e-6
NEVER = Strikes()
FAILED: Outcomes = frozenset({"failed"})


@dataclass(frozen=True)
class View:
    """What the faults leave to be seen of a call."""

    late: float = 0  # seconds by which a look may come later than it is counted, at most
    abandoned: Possible = NO  # whether check_call dies for good
    blind: Possible = NO  # whether DescribeContact shows nothing, up to the limits of the call
    patchy: bool = False  # it may show nothing at any look, the decisive ones too
    hidden: float = 0  # seconds until a key that was pressed shows in one way or the other
    answer: Strikes = NEVER  # what strikes GetContactAttributes, the other way
    answer_late: float = 0  # seconds until a key shows there
    connected: Strikes = NEVER  # connected, ended, reason: how often DescribeContact lacks these
    ended: Strikes = NEVER
    reason: Strikes = NEVER


def outcomes(life: Life, ring_seconds: float, view: View) -> Outcomes:
    """Say what a call that was placed may come to; one outcome, unless faults allow of two."""
    if view.abandoned == YES:
        return FAILED
    found: Outcomes = frozenset()
    if view.blind != YES:
        if life.answered > ring_seconds - MOMENT:
            found |= _unreached(life, ring_seconds, view)
        if life.answered <= ring_seconds + view.late + MOMENT:
            found |= _talked(life, ring_seconds, view)
        if view.patchy and (found != {life.response} or view.answer.most or view.answer_late):
            found |= {"failed", "unanswered"}
    if view.blind != NO:
        found |= _unseen(life, ring_seconds, view)
    return found if view.abandoned == NO else found | FAILED


def _unseen(life: Life, ring_seconds: float, view: View) -> Outcomes:
    """The contact is never described: only its attributes can tell, and only of a key."""
    shows = life.responded + view.answer_late
    limit = ring_seconds + MAX_CALL_SECONDS
    if shows > limit + view.late or view.answer.least == math.inf:
        return FAILED
    certain = shows <= limit and not view.answer.most
    return frozenset({life.response}) if certain else frozenset({life.response, "failed"})


def _unreached(life: Life, ring_seconds: float, view: View) -> Outcomes:
    """Nobody picked up in time."""
    found: Outcomes = frozenset({"busy"} if life.engaged else {"no_answer"})
    if life.engaged and view.reason.most + view.ended.most > 0:
        # It is not said that it is busy, or not even that it is over.
        sure = math.inf in (view.reason.least, view.ended.least)
        found = frozenset({"no_answer"} if sure else {"busy", "no_answer"})
    return found | _never_settled(life, ring_seconds, view)


def _talked(life: Life, ring_seconds: float, view: View) -> Outcomes:
    """Somebody picked up, or something."""
    limit = min(life.answered, ring_seconds) + MAX_CALL_SECONDS
    if view.connected.most > 0 and life.responded > ring_seconds:
        found = _taken_for_ringing(life, ring_seconds, limit, view)
    elif life.responded <= limit:
        found = frozenset({life.response})
    elif life.responded <= limit + LOOK + LAST_LOOK + view.late:
        # Our end of the call comes at a look, so a little late: the key may come first.
        found = frozenset({life.response, "unanswered"})
    else:
        found = frozenset({"unanswered"})
    if life.response in found:
        return found | _hidden(life, view)
    return found | _never_settled(life, ring_seconds, view)


def _taken_for_ringing(life: Life, ring_seconds: float, limit: float, view: View) -> Outcomes:
    """DescribeContact does not say that it was answered: at the ring limit it is ended."""
    found: Outcomes = frozenset({"no_answer"})
    certain = view.connected.least == math.inf
    if not certain:
        found |= {"unanswered"}
    if life.responded <= (ring_seconds if certain else limit + LOOK + LAST_LOOK) + view.late:
        found |= {life.response}
    enough = view.connected.exact and view.connected.most < looks_while_ringing(ring_seconds)
    if enough and life.ended > ring_seconds:
        found -= {"no_answer"}  # the look at the ring limit sees it
        if life.responded <= limit:
            found -= {"unanswered"}
    return found


def _hidden(life: Life, view: View) -> Outcomes:
    """Neither way of looking shows at once that a key was pressed: it may come too late."""
    in_time = life.responded + view.hidden <= life.ended + LAST_LOOK
    lost: Outcomes = frozenset() if in_time else frozenset({"unanswered"})
    if view.hidden and view.answer.most:
        lost |= {"unanswered", "failed"}
    return lost


def _never_settled(life: Life, ring_seconds: float, view: View) -> Outcomes:
    """The last word on a call that has ended is not to be had: it is watched to its limit."""
    blind = max(LOOK * view.answer.most, view.answer.seconds)
    if not view.answer.most or life.ended + blind + LOOK <= ring_seconds + MAX_CALL_SECONDS:
        return frozenset()
    return FAILED
