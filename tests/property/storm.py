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
UNREAD = "vent that could not be read"


@dataclass(frozen=True)
class Happening:
    """One event of a storm."""

    mark: str  # what its calls speak; two with the same mark are the same incident
    #: when it is delivered, in scenario seconds; more than once: EventBridge may
    after: tuple[float, ...]
    event: Json
    team: str = "default"  # whose it is
    test: bool = False  # whether it comes as a replay, as everything of AWS's does on this machine
    recovers: bool = False  # it says that an alarm is OK again

    def delivered_at(self, *after: float) -> Happening:
        """Give it with these deliveries."""
        return replace(self, after=after)


@dataclass(frozen=True)
class Act:
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
    happenings: tuple[Happening, ...]  # the events
    acts: tuple[Act, ...] = ()  # what is done from outside
    stops: tuple[Stop, ...] = ()  # executions that are stopped
    later: tuple[tuple[float, Fault], ...] = ()  # faults that begin at a second of the scenario
    further: Mapping[str, str] = field(default_factory=dict)  # rosters of other teams, by team
    phones: Mapping[str, Phone] = field(default_factory=dict)  # of other teams, by number

    @property
    def deliveries(self) -> list[tuple[float, Happening]]:
        """The deliveries, in the order in which their executions begin."""
        each = [(second, one) for one in self.happenings for second in one.after]
        return sorted(each, key=lambda one: one[0])

    def sent(self) -> list[Delivery]:
        """Give the events as they are put on the bus."""
        return [Delivery(one.event, one.after) for one in self.happenings]


def page(mark: int, after: float = 0.0, team: str = "default", **detail: object) -> Happening:
    """Give an event of Callout's own: real, of any team, as severe as `severity` says."""
    detail = {"title": f"Disk of web-{mark} full", "team": team} | detail
    event = {"source": "callout", "detail-type": "Page", "detail": detail}
    return Happening(f"web-{mark}", (after,), event, team)


def alarm(mark: int, after: float = 0.0, *, recovers: bool = False) -> Happening:
    """Give an alarm that goes off, or is OK again: a replay, to the team `default`."""
    file = "alarm-ok" if recovers else "alarm-alb-latency"
    event = deepcopy(read_event(EVENTS / f"{file}.json"))
    name = f"web-{mark}"
    event["detail"]["alarmName"] = name
    event["resources"] = [f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}"]
    return Happening(name, (after,), event, test=True, recovers=recovers)


def history(system: VirtualSystem) -> History:
    """Give the incident table as an operator has it, with nothing in between."""
    return History(system.services.client("dynamodb"), system.deployed.table["TableName"])


def begin(system: VirtualSystem, storm: Storm, done: list[tuple[float, str, str]]) -> None:
    """Set up all of a storm that its scenario does not say: to be called before the first event."""
    system.connect.phones = system.connect.phones | dict(storm.phones)
    for team, text in storm.further.items():
        system.save_roster(text, team)
    for second, fault in storm.later:
        system.time.begin(lambda fault=fault: system.proxy.faults.append(fault), after=second)  # type: ignore[misc]
    for act in storm.acts:
        system.time.begin(lambda act=act: _do(system, act, done), after=act.after)  # type: ignore[misc]


def _do(system: VirtualSystem, act: Act, done: list[tuple[float, str, str]]) -> None:
    """Do as `callout ack` and `callout resolve` do (callout/incidents/acknowledge.py)."""
    table, second = history(system), system.time.now()
    now = int(EPOCH.timestamp() + second)
    for record in table.still_open(act.team):
        incident = record.incident
        if act.mark not in f"{incident.title} {incident.facts}":
            continue
        if act.outcome == ACKNOWLEDGED:
            changed = table.acknowledge(act.team, incident.id, by=act.by, now=now)
        else:
            changed = table.end(act.team, incident.id, outcome=act.outcome, by=act.by, now=now)
        if changed:
            done.append((second, incident.id, act.outcome))
