"""A storm: several events, what is done from outside meanwhile, and what goes wrong.

Each event has a mark, three digits that its calls speak and nobody else's do: so what a call was
about is read from what it said, and not from what the functions say of it.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from callout.incidents.store import History
from local.scenarios.files import EVENTS, read_event
from local.simulation.event_bus import Delivery
from local.simulation.system import EPOCH
from oncall.incident_record import ACKNOWLEDGED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.connect.simulated_phones import Phone
    from local.faults.fault import Fault
    from local.scenarios.scenario import Scenario
    from local.simulation.execution_history import Stop
    from local.simulation.system import VirtualSystem

Json = dict[str, Any]
#: What is said of an event that could not be read, aloud and in writing, but for the capital.
FALLBACK_MARK = "vent that could not be read"


@dataclass(frozen=True)
class StormEvent:
    """One event of a storm."""

    mark: str  # what its calls speak; two with the same mark are the same incident
    #: when it is delivered, in scenario seconds; more than once: EventBridge may
    after: tuple[float, ...]
    event: Json
    team: str = "default"  # whose it is
    test: bool = False  # whether it comes as a replay, as everything of AWS's does on this machine
    recovers: bool = False  # it says that an alarm is OK again

    def delivered_at(self, *after: float) -> StormEvent:
        """Give it with these deliveries."""
        return replace(self, after=after)


@dataclass(frozen=True)
class ExternalAction:
    """Somebody takes or closes an incident from outside."""

    mark: str
    after: float  # scenario seconds
    outcome: str  # `acknowledged` or `resolved`
    by: str = "Olga"
    team: str = "default"  # whose incident it is


@dataclass(frozen=True)
class Storm:
    """What happens."""

    scenario: Scenario  # roster and phones of the team `default`, the faults and the seed
    events: tuple[StormEvent, ...]  # the events
    actions: tuple[ExternalAction, ...] = ()  # what is done from outside
    stops: tuple[Stop, ...] = ()  # executions that are stopped
    later_faults: tuple[
        tuple[float, Fault], ...
    ] = ()  # faults that begin at a second of the scenario
    rosters: Mapping[str, str] = field(default_factory=dict)  # rosters of other teams, by team
    phones: Mapping[str, Phone] = field(default_factory=dict)  # of other teams, by number

    @property
    def deliveries(self) -> list[tuple[float, StormEvent]]:
        """The deliveries, in the order in which their executions begin."""
        each = [(second, event) for event in self.events for second in event.after]
        return sorted(each, key=lambda delivery: delivery[0])

    def deliveries_to_send(self) -> list[Delivery]:
        """Give the events as they are put on the bus."""
        return [Delivery(event.event, event.after) for event in self.events]


def page(mark: int, after: float = 0.0, team: str = "default", **detail: object) -> StormEvent:
    """Give an event of Callout's own: real, of any team, as severe as `severity` says."""
    detail = {"title": f"Disk of web-{mark} full", "team": team} | detail
    event = {"source": "callout", "detail-type": "Page", "detail": detail}
    return StormEvent(f"web-{mark}", (after,), event, team)


def alarm(mark: int, after: float = 0.0, *, recovers: bool = False) -> StormEvent:
    """Give an alarm that goes off, or is OK again: a replay, to the team `default`."""
    file = "alarm-ok" if recovers else "alarm-alb-latency"
    event = deepcopy(read_event(EVENTS / f"{file}.json"))
    name = f"web-{mark}"
    event["detail"]["alarmName"] = name
    event["resources"] = [f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}"]
    return StormEvent(name, (after,), event, test=True, recovers=recovers)


def incident_queries(system: VirtualSystem) -> History:
    """Give the incident table as an operator has it, with nothing in between."""
    return History(system.services.client("dynamodb"), system.deployed.table["TableName"])


def schedule(system: VirtualSystem, storm: Storm, done: list[tuple[float, str, str]]) -> None:
    """Set up all of a storm that its scenario does not say: to be called before the first event."""
    system.connect.phones = system.connect.phones | dict(storm.phones)
    for team, text in storm.rosters.items():
        system.save_roster(text, team)
    for second, fault in storm.later_faults:
        system.time.begin(lambda fault=fault: system.proxy.faults.append(fault), after=second)  # type: ignore[misc]
    for action in storm.actions:
        system.time.begin(lambda action=action: _perform(system, action, done), after=action.after)  # type: ignore[misc]


def _perform(
    system: VirtualSystem, action: ExternalAction, done: list[tuple[float, str, str]]
) -> None:
    """Do as `callout ack` and `callout resolve` do (callout/incidents/acknowledge.py)."""
    table, second = incident_queries(system), system.time.now()
    now = int(EPOCH.timestamp() + second)
    for record in table.still_open(action.team):
        incident = record.incident
        if action.mark not in f"{incident.title} {incident.facts}":
            continue
        if action.outcome == ACKNOWLEDGED:
            changed = table.acknowledge(action.team, incident.id, by=action.by, now=now)
        else:
            changed = table.end(
                action.team, incident.id, outcome=action.outcome, by=action.by, now=now
            )
        if changed:
            done.append((second, incident.id, action.outcome))
