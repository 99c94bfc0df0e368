"""Many events at once, to one team and to as many teams, in virtual time."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bench.metering import transitions
from bench.sheet import Sheet
from local.scenarios.fields import phone_of
from tests.chaos.burst import PHONES, ROSTER, burst_of
from tests.chaos.storm import Storm, page
from tests.chaos.storm_laws import storm_breaches
from tests.chaos.storm_run import run_storm

if TYPE_CHECKING:
    from bench.sheet import Row
    from bench.systems import Systems
    from local.simulation.system import VirtualSystem

SIZES = (1, 10, 100, 500)
#: As in tests/chaos/burst.py: three digits, so that each takes as long to say as the others.
FIRST_MARK = 100


def storms(systems: Systems) -> list[Sheet]:
    """Play storms that grow."""
    largest = 10 if systems.options.quick else systems.options.storm
    counts = [count for count in SIZES if count <= largest]
    note = (
        "Within one second, played in virtual time, each held to the laws of tests/chaos. Seconds"
        " are the story's, until the last execution is over; the peak is of any second."
    )
    return [
        Sheet(
            "Events at once to one team",
            [row(systems.virtual, count, burst_of(count)) for count in counts],
            note,
        ),
        Sheet(
            "Events at once to as many teams",
            [row(systems.virtual, count, to_teams(count)) for count in counts],
            note + " Connect's own limits are off: docs/scaling.md says what they would do.",
        ),
    ]


def to_teams(count: int) -> Storm:
    """Give so many different pages, each to a team of its own that is like burst_of's."""
    alone = burst_of(1)
    teams = [f"team-{number}" for number in range(count)]
    numbers = {
        team: {"Ana": f"+141555{60_000 + number}", "Bo": f"+141555{70_000 + number}"}
        for number, team in enumerate(teams)
    }
    return Storm(
        alone.scenario,
        tuple(page(FIRST_MARK + number, number / count, team) for number, team in enumerate(teams)),
        further={team: roster(numbers[team]) for team in teams},
        phones={
            number: phone_of(PHONES[name]) for of in numbers.values() for name, number in of.items()
        },
    )


def roster(numbers: dict[str, str]) -> str:
    """Write the roster of a team, by its people's numbers."""
    contacts = ", ".join(f'{{name: {name}, phone: "{one}"}}' for name, one in numbers.items())
    return f"contacts: [{contacts}]\nring_seconds: {ROSTER['ring_seconds']}\n"


def row(system: VirtualSystem, count: int, happens: Storm) -> Row:
    """Play a storm and say what it came to.

    Raises:
        RuntimeError: it broke a law; what it came to would mean nothing.
    """
    told = run_storm(system, happens)
    if broken := storm_breaches(told).all:
        raise RuntimeError(f"a storm of {count} broke a law: {broken[0]}")
    seconds = max(one.execution.ended for one in told.pages)
    looks = Counter(
        int(one.at) for one in system.connect.requests if one.operation == "DescribeContact"
    )
    return {
        "events": count,
        "story seconds": seconds,
        "calls": len(told.result.calls),
        "looks": looks.total(),
        "looks a second, mean": looks.total() / seconds,
        "peak": max(looks.values()),
        "transitions": (found := transitions(one.execution.history for one in told.pages)),
        "transitions an event": found / count,
        "real seconds": told.result.seconds,
    }
