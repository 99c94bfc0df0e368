"""How long a held page waits between two checks, and when SNS is notified."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.hold import (
    ANNOUNCE,
    CHECK_SCHEDULE,
    MAX_HOLD_SECONDS,
    MUTE,
    QUIET_HOURS,
    SUPPRESSED,
    WAITING,
    Hold,
    HoldWait,
)
from tests.support.poll_limits import max_hold_checks

STARTED = datetime(2026, 1, 5, 22, tzinfo=UTC)
SUPPRESSION = Hold(SUPPRESSED, None, "")


def mute(seconds: float) -> Hold:
    """Return a mute that ends so long after the start."""
    return Hold(MUTE, STARTED + timedelta(seconds=seconds), "migration")


@pytest.mark.parametrize(
    ("waited", "hold", "expected"),
    [
        (0, SUPPRESSION, 60),
        (600, SUPPRESSION, 300),
        (7_200, SUPPRESSION, 900),
        (86_400, SUPPRESSION, 3_600),
        (MAX_HOLD_SECONDS - 10, SUPPRESSION, 10),
        (0, mute(45.2), 46),
        (7_200, mute(7_260), 60),
        (60, mute(60), 1),
    ],
)
def test_the_next_check_is_due_at_the_end_or_earlier(
    waited: int, hold: Hold, expected: int
) -> None:
    assert HoldWait(waited_seconds=waited).held_by(hold, STARTED).wait_seconds == expected


@given(st.integers(0, MAX_HOLD_SECONDS - 1), st.floats(0.001, 40 * 86_400))
def test_a_wait_is_a_whole_positive_number_and_never_too_long(waited: int, left: float) -> None:
    wait = HoldWait(waited_seconds=waited).held_by(mute(waited + left), STARTED).wait_seconds
    assert type(wait) is int
    assert 1 <= wait <= max(CHECK_SCHEDULE)[1]


def test_the_longest_hold_has_a_bounded_number_of_checks() -> None:
    wait, checks = HoldWait(), 0
    while not wait.timed_out:
        wait = wait.held_by(SUPPRESSION, STARTED).after_wait(0)
        checks += 1
    assert wait.waited_seconds == MAX_HOLD_SECONDS
    assert checks <= max_hold_checks()


def test_sns_is_notified_of_another_kind_and_of_a_later_end_only() -> None:
    wait = HoldWait()
    statuses = []
    for hold in (
        mute(3_600),
        mute(3_600),
        mute(1_800),  # the mute was shortened
        mute(7_200),
        Hold(QUIET_HOURS, STARTED + timedelta(hours=9), "22:00-07:00"),
        SUPPRESSION,
        SUPPRESSION,
    ):
        wait = wait.held_by(hold, STARTED)
        statuses.append(wait.status)
    assert statuses == [ANNOUNCE, WAITING, WAITING, ANNOUNCE, ANNOUNCE, ANNOUNCE, WAITING]


def test_the_clock_corrects_the_counted_time_only_upward() -> None:
    wait = HoldWait(wait_seconds=60, waited_seconds=600)
    assert wait.after_wait(elapsed=13).waited_seconds == 660
    assert wait.after_wait(elapsed=672.9).waited_seconds == 672
