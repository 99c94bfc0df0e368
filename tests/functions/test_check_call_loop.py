"""Test check_call: one invocation polls several times while nothing changes."""

from __future__ import annotations

import time
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

import oncall.calls.call_evaluation
from local.connect.simulated_phones import NoAnswer, Press, Silent
from local.faults.fault_types import FaultKind
from oncall.calls.call_evaluation import (
    MAX_POLL_LOOP_SECONDS,
    POLL_INTERVAL,
    THROTTLED_POLL_INTERVAL,
    PollResult,
)
from tests.functions.call_harness import ATTRIBUTES, DESCRIBE, STOP, CallHarness, outcome
from tests.functions.invoke import EXECUTION, INCIDENT, log_lines

if TYPE_CHECKING:
    from types import ModuleType

    from local.connect.server import SimulatedConnect
    from local.emulator.system import LocalSystem

RINGING, SILENT = NoAnswer(), Silent(answer_after=0)


@pytest.fixture
def slept(check_call: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the seconds of each sleep of an invocation; sleeping takes no time."""
    seconds: list[float] = []
    monkeypatch.setattr(
        oncall.calls.call_evaluation, "MAX_POLL_LOOP_SECONDS", MAX_POLL_LOOP_SECONDS
    )
    timeless = vars(time) | {"sleep": seconds.append, "monotonic": lambda: 0.0}
    monkeypatch.setattr(check_call, "time", SimpleNamespace(**timeless))
    return seconds


@pytest.fixture
def harness(
    connect: SimulatedConnect,
    place_call: ModuleType,
    check_call: ModuleType,
    system: LocalSystem,
    slept: list[float],
) -> CallHarness:
    del slept  # must be set up first
    system.delete_incidents()
    harness = CallHarness(connect, place_call, check_call)
    harness.table.acquire_lock(INCIDENT.team, EXECUTION, expired="")
    return harness


def seconds(progress: dict[str, Any]) -> tuple[int, int]:
    """Return the seconds waited so far, and the seconds to the next poll."""
    call = progress["call"]
    return call["waited_seconds"], call["wait_seconds"]


def test_ringing_call_is_polled_every_two_seconds_for_twenty(
    harness: CallHarness, slept: list[float]
) -> None:
    progress = harness.poll(harness.place(RINGING))

    assert outcome(progress) == "ringing"
    assert slept == [POLL_INTERVAL] * (MAX_POLL_LOOP_SECONDS // POLL_INTERVAL)
    assert harness.requests == [DESCRIBE] * (len(slept) + 1)
    assert seconds(progress) == (1 + MAX_POLL_LOOP_SECONDS, POLL_INTERVAL)


def test_an_invocation_that_was_throttled_polls_once(
    harness: CallHarness, slept: list[float]
) -> None:
    progress = harness.poll(harness.place(RINGING) | {"retries": 1})

    assert slept == []
    assert harness.requests == [DESCRIBE]
    assert seconds(progress) == (1, 29)  # to the ring limit


def test_call_is_ended_at_its_limit_within_one_invocation(
    harness: CallHarness, slept: list[float]
) -> None:
    progress = harness.poll(harness.place(RINGING, waited=24))

    assert outcome(progress) == "no_answer"
    assert progress["call"]["waited_seconds"] == 30
    assert sum(slept) == 30 - 25
    assert harness.requests[-3:] == [DESCRIBE, ATTRIBUTES, STOP]
    assert harness.hung_up


def test_answer_returns_to_the_state_machine_at_once(
    harness: CallHarness, slept: list[float]
) -> None:
    progress = harness.poll(harness.place(SILENT))

    assert outcome(progress) == "talking"
    assert slept == []


def test_key_ends_the_invocation(harness: CallHarness, slept: list[float]) -> None:
    progress = harness.poll(harness.place(Press("1", answer_after=0, key_after=0)))

    assert outcome(progress) == "acknowledged"
    assert slept == []


def test_throttled_poll_waits_longer(harness: CallHarness, slept: list[float]) -> None:
    event = harness.place(RINGING)
    harness.fail(DESCRIBE, FaultKind.THROTTLING)

    harness.poll(event)

    assert slept == [THROTTLED_POLL_INTERVAL, THROTTLED_POLL_INTERVAL]


def test_slow_poll_counts_as_waited_time(
    harness: CallHarness, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each poll takes 6 s: it is 4 s late, nothing is slept, and no second counts twice."""
    clock = iter(range(0, 1_000, 6))
    timeless = vars(time) | {"sleep": slept.append, "monotonic": lambda: next(clock)}
    monkeypatch.setattr(harness.check_call, "time", SimpleNamespace(**timeless))

    progress = harness.poll(harness.place(RINGING))

    assert sum(slept) == 0
    assert seconds(progress) == (1 + 3 * 6 + 4, POLL_INTERVAL)


def test_slow_poll_is_followed_by_the_rest_of_its_last_second(
    harness: CallHarness, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each poll takes 2.25 s, which counts as 3: the counted time is never ahead of the real."""
    clock = iter(number * 2.25 for number in range(1_000))
    timeless = vars(time) | {"sleep": slept.append, "monotonic": lambda: next(clock)}
    monkeypatch.setattr(harness.check_call, "time", SimpleNamespace(**timeless))

    progress = harness.poll(harness.place(RINGING))

    waited, left = seconds(progress)
    assert waited - 1 + left == sum(slept) + len(slept) * 2.25


def test_the_wait_of_the_state_machine_is_an_integer(
    harness: CallHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    talking = {"outcome": "talking", "wait_seconds": 1.25}
    monkeypatch.setattr(
        harness.check_call,
        "evaluate_call",
        lambda call, _snapshot: PollResult(replace(call, **talking)),
    )

    assert harness.poll(harness.place(RINGING))["call"]["wait_seconds"] == 2


def test_invocation_logs_one_line(harness: CallHarness, capsys: pytest.CaptureFixture[str]) -> None:
    event = harness.place(RINGING)
    log_lines(capsys)

    harness.poll(event)

    assert [entry["message"] for entry in log_lines(capsys)] == ["call checked"]
