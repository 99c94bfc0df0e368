"""A random alert storm from a seed: events, teams, operators' actions, stops and faults."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from local.asl.transitions import load_definition
from local.faults.fault_types import EVENTS
from local.scenarios.fields import phone_of
from local.scenarios.scenario import Scenario
from local.simulation.execution_history import Stop
from oncall.hold import MUTE, QUIET_HOURS, SUPPRESSED
from oncall.incident import SEVERITIES
from oncall.incident_record import ACKNOWLEDGED, RESOLVED
from tests.property.random_scenarios import (
    HOLD_CHANCE,
    add_hold,
    random_faults,
    random_phone,
    random_phones,
    random_roster,
)
from tests.property.storm import ExternalAction, Storm, alarm, page, suppressed

if TYPE_CHECKING:
    from tests.property.storm import StormEvent

#: The last of so many seeds makes a storm.
STORM_INTERVAL = 4
STATES = tuple(load_definition()["States"])
#: The first mark of each kind of event.
PAGE_MARKS, ALARM_MARKS, OTHER_TEAM_MARKS = 100, 300, 500
OTHER_TEAM = "payments"
#: The contact of the second team.
OTHER_CONTACT, OTHER_NUMBER = "Pia", "+14155550160"


def is_storm(seed: int) -> bool:
    """Check whether a seed makes a storm instead of a single page."""
    return seed % STORM_INTERVAL == STORM_INTERVAL - 1


def random_storm(seed: int) -> Storm:
    rng = Random(f"storm {seed}")  # noqa: S311 - a scenario, not a secret
    roster = random_roster(rng)
    two_teams = rng.random() < 0.3
    events = _events(rng, two_teams=two_teams)
    drawn = random_faults(rng, roster) if rng.random() < 0.7 else []
    holding = Random(f"hold {seed}")  # noqa: S311 - a scenario, not a secret
    for kind in (QUIET_HOURS, MUTE, SUPPRESSED):
        if holding.random() > HOLD_CHANCE:
            continue
        if kind == SUPPRESSED:
            events = tuple(_suppressed(holding, event) for event in events)
        else:
            add_hold(holding, roster, kind)
    scenario = Scenario.model_validate(
        {
            "title": f"chaos {seed}",
            "roster": roster,
            "phones": random_phones(rng, roster),
            # The events of the storm hold duplicate deliveries already.
            "faults": [fault for fault in drawn if fault["at"] != EVENTS],
            "seed": seed,
        }
    )
    rosters = f"contacts: [{{name: {OTHER_CONTACT}, phone: {OTHER_NUMBER}}}]\n"
    other_phone = random_phone(rng, 45)
    return Storm(
        scenario=scenario,
        events=events,
        actions=_actions(rng, events),
        stops=_stops(rng, sum(len(event.after) for event in events)),
        rosters={OTHER_TEAM: rosters} if two_teams else {},
        phones={OTHER_NUMBER: phone_of(other_phone)} if two_teams else {},
    )


def _events(rng: Random, *, two_teams: bool) -> tuple[StormEvent, ...]:
    made: list[StormEvent] = []
    for number in range(rng.randint(2, 8)):
        after = rng.choice((0.0, 0.5, 1.0, 2.0, 3.0, rng.randint(0, 240), rng.randint(0, 900)))
        before = [event for event in made if not event.recovers]
        if before and rng.random() < 0.4:
            made.append(_repeat(rng, rng.choice(before), after))
        elif two_teams and rng.random() < 0.4:
            made.append(page(OTHER_TEAM_MARKS + number, after, OTHER_TEAM))
        elif rng.random() < 0.5:
            made.append(alarm(ALARM_MARKS + number, after, test=rng.random() < 0.5))
        else:
            made.append(page(PAGE_MARKS + number, after, severity=rng.choice(SEVERITIES)))
    return tuple(_delivered_twice(rng, event) for event in made)


def _repeat(rng: Random, event: StormEvent, after: float) -> StormEvent:
    """Return the same event again, perhaps another severity, or for an alarm its recovery.

    Some come when the acknowledgement is old: within the deduplication window, or after it.
    """
    mark = int(event.mark.rpartition("-")[2])
    if rng.random() < 0.3:
        after += rng.choice((1_800, 3_000, 8_000))
    if ALARM_MARKS <= mark < OTHER_TEAM_MARKS:
        return alarm(mark, after, recovers=rng.random() < 0.6, test=event.test)
    severity = event.severity if rng.random() < 0.5 else rng.choice(SEVERITIES)
    return page(mark, after, event.team, severity)


def _suppressed(rng: Random, event: StormEvent) -> StormEvent:
    """Return an alarm whose actions CloudWatch suppresses for a while; others unchanged."""
    is_alarm = event.mark.startswith(f"web-{ALARM_MARKS // 100}")
    if not is_alarm or event.test or event.recovers or rng.random() < 0.3:
        return event
    return suppressed(event, rng.choice((1, 60, 90, 700, 9_000)))


def _delivered_twice(rng: Random, event: StormEvent) -> StormEvent:
    if rng.random() < 0.9:
        return event
    [after] = event.after
    return replace(event, after=(after, after + rng.choice((0, 1, 20))))


def _actions(rng: Random, events: tuple[StormEvent, ...]) -> tuple[ExternalAction, ...]:
    if rng.random() < 0.7:
        return ()
    return tuple(
        ExternalAction(
            mark=event.mark,
            after=event.after[0] + rng.choice((1, 5, 20, rng.randint(1, 300))),
            outcome=rng.choice((ACKNOWLEDGED, RESOLVED)),
            team=event.team,
            # Drawn apart, so that the storms of all seeds stay as they were.
            link=Random(f"link {event.mark}").random() < 0.5,  # noqa: S311 - not a secret
        )
        for event in rng.sample(events, min(len(events), rng.randint(1, 3)))
    )


def _stops(rng: Random, executions: int) -> tuple[Stop, ...]:
    if rng.random() < 0.7:
        return ()
    return tuple(
        Stop(rng.randrange(executions), rng.choice(STATES), rng.choice((1, 1, 2, 5)))
        for _ in range(rng.randint(1, 3))
    )


def describe_storm(storm: Storm) -> list[str]:
    """Describe what a storm has besides its scenario, in a line each."""
    return [
        *(
            f"{'/'.join(map(str, event.after))} s: {event.mark} to {event.team}"
            + (" is OK again" if event.recovers else " (a test)" if event.test else "")
            + (f", suppressed for {event.suppressed} s" if event.suppressed else "")
            for event in sorted(storm.events, key=lambda event: event.after)
        ),
        *map(str, (*storm.actions, *storm.stops)),
        *(f"{team}: {text.strip()}" for team, text in storm.rosters.items()),
        *(f"{number}: {phone}" for number, phone in storm.phones.items()),
    ]
