"""Measure alert storms to one team and to many teams, in virtual time."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from benchmarks.report import Table
from benchmarks.usage_meter import count_transitions
from local.simulation.lambda_runtime import INVOCATION_SECONDS
from tests.property.run_storm import run_storm
from tests.property.storm import alert_burst, limited, to_teams
from tests.property.storm_invariants import find_storm_violations

if TYPE_CHECKING:
    from benchmarks.report import Row
    from benchmarks.systems import Systems
    from local.simulation.system import VirtualSystem
    from tests.property.run_storm import StormRun
    from tests.property.storm import Storm

SIZES = (1, 10, 100, 500)
#: Functions that a new account may run at once (Lambda developer guide, "Lambda quotas"), and the
#: storms that it is to survive: events, teams.
NEW_ACCOUNT = 10
LIMITED = ((50, 1), (200, 1), (10, 10), (50, 10), (20, 20), (40, 40))


def alert_storms(systems: Systems) -> list[Table]:
    """Play storms of increasing size."""
    sizes = [size for size in SIZES if size <= systems.largest_storm]
    storms = [*((size, 1) for size in sizes), *((size, size) for size in sizes if size > 1)]
    return [
        Table(
            "Alert storms",
            [_row(systems.virtual, *storm) for storm in storms],
            "All events within one second, in virtual time; every storm is checked against the"
            " invariants of the random tests. Seconds are virtual, until the last execution ends."
            " The peak is the most polls of Connect in one second. Connect's quotas are not"
            " simulated; [scaling.md](scaling.md) describes them.",
        ),
        Table(
            f"Alert storms with {NEW_ACCOUNT} functions at once",
            [
                _limited_row(systems.virtual, events, teams)
                for events, teams in LIMITED
                if events <= systems.largest_storm
            ],
            f"The same in an account that runs at most {NEW_ACCOUNT} functions at once; each takes"
            f" {INVOCATION_SECONDS} s and its sleep. Seconds until the last team was called for the"
            " first time, and until the last execution ended, with and without the limit.",
        ),
    ]


def _storm(events: int, teams: int) -> Storm:
    return alert_burst(events) if teams == 1 else to_teams(teams, events // teams)


def _limited_row(system: VirtualSystem, events: int, teams: int) -> Row:
    """Play a storm with and without the limit.

    Raises:
        RuntimeError: the limit violated an invariant or changed the outcome of a page.
    """
    storm = _storm(events, teams)
    free, scarce = _run(system, storm), _run(system, limited(storm, NEW_ACCOUNT))
    outcomes, expected = ([page.outcome for page in run.pages] for run in (scarce, free))
    if outcomes != expected or scarce.gave_up:
        raise RuntimeError(f"the limit changed a storm of {events}: {scarce.gave_up}")
    return {
        "events": events,
        "teams": teams,
        "throttled": scarce.throttled,
        "first calls": _last_first_call(scarce),
        "without limit": _last_first_call(free),
        "end": _end(scarce),
        "end without limit": _end(free),
        "transitions": _transitions(scarce),
        "transitions without limit": _transitions(free),
    }


def _row(system: VirtualSystem, events: int, teams: int) -> Row:
    """Play a storm and measure it."""
    run = _run(system, _storm(events, teams))
    seconds, transitions = _end(run), _transitions(run)
    polls = Counter(
        int(request.at)
        for request in system.connect.requests
        if request.operation == "DescribeContact"
    )
    return {
        "events": events,
        "teams": teams,
        "seconds": seconds,
        "calls": len(run.result.calls),
        "polls": polls.total(),
        "polls per second": polls.total() / seconds,
        "peak": max(polls.values()),
        "transitions": transitions,
        "per event": transitions / events,
    }


def _run(system: VirtualSystem, storm: Storm) -> StormRun:
    """Play a storm.

    Raises:
        RuntimeError: the storm violated an invariant, so its figures mean nothing.
    """
    run = run_storm(system, storm)
    if violations := find_storm_violations(run).all:
        raise RuntimeError(f"a storm of {len(storm.events)} violated an invariant: {violations[0]}")
    return run


def _end(run: StormRun) -> float:
    return max(page.execution.ended for page in run.pages)


def _transitions(run: StormRun) -> int:
    return count_transitions(page.execution.history for page in run.pages)


def _last_first_call(run: StormRun) -> float:
    """Return the second at which the last team was called for the first time."""
    first: dict[str, float] = {}
    for contact, (page, _) in run.call_owners.items():
        at = run.calls[contact].placed_at
        first[page.team] = min(at, first.get(page.team, at))
    return max(first.values())
