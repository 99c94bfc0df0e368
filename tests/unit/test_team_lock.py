"""Promises of the line: who waits, waits as long as it must and no longer, by counted time."""

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
    max_lock_polls,
)

EXECUTION = "arn:aws:states:us-east-1:000000000000:execution:Callout:one"
names = st.text(min_size=1, max_size=40)


def waits_until_dead(beats_before: int, execution: str = EXECUTION) -> int:
    """Give the seconds from the last beat seen until the holder is taken for dead."""
    waiting = LockWait()
    for number in range(beats_before):
        waiting = waiting.after_wait().observed(f"{number} holder").still_held(execution)
    last = waiting.waited_seconds
    while not waiting.holder_expired:
        waiting = waiting.after_wait().observed(f"{beats_before - 1} holder")
        if not waiting.holder_expired:
            waiting = waiting.still_held(execution)
    return waiting.waited_seconds - last


def test_a_state_survives_the_state_machine() -> None:
    waiting = LockWait(BUSY, 5, 10, "3 one", 5, 1, "Ana", "acknowledged", "Bo")

    assert LockWait.from_state(waiting.to_state()) == waiting


def test_what_an_older_definition_did_not_write_takes_its_default() -> None:
    assert LockWait.from_state({"status": "new", "colour": "red"}) == LockWait("new")


@given(st.integers(1, 20), names)
def test_a_dead_holder_is_found_out_within_the_lease_and_one_look(before: int, who: str) -> None:
    seconds = waits_until_dead(before, who)

    assert LEASE_SECONDS <= seconds < LEASE_SECONDS + 30


@given(st.lists(st.booleans(), min_size=1, max_size=80), names)
def test_a_holder_expired_exactly_if_its_beat_stood_still_for_the_lease(
    moved: list[bool], execution: str
) -> None:
    waiting, beat, second, since = LockWait(), 0, 0, 0
    for moves in moved:
        waiting = waiting.after_wait()
        second = waiting.waited_seconds
        if moves or not beat:
            beat, since = beat + 1, second
        waiting = waiting.observed(f"{beat} holder")
        assert waiting.holder_expired == (second - since >= LEASE_SECONDS)
        waiting = waiting.still_held(execution)


def test_another_holder_is_another_beat() -> None:
    first = replace(LockWait(), heartbeat="7 one", stale_seconds=LEASE_SECONDS)

    assert first.observed("7 one").holder_expired
    assert not first.observed("7 two").holder_expired


@given(names)
def test_who_waits_looks_ever_more_rarely_and_gives_up_at_last(execution: str) -> None:
    waits, waiting = [], LockWait()
    while not waiting.wait_timed_out:
        waiting = waiting.still_held(execution)
        waits.append(waiting.wait_seconds)
        waiting = waiting.after_wait()

    assert waits[1:] == sorted(waits[1:])
    assert all(one > 0 for one in waits)
    assert len(waits) <= max_lock_polls()
    assert MAX_LOCK_WAIT_SECONDS <= waiting.waited_seconds < MAX_LOCK_WAIT_SECONDS + max(waits)


def test_those_that_came_at_once_do_not_look_at_once() -> None:
    first = {LockWait().still_held(f"{EXECUTION}-{number}").wait_seconds for number in range(200)}

    assert len(first) >= 8


def test_who_is_far_behind_looks_rarely_and_who_is_next_often() -> None:
    waits = [
        LockWait(waited_seconds=9).still_held(EXECUTION, ahead).wait_seconds
        for ahead in (0, 30, 99)
    ]

    assert waits == [10, 60, 120]


def test_only_who_has_waited_calls_the_one_who_has_just_acknowledged() -> None:
    assert LockWait(waited_seconds=9).acquired("Ana").call_first == "Ana"
    assert LockWait().acquired("Ana").call_first == ""


def test_without_a_table_who_came_now_calls_at_once() -> None:
    assert LockWait().after_failed_read(EXECUTION).status == HELD


def test_without_a_table_who_knows_of_a_caller_looks_again_some_times() -> None:
    waiting, statuses = LockWait().still_held(EXECUTION), []
    while waiting.status == BUSY:
        waiting = waiting.after_wait().after_failed_read(EXECUTION)
        statuses.append(waiting.status)

    assert statuses == [BUSY] * MAX_FAILED_READS + [HELD]


def test_a_look_that_shows_the_line_ends_blindness() -> None:
    assert LockWait(waited_seconds=9, failed_reads=3).observed("1 one").failed_reads == 0


@pytest.mark.parametrize(
    ("before", "after", "due"),
    [(0, 2, "due"), (2, 5, ""), (25, 30, "due"), (30, 35, ""), (58, 63, "due")],
)
def test_a_beat_is_due_at_the_first_look_and_each_half_minute(
    before: int, after: int, due: str
) -> None:
    assert heartbeat_due(before, after) is bool(due)


def test_a_holder_that_watches_a_call_beats_often_enough_to_live() -> None:
    """The looks are five seconds apart at most; a task that has to be tried takes longer."""
    beats = [second for second in range(5, 600, 5) if heartbeat_due(second - 5, second)]

    assert max(after - before for before, after in pairwise(beats)) * 3 < LEASE_SECONDS
