"""Virtual time: one thread at a time, the earliest first, without real waiting."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from local.connect.clock import ManualClock
from local.simulation.virtual_clock import VirtualClock

DAY = 24 * 3600.0


@pytest.fixture
def time() -> VirtualClock:
    return VirtualClock(ManualClock(datetime(2026, 1, 5, tzinfo=UTC)))


def test_the_thread_that_wakes_first_runs_first(time: VirtualClock) -> None:
    wakeups: list[tuple[float, str]] = []

    def every(seconds: float, name: str) -> None:
        for _ in range(3):
            time.sleep(seconds)
            wakeups.append((time.now(), name))

    time.start(lambda: every(3, "slow"))
    time.start(lambda: every(2, "quick"))
    time.run()

    assert wakeups == [
        (2, "quick"),
        (3, "slow"),
        (4, "quick"),
        (6, "slow"),
        (6, "quick"),
        (9, "slow"),
    ]


def test_threads_that_wake_together_run_in_the_order_of_their_sleeps(time: VirtualClock) -> None:
    wakeups: list[str] = []

    def after_a_second(name: str) -> None:
        time.sleep(1)
        wakeups.append(name)

    for name in "abcdefgh":
        time.start(lambda name=name: after_a_second(name))  # type: ignore[misc]
    time.run()

    assert "".join(wakeups) == "abcdefgh"


def test_a_thread_can_start_another_with_a_delay(time: VirtualClock) -> None:
    began: list[float] = []

    def first() -> None:
        time.start(lambda: began.append(time.now()), after=5)
        began.append(time.now())

    time.start(first, after=DAY)
    time.run()

    assert began == [DAY, DAY + 5]


def test_a_running_thread_is_not_interrupted(time: VirtualClock) -> None:
    counter = 0

    def count_to(limit: int) -> None:
        nonlocal counter
        for _ in range(limit):
            value = counter
            time.start(lambda: None)
            counter = value + 1
            time.sleep(0)

    for _ in range(4):
        time.start(lambda: count_to(50))
    time.run()

    assert counter == 200


def test_a_sleep_ends_at_an_earlier_deadline(time: VirtualClock) -> None:
    results: list[tuple[bool, float]] = []

    def work() -> None:
        results.append((time.run_with_timeout(30, lambda: time.sleep(DAY)), time.now()))
        results.append((time.run_with_timeout(30, lambda: time.sleep(30)), time.now()))

    time.start(work)
    time.run()

    assert results == [(False, 30), (True, 60)]


def test_outer_and_inner_deadlines_are_distinguished(time: VirtualClock) -> None:
    results: list[bool] = []

    def inner() -> None:
        results.append(time.run_with_timeout(25, lambda: time.sleep(DAY)))

    def work() -> None:
        results.append(time.run_with_timeout(10, inner))
        results.append(time.run_with_timeout(30, inner))

    time.start(work)
    time.run()

    assert results == [False, False, True]
    assert time.now() == 35


def test_code_that_catches_every_exception_ends_at_its_deadline(
    time: VirtualClock,
) -> None:
    def stubborn() -> None:
        for _ in range(3):
            try:
                time.sleep(20)
            except Exception:  # noqa: BLE001, S112 - under test
                continue

    time.start(lambda: time.run_with_timeout(30, stubborn))
    time.run()

    assert time.now() == 30


def test_an_error_is_raised_after_all_threads_have_ended(time: VirtualClock) -> None:
    done: list[str] = []

    def wrong() -> None:
        raise OSError("it broke")

    def late() -> None:
        time.sleep(DAY)
        done.append("late")

    time.start(wrong)
    time.start(late)

    with pytest.raises(OSError, match="it broke"):
        time.run()
    assert done == ["late"]


def test_an_outer_deadline_holds_during_cleanup(time: VirtualClock) -> None:
    def forgetful() -> None:
        try:
            time.run_with_timeout(1, lambda: time.sleep(2))
        finally:
            time.sleep(5)

    time.start(lambda: time.run_with_timeout(3, forgetful))
    time.run()

    assert time.now() == 3


def test_other_threads_cannot_sleep_in_scenario_time(time: VirtualClock) -> None:
    assert not time.is_participant
    with pytest.raises(RuntimeError, match=r"VirtualClock.start"):
        time.sleep(1)
