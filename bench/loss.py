"""From a lost call to the next one, in virtual time: what the looks alone take."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.losses import LOSSES, SHORT_LOSSES
from bench.metering import metered, transitions
from bench.sheet import Sheet
from bench.spread import median, p95
from bench.stories import told, unanswered
from local.scenarios.emulator_runner import EmulatorRunner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.losses import Loss
    from bench.sheet import Row
    from bench.systems import Systems
    from local.asl.transitions import Json
    from local.emulator.system import LocalSystem
    from local.simulation.system import VirtualSystem

#: Moments a way, and times in real time.
MOMENTS, REAL = 40, 3
PLACE_CALL = "PlaceCall"


@dataclass(frozen=True)
class Lost:
    """One lost call.

    Attributes:
        lasted: story seconds from dialling until it was lost.
        seconds: story seconds from the loss until the next phone was dialled.
        looks: DescribeContact requests about it.
        transitions: from its dialling to the next.
    """

    lasted: float
    seconds: float
    looks: int
    transitions: int


def loss(systems: Systems) -> list[Sheet]:
    """Measure every way of losing a call, and what whole pages of them take."""
    count = systems.options.times(MOMENTS)
    ways = [
        _row(one, [lose(systems.virtual, one, seed) for seed in range(count)]) for one in LOSSES
    ]
    pages = [_page(systems.virtual, name) for name in ("four unanswered", "nobody", "voicemail")]
    return [
        Sheet(
            "From a lost call to the next one",
            ways,
            f"Story seconds, {count} seeds each; functions and AWS take no time here, so this is"
            " what Callout's own waiting takes. Looks and transitions are those of the lost call.",
        ),
        Sheet(
            "Whole pages",
            pages,
            "Story seconds until SNS is told, or somebody has taken it.",
        ),
        _in_real_time(systems),
    ]


def lose(system: VirtualSystem, way: Loss, seed: int) -> Lost:
    """Have one call lost."""
    story = way.story(random.Random(seed))  # noqa: S311 - moments of a story
    ending = system.run_scenario(story, seed=seed)
    first, second = system.connect.calls
    lost_at = way.lost_at(story, first)
    looks = [
        one
        for one in system.connect.requests
        if one.operation == "DescribeContact" and one.params["ContactId"] == first.contact_id
    ]
    return Lost(
        lasted=lost_at - first.placed_at,
        seconds=second.placed_at - lost_at,
        looks=len(looks),
        transitions=transitions([first_call(ending.page.history)]),
    )


def first_call(history: Sequence[Json]) -> list[Json]:
    """Give the events from the first call's dialling to the second's."""
    dialled = [
        number
        for number, event in enumerate(history)
        if event.get("stateEnteredEventDetails", {}).get("name") == PLACE_CALL
    ]
    return list(history[dialled[0] : dialled[1]])


def _in_real_time(systems: Systems) -> Sheet:
    virtual = {one.name: lose(systems.virtual, one, 0).seconds for one in SHORT_LOSSES}
    times = systems.options.times(REAL)
    rows: list[Row] = []
    for one in SHORT_LOSSES:
        seconds = median([lose_in_real_time(systems.local, one) for _ in range(times)])
        rows.append(
            {
                "lost by": one.name,
                "virtual time": virtual[one.name],
                "real time (median)": seconds,
                "more": seconds - virtual[one.name],
            }
        )
    return Sheet(
        "From a lost call to the next one, in real time",
        rows,
        f"Seconds, {times} of each in the local emulator: what is more is the functions' own"
        " work, and the emulator's.",
    )


def lose_in_real_time(system: LocalSystem, way: Loss) -> float:
    """Have one call lost; give the seconds to the next."""
    story = way.story(random.Random(0))  # noqa: S311 - moments of a story
    EmulatorRunner(system).run_scenario(story)
    first, second = system.connect.calls
    return second.placed_at - way.lost_at(story, first)


def _row(way: Loss, lost: Sequence[Lost]) -> Row:
    seconds = [one.seconds for one in lost]
    return {
        "lost by": way.name,
        "lost after (median)": median([one.lasted for one in lost]),
        "to the next dial (median)": median(seconds),
        "p95": p95(seconds),
        "longest": max(seconds),
        "looks (median)": median([one.looks for one in lost]),
        "transitions (median)": median([one.transitions for one in lost]),
    }


def _page(system: VirtualSystem, name: str) -> Row:
    story = unanswered(4, 60) if name == "four unanswered" else told(name)
    found, _ = metered(system, story)
    return {
        "page": name,
        "calls": found.calls,
        "story seconds": found.duration,
        "looks": found.looks,
        "transitions": found.transitions,
    }
