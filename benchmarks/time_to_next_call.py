"""Measure the time from a failed call to the next one.

In virtual time this is exactly what polling takes; in real time functions and emulator add to it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.report import Table
from benchmarks.scenarios import two_responders
from benchmarks.stub_chain import PLACE_CALL
from benchmarks.usage_meter import count_transitions
from local.connect.timeline import EntryType
from local.scenarios.emulator_runner import EmulatorRunner
from tests.property.storm_executions import end_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.report import Row
    from benchmarks.systems import Systems
    from local.asl.transitions import Json
    from local.connect.simulated_call import Call
    from local.emulator.system import LocalSystem
    from local.scenarios.scenario import Scenario
    from local.simulation.system import VirtualSystem

#: Seeds of each case in virtual time, and repetitions in real time.
SEEDS, REAL_TIME_REPETITIONS = 40, 3


@dataclass(frozen=True)
class FailoverCase:
    """One way in which the first call fails, so that the second responder is called."""

    name: str
    scenario: Callable[[random.Random], Scenario]
    failed_at: Callable[[Scenario, Call], float]  # the second at which the first call fails
    real_time: bool = False  # also measure it in real time; only for a case of a few seconds


class FailoverTime(NamedTuple):
    """The time of one failover, in scenario seconds, and what happened meanwhile."""

    failed_after: float  # from the request for the first call
    seconds: float  # from the failure until the request for the second call
    polls: int  # of the first call
    transitions: int  # from the first call to the second


def time_to_next_call(systems: Systems) -> list[Table]:
    """Measure every failover case."""
    seeds = systems.repetitions(SEEDS)
    repetitions = systems.repetitions(REAL_TIME_REPETITIONS)
    virtual = [
        [measure_failover(systems.virtual, case, seed) for seed in range(seeds)] for case in CASES
    ]
    real = [
        median([real_time_failover(systems.local, case) for _ in range(repetitions)])
        if case.real_time
        else None
        for case in CASES
    ]
    return [
        Table(
            "Time to the next call",
            [_row(*measured) for measured in zip(CASES, virtual, real, strict=True)],
            f"Seconds in virtual time, {seeds} random moments of each case: functions and AWS take"
            " no time, so this is the delay that polling adds. Polls and transitions are those of"
            f" the first call. In the emulator: medians of {repetitions} runs in real time.",
        )
    ]


def measure_failover(system: VirtualSystem, case: FailoverCase, seed: int) -> FailoverTime:
    """Measure one failover in virtual time."""
    scenario = case.scenario(random.Random(seed))  # noqa: S311 - moments of a scenario
    ending = system.run_scenario(scenario, seed=seed)
    first, second = system.connect.calls
    failed_at = case.failed_at(scenario, first)
    polls = [
        request
        for request in system.connect.requests
        if request.operation == "DescribeContact"
        and request.params["ContactId"] == first.contact_id
    ]
    return FailoverTime(
        failed_after=failed_at - first.placed_at,
        seconds=second.placed_at - failed_at,
        polls=len(polls),
        transitions=count_transitions([first_call_events(ending.page.history)]),
    )


def real_time_failover(system: LocalSystem, case: FailoverCase) -> float:
    """Measure one failover in the emulator; return the seconds to the next call."""
    scenario = case.scenario(random.Random(0))  # noqa: S311 - moments of a scenario
    EmulatorRunner(system).run_scenario(scenario)
    first, second = system.connect.calls
    return second.placed_at - case.failed_at(scenario, first)


def first_call_events(history: Sequence[Json]) -> list[Json]:
    """Return the events from the first PlaceCall to the second."""
    place_call = [
        index
        for index, event in enumerate(history)
        if event.get("stateEnteredEventDetails", {}).get("name") == PLACE_CALL
    ]
    return list(history[place_call[0] : place_call[1]])


def _row(case: FailoverCase, times: Sequence[FailoverTime], real: float | None) -> Row:
    seconds = [time.seconds for time in times]
    return {
        "first call": case.name,
        "fails after (median)": median([time.failed_after for time in times]),
        "next call (median)": median(seconds),
        "p95": quantiles(seconds, n=20, method="inclusive")[-1],
        "maximum": max(seconds),
        "in the emulator": real,
        "polls (median)": median([time.polls for time in times]),
        "transitions (median)": median([time.transitions for time in times]),
    }


def _ended_at(_scenario: Scenario, call: Call) -> float:
    return end_of(call)


def _ring_limit(scenario: Scenario, call: Call) -> float:
    roster = scenario.roster_read()
    if roster is None:
        raise ValueError("the roster cannot be read")
    return call.placed_at + roster.ring_seconds


def _declined_at(_scenario: Scenario, call: Call) -> float:
    return next(
        entry.at for entry in call.entries if entry.type is EntryType.PRESSED and entry.text == "2"
    )


def _voicemail(moments: random.Random) -> Scenario:
    phone = {"answer_after": moments.uniform(5, 25), "hang_up_after": moments.uniform(5, 60)}
    return two_responders({"voicemail": phone})


def _declines_after(answer_after: float, key_after: float) -> Scenario:
    phone = {"keys": "2", "answer_after": answer_after, "key_after": key_after}
    return two_responders({"press": phone})


CASES = (
    FailoverCase("is busy", lambda _: two_responders("busy"), _ended_at, real_time=True),
    FailoverCase(
        "is rejected after 3 s",
        lambda _: two_responders({"reject": {"after": 3}}),
        _ended_at,
        real_time=True,
    ),
    FailoverCase(
        "is rejected within 30 s",
        lambda moments: two_responders({"reject": {"after": moments.uniform(0, 30)}}),
        _ended_at,
    ),
    FailoverCase("reaches voicemail, which hangs up", _voicemail, _ended_at),
    FailoverCase(
        "is not answered",
        lambda moments: two_responders("no_answer", ring_seconds=moments.randint(15, 60)),
        _ring_limit,
    ),
    FailoverCase(
        "is declined with key 2",
        lambda moments: _declines_after(moments.uniform(2, 20), moments.uniform(1, 15)),
        _declined_at,
    ),
    FailoverCase(
        "is declined after 3.5 s",
        lambda _: _declines_after(2, 1.5),
        _declined_at,
        real_time=True,
    ),
)
