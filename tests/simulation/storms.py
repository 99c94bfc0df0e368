"""Storms over a team of two, to be played and held to the laws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.scenarios.scenario import Scenario
from tests.property.run_storm import StormRun, run_storm
from tests.property.storm import Storm, page
from tests.property.storm_invariants import storm_breaches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.simulation.system import VirtualSystem
    from tests.property.storm import Happening

ANA, BO = "+14155550132", "+14155550178"
PRESSES = {"press": {"answer_after": 2, "key_after": 2}}


def storm(
    *happenings: Happening,
    ana: object = PRESSES,
    bo: object = PRESSES,
    faults: Sequence[Mapping[str, object]] = (),
) -> Storm:
    """Give a storm over a team of two."""
    roster = {
        "contacts": [{"name": "Ana", "phone": ANA}, {"name": "Bo", "phone": BO}],
        "ring_seconds": 15,
        "rounds": 1,
    }
    written = {
        "title": "storm",
        "roster": roster,
        "phones": {"Ana": ana, "Bo": bo},
        "faults": list(faults),
    }
    return Storm(Scenario.model_validate(written), happenings)


def pages(count: int) -> list[Happening]:
    return [page(100 + number, float(number)) for number in range(count)]


def outcomes(told: StormRun) -> list[str]:
    return [one.outcome or one.execution.status for one in told.pages]


def lawful(virtual: VirtualSystem, happens: Storm) -> StormRun:
    """Play a storm that breaks no law."""
    told = run_storm(virtual, happens)
    assert storm_breaches(told).all == ()
    return told
