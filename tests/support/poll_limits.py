"""Upper limits of polls and checks, which bound an execution's history and cost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from oncall.calls.call_evaluation import FINAL_POLL_DELAY_SECONDS, MAX_POLL_LOOP_SECONDS
from oncall.hold import CHECK_SCHEDULE
from oncall.team_lock import BACKOFF_SCHEDULE

if TYPE_CHECKING:
    from collections.abc import Sequence


def max_invocations_per_call(ring_seconds: int, max_call_seconds: int) -> int:
    """Return the maximum of invocations of check_call for one call.

    An invocation and the wait after it together take at least MAX_POLL_LOOP_SECONDS, except for the
    last one and the one that sees an answer.
    """
    seconds = ring_seconds + max_call_seconds + FINAL_POLL_DELAY_SECONDS
    return math.ceil(seconds / MAX_POLL_LOOP_SECONDS) + 2


def max_hold_checks() -> int:
    """Return the maximum of checks of a hold."""
    return 1 + _polls(CHECK_SCHEDULE)


def max_lock_polls() -> int:
    """Return the maximum of polls of the team lock."""
    return 2 + _polls(BACKOFF_SCHEDULE)


def _polls(schedule: Sequence[tuple[int, int]]) -> int:
    polls, since = 0, 0
    for until, wait in schedule:
        polls += (until - since) // wait + 1
        since = until
    return polls
