"""Test polls that Connect throttles: they are rarer, and never late."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.calls.call import RINGING, Call
from oncall.calls.call_evaluation import (
    POLL_INTERVAL,
    RETRY_POLL_SECONDS,
    THROTTLED_POLL_INTERVAL,
    ContactSnapshot,
    evaluate_call,
)

THROTTLED = ContactSnapshot(throttled=True)
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


def test_throttled_poll_is_repeated_after_twice_the_time() -> None:
    assert evaluate_call(CALL, THROTTLED).call.wait_seconds == THROTTLED_POLL_INTERVAL
    assert evaluate_call(CALL, None).call.wait_seconds == RETRY_POLL_SECONDS


def test_polls_return_to_the_normal_interval_after_throttling() -> None:
    throttled = evaluate_call(CALL, THROTTLED).call

    assert evaluate_call(throttled, ContactSnapshot()).call.wait_seconds == POLL_INTERVAL


@given(st.lists(st.sampled_from([None, THROTTLED]), min_size=60, max_size=60))
def test_throttling_never_delays_a_poll_past_the_ring_limit(
    snapshots: list[ContactSnapshot | None],
) -> None:
    call, seconds = CALL, set()
    for snapshot in snapshots:
        call = evaluate_call(call, snapshot).call
        seconds.add(call.waited_seconds)
        if call.is_finished:
            break

    assert call.is_finished
    assert CALL.ring_seconds in seconds
    assert call.waited_seconds == CALL.ring_seconds + CALL.max_call_seconds


@pytest.mark.parametrize("snapshot", [None, THROTTLED])
def test_key_after_failed_polls_counts(
    snapshot: ContactSnapshot | None,
) -> None:
    call = evaluate_call(CALL, snapshot).call
    pressed = ContactSnapshot(connected=True, response="acknowledged")

    assert evaluate_call(call, pressed).call.outcome == "acknowledged"
