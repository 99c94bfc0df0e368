"""Measure alert storms to one team and to many teams, in virtual time."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from benchmarks.report import Table
from benchmarks.usage_meter import count_transitions
from local.scenarios.fields import phone_of
from tests.property.run_storm import run_storm
from tests.property.storm import FIRST_MARK, PHONES, ROSTER, Storm, alert_burst, page
from tests.property.storm_invariants import find_storm_violations

if TYPE_CHECKING:
    from benchmarks.report import Row
    from benchmarks.systems import Systems
    from local.simulation.system import VirtualSystem

SIZES = (1, 10, 100, 500)


def alert_storms(systems: Systems) -> list[Table]:
    """Play storms of increasing size."""
    sizes = [size for size in SIZES if size <= systems.largest_storm]
    return [
        Table(
            "Alert storms",
            [
                *(_row(systems.virtual, size, 1, alert_burst(size)) for size in sizes),
                *(_row(systems.virtual, size, size, to_teams(size)) for size in sizes if size > 1),
            ],
            "All events within one second, in virtual time; every storm is checked against the"
            " invariants of the random tests. Seconds are virtual, until the last execution ends."
            " The peak is the most polls of Connect in one second. Connect's quotas are not"
            " simulated; [scaling.md](scaling.md) describes them.",
        )
    ]


def to_teams(count: int) -> Storm:
    """Return a storm of different events, each to a team of its own like burst_of's."""
    alone = alert_burst(1)
    numbers = {
        f"team-{number}": {"Ana": f"+141555{60_000 + number}", "Bo": f"+141555{70_000 + number}"}
        for number in range(count)
    }
    return Storm(
        alone.scenario,
        tuple(
            page(FIRST_MARK + number, number / count, team) for number, team in enumerate(numbers)
        ),
        rosters={
            team: json.dumps(
                ROSTER
                | {"contacts": [{"name": name, "phone": phone} for name, phone in of.items()]}
            )
            for team, of in numbers.items()
        },
        phones={
            number: phone_of(PHONES[name]) for of in numbers.values() for name, number in of.items()
        },
    )


def _row(system: VirtualSystem, events: int, teams: int, storm: Storm) -> Row:
    """Play a storm and measure it.

    Raises:
        RuntimeError: the storm violated an invariant, so its figures mean nothing.
    """
    result = run_storm(system, storm)
    if violations := find_storm_violations(result).all:
        raise RuntimeError(f"a storm of {events} violated an invariant: {violations[0]}")
    seconds = max(page.execution.ended for page in result.pages)
    polls = Counter(
        int(request.at)
        for request in system.connect.requests
        if request.operation == "DescribeContact"
    )
    transitions = count_transitions(page.execution.history for page in result.pages)
    return {
        "events": events,
        "teams": teams,
        "seconds": seconds,
        "calls": len(result.result.calls),
        "polls": polls.total(),
        "polls per second": polls.total() / seconds,
        "peak": max(polls.values()),
        "transitions": transitions,
        "per event": transitions / events,
    }
