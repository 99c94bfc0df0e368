"""Promises of the line: who waits, waits as long as it must and no longer, by counted time."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.team_lock import (
    BLIND_LOOKS,
    BUSY,
    HELD,
    LEASE_SECONDS,
    LONGEST_WAIT,
    Waiting,
    beat_is_due,
    looks_at_most,
)

EXECUTION = "arn:aws:states:us-east-1:000000000000:execution:Callout:one"
names = st.text(min_size=1, max_size=40)


def waits_until_dead(beats_before: int, execution: str = EXECUTION) -> int:
    """Give the seconds from the last beat seen until the holder is taken for dead."""
    waiting = Waiting()
    for number in range(beats_before):
        waiting = waiting.passed().seen(f"{number} holder").busy(execution)
    last = waiting.waited_seconds
    while not waiting.holder_is_dead:
        waiting = waiting.passed().seen(f"{beats_before - 1} holder")
        if not waiting.holder_is_dead:
            waiting = waiting.busy(execution)
    return waiting.waited_seconds - last


def test_a_state_survives_the_state_machine() -> None:
    waiting = Waiting(BUSY, 5, 10, "3 one", 5, 1, "Ana", "acknowledged", "Bo")

    assert Waiting.from_state(waiting.to_state()) == waiting


def test_what_an_older_definition_did_not_write_takes_its_default() -> None:
    assert Waiting.from_state({"status": "new", "colour": "red"}) == Waiting("new")


@given(st.integers(1, 20), names)
def test_a_dead_holder_is_found_out_within_the_lease_and_one_look(before: int, who: str) -> None:
    seconds = waits_until_dead(before, who)

    assert LEASE_SECONDS <= seconds < LEASE_SECONDS + 30


@given(st.lists(st.booleans(), min_size=1, max_size=80), names)
def test_a_holder_is_dead_exactly_if_its_beat_stood_still_for_the_lease(
    moved: list[bool], execution: str
) -> None:
    waiting, beat, second, since = Waiting(), 0, 0, 0
    for moves in moved:
        waiting = waiting.passed()
        second = waiting.waited_seconds
        if moves or not beat:
            beat, since = beat + 1, second
        waiting = waiting.seen(f"{beat} holder")
        assert waiting.holder_is_dead == (second - since >= LEASE_SECONDS)
        waiting = waiting.busy(execution)


def test_another_holder_is_another_beat() -> None:
    first = replace(Waiting(), beat="7 one", still_seconds=LEASE_SECONDS)

    assert first.seen("7 one").holder_is_dead
    assert not first.seen("7 two").holder_is_dead


@given(names)
def test_who_waits_looks_ever_more_rarely_and_gives_up_at_last(execution: str) -> None:
    waits, waiting = [], Waiting()
    while not waiting.long_enough:
        waiting = waiting.busy(execution)
        waits.append(waiting.wait_seconds)
        waiting = waiting.passed()

    assert waits[1:] == sorted(waits[1:])
    assert all(one > 0 for one in waits)
    assert len(waits) <= looks_at_most()
    assert LONGEST_WAIT <= waiting.waited_seconds < LONGEST_WAIT + max(waits)


def test_those_that_came_at_once_do_not_look_at_once() -> None:
    first = {Waiting().busy(f"{EXECUTION}-{number}").wait_seconds for number in range(200)}

    assert len(first) >= 8


def test_who_is_far_behind_looks_rarely_and_who_is_next_often() -> None:
    waits = [Waiting(waited_seconds=9).busy(EXECUTION, ahead).wait_seconds for ahead in (0, 30, 99)]

    assert waits == [10, 60, 120]


def test_only_who_has_waited_calls_the_one_who_has_just_acknowledged() -> None:
    assert Waiting(waited_seconds=9).held("Ana").first == "Ana"
    assert Waiting().held("Ana").first == ""


def test_without_a_table_who_came_now_calls_at_once() -> None:
    assert Waiting().blinded(EXECUTION).status == HELD


def test_without_a_table_who_knows_of_a_caller_looks_again_some_times() -> None:
    waiting, statuses = Waiting().busy(EXECUTION), []
    while waiting.status == BUSY:
        waiting = waiting.passed().blinded(EXECUTION)
        statuses.append(waiting.status)

    assert statuses == [BUSY] * BLIND_LOOKS + [HELD]


def test_a_look_that_shows_the_line_ends_blindness() -> None:
    assert Waiting(waited_seconds=9, blind=3).seen("1 one").blind == 0


@pytest.mark.parametrize(
    ("before", "after", "due"),
    [(0, 2, "due"), (2, 5, ""), (25, 30, "due"), (30, 35, ""), (58, 63, "due")],
)
def test_a_beat_is_due_at_the_first_look_and_each_half_minute(
    before: int, after: int, due: str
) -> None:
    assert beat_is_due(before, after) is bool(due)


def test_a_holder_that_watches_a_call_beats_often_enough_to_live() -> None:
    """The looks are five seconds apart at most; a task that has to be tried takes longer."""
    beats = [second for second in range(5, 600, 5) if beat_is_due(second - 5, second)]

    assert max(after - before for before, after in pairwise(beats)) * 3 < LEASE_SECONDS
