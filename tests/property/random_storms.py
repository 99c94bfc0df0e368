"""A storm from a seed: several events, teams, acts from outside, stops and faults, at random."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from local.faults.fault_types import EVENTS
from local.scenarios.fields import phone_of
from local.scenarios.scenario import Scenario
from local.simulation.execution_history import Stop
from oncall.incident import SEVERITIES
from oncall.incident_record import ACKNOWLEDGED, RESOLVED
from tests.property.random_faults import Chances, faults
from tests.property.random_scenarios import phones_of, roster_of
from tests.property.storm import Act, Storm, alarm, page
from tests.state_machine import definition

if TYPE_CHECKING:
    from tests.property.storm import Happening

#: Of every so many seeds, the last one draws a storm.
SHARE = 4
STATES = tuple(definition.load_definition()["States"])
#: The marks of each kind of event, so that none is taken for another.
PAGES, ALARMS, OF_PAYMENTS = 100, 300, 500
OTHER_TEAM = "payments"
#: The second team's.
NAME, NUMBER = "Pia", "+14155550160"


def is_storm(seed: int) -> bool:
    """Say whether a seed draws a storm; else it draws a single page."""
    return seed % SHARE == SHARE - 1


def storm_of(seed: int) -> Storm:
    """Make the storm of a seed; the same seed makes the same one."""
    draw = Random(f"storm {seed}")  # noqa: S311 - a scenario, not a secret
    roster = roster_of(draw)
    names = [one["name"] for one in roster["contacts"]]
    numbers = [number for one in roster["contacts"] for number in one["phone"]]
    several = draw.random() < 0.3
    happenings = _happenings(draw, several=several)
    drawn = faults(draw, Chances(roster["ring_seconds"], names)) if draw.random() < 0.7 else []
    scenario = Scenario.model_validate(
        {
            "title": f"chaos {seed}",
            "roster": roster,
            "phones": phones_of(draw, numbers, roster["ring_seconds"]),
            # An event that is delivered twice is among those of the storm.
            "faults": [one for one in drawn if one["at"] != EVENTS],
            "seed": seed,
        }
    )
    further = f"contacts: [{{name: {NAME}, phone: {NUMBER}}}]\n"
    [its_phone] = phones_of(draw, [NUMBER], 45).values()
    return Storm(
        scenario=scenario,
        happenings=happenings,
        acts=_acts(draw, happenings),
        stops=_stops(draw, sum(len(one.after) for one in happenings)),
        further={OTHER_TEAM: further} if several else {},
        phones={NUMBER: phone_of(its_phone)} if several else {},
    )


def _happenings(draw: Random, *, several: bool) -> tuple[Happening, ...]:
    made: list[Happening] = []
    for number in range(draw.randint(2, 8)):
        after = draw.choice((0.0, 0.5, 1.0, 2.0, 3.0, draw.randint(0, 240), draw.randint(0, 900)))
        before = [one for one in made if not one.recovers]
        if before and draw.random() < 0.3:
            made.append(_again(draw, draw.choice(before), after))
        elif several and draw.random() < 0.4:
            made.append(page(OF_PAYMENTS + number, after, OTHER_TEAM))
        elif draw.random() < 0.5:
            made.append(alarm(ALARMS + number, after))
        else:
            made.append(page(PAGES + number, after, severity=draw.choice(SEVERITIES)))
    return tuple(_delivered_twice(draw, one) for one in made)


def _again(draw: Random, one: Happening, after: float) -> Happening:
    """Give the same once more; or of an alarm, that it is OK."""
    mark = int(one.mark.rpartition("-")[2])
    if one.test:
        return alarm(mark, after, recovers=draw.random() < 0.6)
    return page(mark, after, one.team, severity=one.event["detail"].get("severity", "high"))


def _delivered_twice(draw: Random, one: Happening) -> Happening:
    if draw.random() < 0.9:
        return one
    [after] = one.after
    return one.delivered_at(after, after + draw.choice((0, 1, 20)))


def _acts(draw: Random, happenings: tuple[Happening, ...]) -> tuple[Act, ...]:
    if draw.random() < 0.7:
        return ()
    return tuple(
        Act(
            mark=one.mark,
            after=one.after[0] + draw.choice((1, 5, 20, draw.randint(1, 300))),
            outcome=draw.choice((ACKNOWLEDGED, RESOLVED)),
            team=one.team,
        )
        for one in draw.sample(happenings, min(len(happenings), draw.randint(1, 3)))
    )


def _stops(draw: Random, executions: int) -> tuple[Stop, ...]:
    if draw.random() < 0.7:
        return ()
    return tuple(
        Stop(draw.randrange(executions), draw.choice(STATES), draw.choice((1, 1, 2, 5)))
        for _ in range(draw.randint(1, 3))
    )


def as_lines(storm: Storm) -> list[str]:
    """Say in a line each what a storm has beside its scenario."""
    return [
        *(
            f"{'/'.join(map(str, one.after))} s: {one.mark} to {one.team}"
            + (" is OK again" if one.recovers else " (a test)" if one.test else "")
            for one in sorted(storm.happenings, key=lambda one: one.after)
        ),
        *(f"{act.after} s: {act.by} has {act.mark} {act.outcome}" for act in storm.acts),
        *(f"execution {s.execution} is stopped at {s.state}, visit {s.visit}" for s in storm.stops),
        *(f"{team}: {text.strip()}" for team, text in storm.further.items()),
        *(f"{number}: {phone}" for number, phone in storm.phones.items()),
    ]
