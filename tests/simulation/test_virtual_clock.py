"""Virtual time: who sleeps shortest goes on first, one at a time, and nobody waits for real."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from local.connect.clock import ManualClock
from local.simulation.virtual_clock import OutOfTimeError, StoryTime

DAY = 24 * 3600.0


@pytest.fixture
def time() -> StoryTime:
    return StoryTime(ManualClock(datetime(2026, 1, 5, tzinfo=UTC)))


def test_who_wakes_earliest_goes_on_first(time: StoryTime) -> None:
    happened: list[tuple[float, str]] = []

    def every(seconds: float, name: str) -> None:
        for _ in range(3):
            time.sleep(seconds)
            happened.append((time.now(), name))

    time.begin(lambda: every(3, "slow"))
    time.begin(lambda: every(2, "quick"))
    time.run()

    assert happened == [
        (2, "quick"),
        (3, "slow"),
        (4, "quick"),
        (6, "slow"),
        (6, "quick"),
        (9, "slow"),
    ]


def test_of_those_who_wake_together_the_first_to_sleep_goes_on_first(time: StoryTime) -> None:
    happened: list[str] = []

    def after_a_second(name: str) -> None:
        time.sleep(1)
        happened.append(name)

    for name in "abcdefgh":
        time.begin(lambda name=name: after_a_second(name))  # type: ignore[misc]
    time.run()

    assert "".join(happened) == "abcdefgh"


def test_what_is_begun_later_begins_then_even_if_begun_from_inside(time: StoryTime) -> None:
    began: list[float] = []

    def first() -> None:
        time.begin(lambda: began.append(time.now()), after=5)
        began.append(time.now())

    time.begin(first, after=DAY)
    time.run()

    assert began == [DAY, DAY + 5]


def test_nobody_is_overtaken_while_not_asleep(time: StoryTime) -> None:
    counted = 0

    def count_to(most: int) -> None:
        nonlocal counted
        for _ in range(most):
            seen = counted
            time.begin(lambda: None)
            counted = seen + 1
            time.sleep(0)

    for _ in range(4):
        time.begin(lambda: count_to(50))
    time.run()

    assert counted == 200


def test_a_sleep_ends_at_a_deadline_that_comes_first(time: StoryTime) -> None:
    found: list[tuple[bool, float]] = []

    def work() -> None:
        found.append((time.within(30, lambda: time.sleep(DAY)), time.now()))
        found.append((time.within(30, lambda: time.sleep(30)), time.now()))

    time.begin(work)
    time.run()

    assert found == [(False, 30), (True, 60)]


def test_an_outer_deadline_is_not_taken_for_an_inner_one(time: StoryTime) -> None:
    found: list[bool] = []

    def inner() -> None:
        found.append(time.within(25, lambda: time.sleep(DAY)))

    def work() -> None:
        found.append(time.within(10, inner))
        found.append(time.within(30, inner))

    time.begin(work)
    time.run()

    assert found == [False, False, True]
    assert time.now() == 35


def test_code_that_catches_every_exception_does_not_outlive_its_deadline(time: StoryTime) -> None:
    def stubborn() -> None:
        for _ in range(3):
            try:
                time.sleep(20)
            except Exception:  # noqa: BLE001, S112 - that is what is tried
                continue

    time.begin(lambda: time.within(30, stubborn))
    time.run()

    assert time.now() == 30


def test_what_goes_wrong_is_raised_when_all_the_others_are_done(time: StoryTime) -> None:
    done: list[str] = []

    def wrong() -> None:
        raise OSError("it broke")

    def late() -> None:
        time.sleep(DAY)
        done.append("late")

    time.begin(wrong)
    time.begin(late)

    with pytest.raises(OSError, match="it broke"):
        time.run()
    assert done == ["late"]


def test_a_deadline_that_nobody_set_here_is_not_lost(time: StoryTime) -> None:
    def forgetful() -> None:
        try:
            time.within(1, lambda: time.sleep(2))
        finally:
            time.sleep(5)

    time.begin(lambda: time.within(3, forgetful))
    time.run()

    assert time.now() == 3


def test_a_thread_from_elsewhere_cannot_sleep_in_scenario_time(time: StoryTime) -> None:
    assert not time.inside
    with pytest.raises(RuntimeError, match=r"StoryTime\.begin"):
        time.sleep(1)


def test_out_of_time_is_no_ordinary_exception() -> None:
    assert not issubclass(OutOfTimeError, Exception)
