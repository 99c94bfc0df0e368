"""Test the rules of the team lock, by counted time."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.team_lock import (
    BUSY,
    HELD,
    LEASE_SECONDS,
    MAX_FAILED_READS,
    MAX_LOCK_WAIT_SECONDS,
    LockWait,
    heartbeat_due,
)
from tests.support.poll_limits import max_lock_polls

EXECUTION = "arn:aws:states:us-east-1:000000000000:execution:Callout:one"
names = st.text(min_size=1, max_size=40)


def seconds_until_expired(heartbeats: int, execution: str = EXECUTION) -> int:
    """Return the seconds from the last heartbeat until the holder expires."""
    waiting = LockWait()
    for number in range(heartbeats):
        waiting = waiting.after_wait().observed(f"{number} holder").still_held(execution)
    last = waiting.waited_seconds
    while not waiting.holder_expired:
        waiting = waiting.after_wait().observed(f"{heartbeats - 1} holder")
        if not waiting.holder_expired:
            waiting = waiting.still_held(execution)
    return waiting.waited_seconds - last


def test_lock_wait_survives_the_state_machine() -> None:
    waiting = LockWait(BUSY, 5, 10, "3 one", 5, 1, "Ana", "acknowledged", "Bo")

    assert LockWait.from_state(waiting.to_state()) == waiting


def test_missing_keys_take_their_defaults() -> None:
    assert LockWait.from_state({"status": "new", "colour": "red"}) == LockWait("new")


@given(st.integers(1, 20), names)
def test_dead_holder_expires_within_the_lease_and_one_poll(before: int, who: str) -> None:
    seconds = seconds_until_expired(before, who)

    assert LEASE_SECONDS <= seconds < LEASE_SECONDS + 30


@given(st.lists(st.booleans(), min_size=1, max_size=80), names)
def test_holder_expires_exactly_if_its_heartbeat_is_stale_for_the_lease(
    moved: list[bool], execution: str
) -> None:
    waiting, heartbeat, second, since = LockWait(), 0, 0, 0
    for moves in moved:
        waiting = waiting.after_wait()
        second = waiting.waited_seconds
        if moves or not heartbeat:
            heartbeat, since = heartbeat + 1, second
        waiting = waiting.observed(f"{heartbeat} holder")
        assert waiting.holder_expired == (second - since >= LEASE_SECONDS)
        waiting = waiting.still_held(execution)


def test_new_holder_resets_the_lease() -> None:
    first = replace(LockWait(), heartbeat="7 one", stale_seconds=LEASE_SECONDS)

    assert first.observed("7 one").holder_expired
    assert not first.observed("7 two").holder_expired


@given(names)
def test_waiting_execution_polls_more_rarely_and_times_out(execution: str) -> None:
    waits, waiting = [], LockWait()
    while not waiting.wait_timed_out:
        waiting = waiting.still_held(execution)
        waits.append(waiting.wait_seconds)
        waiting = waiting.after_wait()

    assert waits[1:] == sorted(waits[1:])
    assert all(wait > 0 for wait in waits)
    assert len(waits) <= max_lock_polls()
    assert MAX_LOCK_WAIT_SECONDS <= waiting.waited_seconds < MAX_LOCK_WAIT_SECONDS + max(waits)


def test_first_polls_of_concurrent_executions_are_spread() -> None:
    first = {LockWait().still_held(f"{EXECUTION}-{number}").wait_seconds for number in range(200)}

    assert len(first) >= 8


def test_execution_far_behind_polls_rarely() -> None:
    waits = [
        LockWait(waited_seconds=9).still_held(EXECUTION, ahead).wait_seconds
        for ahead in (0, 30, 99)
    ]

    assert waits == [10, 60, 120]


def test_only_an_execution_that_waited_calls_the_acknowledger_first() -> None:
    assert LockWait(waited_seconds=9).acquired("Ana").call_first == "Ana"
    assert LockWait().acquired("Ana").call_first == ""


def test_new_execution_without_a_table_calls_at_once() -> None:
    assert LockWait().after_failed_read(EXECUTION).status == HELD


def test_waiting_execution_without_a_table_retries_a_few_times() -> None:
    waiting, statuses = LockWait().still_held(EXECUTION), []
    while waiting.status == BUSY:
        waiting = waiting.after_wait().after_failed_read(EXECUTION)
        statuses.append(waiting.status)

    assert statuses == [BUSY] * MAX_FAILED_READS + [HELD]


def test_successful_read_resets_failed_reads() -> None:
    assert LockWait(waited_seconds=9, failed_reads=3).observed("1 one").failed_reads == 0


@pytest.mark.parametrize(
    ("before", "after", "due"),
    [(0, 2, "due"), (2, 5, ""), (25, 30, "due"), (30, 35, ""), (58, 63, "due")],
)
def test_heartbeat_is_due_at_the_first_poll_and_every_half_minute(
    before: int, after: int, due: str
) -> None:
    assert heartbeat_due(before, after) is bool(due)


def test_holder_that_polls_a_call_sends_enough_heartbeats() -> None:
    """Polls are at most five seconds apart; a task that is retried takes longer."""
    beats = [second for second in range(5, 600, 5) if heartbeat_due(second - 5, second)]

    assert max(after - before for before, after in pairwise(beats)) * 3 < LEASE_SECONDS
