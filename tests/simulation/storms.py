"""Alert storms for a team of two, run and checked against the invariants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.scenarios.scenario import Scenario
from tests.property.run_storm import StormRun, run_storm
from tests.property.storm import Storm, page
from tests.property.storm_invariants import find_storm_violations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.simulation.system import VirtualSystem
    from tests.property.storm import StormEvent

ANA, BO = "+14155550132", "+14155550178"
PRESSES = {"press": {"answer_after": 2, "key_after": 2}}


def storm(
    *events: StormEvent,
    ana: object = PRESSES,
    bo: object = PRESSES,
    faults: Sequence[Mapping[str, object]] = (),
    attempts: int = 1,
) -> Storm:
    """Return an alert storm for a team of two."""
    roster = {
        "contacts": [{"name": "Ana", "phone": ANA}, {"name": "Bo", "phone": BO}],
        "ring_seconds": 15,
        "rounds": attempts,
        "attempts": attempts,
    }
    fields = {
        "title": "storm",
        "roster": roster,
        "phones": {"Ana": ana, "Bo": bo},
        "faults": list(faults),
    }
    return Storm(Scenario.model_validate(fields), events)


def pages(count: int) -> list[StormEvent]:
    return [page(100 + number, float(number)) for number in range(count)]


def outcomes(run: StormRun) -> list[str]:
    return [page.outcome for page in run.pages]


def run_valid_storm(virtual: VirtualSystem, storm: Storm) -> StormRun:
    """Run a storm and assert that it violates no invariant."""
    run = run_storm(virtual, storm)
    assert find_storm_violations(run).all == ()
    return run
