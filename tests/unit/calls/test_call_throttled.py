"""Promises of looking when Connect has too many requests: it makes room, and is never late."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.calls.call import RINGING, STEADY_WAIT, THROTTLED_WAIT, UNSEEN_WAIT, Call, Sight, judge

THROTTLED = Sight(throttled=True)
CALL = Call(
    attempt=1,
    round=1,
    contact="Ana",
    phone="+1********32",
    language="en-US",
    ring_seconds=45,
    max_call_seconds=120,
    outcome=RINGING,
    contact_id="one",
    wait_seconds=5,
    waited_seconds=5,
)


def test_a_throttled_look_is_taken_again_after_twice_the_time() -> None:
    assert judge(CALL, THROTTLED).call.wait_seconds == THROTTLED_WAIT
    assert judge(CALL, None).call.wait_seconds == UNSEEN_WAIT


def test_looking_goes_back_to_its_rhythm_when_connect_answers() -> None:
    throttled = judge(CALL, THROTTLED).call

    assert judge(throttled, Sight()).call.wait_seconds == STEADY_WAIT


@given(st.lists(st.sampled_from([None, THROTTLED]), min_size=60, max_size=60))
def test_no_look_is_later_than_the_ring_limit_however_it_is_throttled(
    sights: list[Sight | None],
) -> None:
    call, seconds = CALL, set()
    for sight in sights:
        call = judge(call, sight).call
        seconds.add(call.waited_seconds)
        if call.over:
            break

    assert call.over
    assert CALL.ring_seconds in seconds
    assert call.waited_seconds == CALL.ring_seconds + CALL.max_call_seconds


@pytest.mark.parametrize("sight", [None, THROTTLED])
def test_a_key_that_shows_after_looks_that_showed_nothing_counts(sight: Sight | None) -> None:
    call = judge(CALL, sight).call
    pressed = Sight(connected=True, response="acknowledged")

    assert judge(call, pressed).call.outcome == "acknowledged"
