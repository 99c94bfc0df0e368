"""An alert storm: several events, the actions of operators meanwhile, and faults.

Each event has a mark of three digits that only its calls speak. So a test reads from the spoken
text which incidents a call announced, and does not rely on what the functions report.
"""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from callout.incidents.store import IncidentQueries
from local.scenarios.fields import phone_of
from local.scenarios.files import EVENTS, read_event
from local.scenarios.opened_link import OpenedLink
from local.scenarios.scenario import Scenario
from local.simulation.system import EPOCH
from oncall.calls.announcement import group_incidents
from oncall.incident_record import ACKNOWLEDGED, LINK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.connect.simulated_phones import Phone
    from local.faults.fault import Fault
    from local.simulation.execution_history import Stop
    from local.simulation.system import VirtualSystem
    from oncall.incident import Incident

Json = dict[str, Any]
#: Part of the title of an incident whose event could not be parsed, spoken and in writing.
FALLBACK_MARK = "vent that could not be read"
#: The first mark of a burst: three digits, so that all marks take equally long to speak.
FIRST_MARK, MAX_EVENTS = 100, 900
#: Roster and phones of a burst: Ana never answers, Bo acknowledges.
ROSTER = {
    "contacts": [
        {"name": "Ana", "phone": "+14155550132"},
        {"name": "Bo", "phone": "+14155550178"},
    ],
    "ring_seconds": 15,
}
PHONES = {"Ana": "no_answer", "Bo": {"press": {"answer_after": 1, "key_after": 1}}}


@dataclass(frozen=True)
class StormEvent:
    """One event of a storm."""

    mark: str  # what its calls speak; events with the same mark are the same incident
    #: scenario seconds of its deliveries; EventBridge may deliver an event more than once
    after: tuple[float, ...]
    event: Json
    team: str = "default"
    test: bool = False  # whether it is a replay
    severity: str = "high"
    recovers: bool = False  # whether it reports that an alarm is OK again
    suppressed: int = 0  # the seconds for which CloudWatch suppresses the actions of its alarm

    @property
    def replay(self) -> bool:
        """Whether an event of AWS is sent as a replay."""
        return self.test


@dataclass(frozen=True)
class ExternalAction:
    """An operator acknowledges or resolves an incident by command, or by link."""

    mark: str
    after: float  # scenario seconds
    outcome: str  # `acknowledged` or `resolved`
    by: str = "Olga"
    team: str = "default"
    link: bool = False


@dataclass(frozen=True)
class Storm:
    """Events, the actions of operators, and everything that goes wrong."""

    scenario: Scenario  # roster and phones of team `default`, the faults and the seed
    events: tuple[StormEvent, ...]
    actions: tuple[ExternalAction, ...] = ()
    stops: tuple[Stop, ...] = ()
    later_faults: tuple[tuple[float, Fault], ...] = ()  # with the second at which each begins
    rosters: Mapping[str, str] = field(default_factory=dict)  # of other teams, by team
    phones: Mapping[str, Phone] = field(default_factory=dict)  # of other teams, by number

    @property
    def deliveries(self) -> list[tuple[float, StormEvent]]:
        """The deliveries in the order in which their executions start."""
        each = [(second, event) for event in self.events for second in event.after]
        return sorted(each, key=lambda delivery: delivery[0])


def page(
    mark: int, after: float = 0.0, team: str = "default", severity: str = "high", **more: object
) -> StormEvent:
    """Return a page event of Callout's own for any team, not a test."""
    detail = {"title": f"Disk of web-{mark} full", "team": team, "severity": severity} | more
    event = {"source": "callout", "detail-type": "Page", "detail": detail}
    return StormEvent(f"web-{mark}", (after,), event, team, severity=severity)


def alarm(
    mark: int, after: float = 0.0, *, recovers: bool = False, test: bool = True
) -> StormEvent:
    """Return an alarm for team `default`, perhaps replayed, that goes off or is OK again.

    Its state changes when the event is first delivered: the order of the states decides what the
    event does.
    """
    file = "alarm-ok" if recovers else "alarm-alb-latency"
    event = deepcopy(read_event(EVENTS / f"{file}.json"))
    name = f"web-{mark}"
    changed = EPOCH + timedelta(seconds=after)
    event["time"] = f"{changed:%Y-%m-%dT%H:%M:%SZ}"
    event["detail"]["state"]["timestamp"] = changed.isoformat(timespec="milliseconds")
    event["detail"]["alarmName"] = name
    event["resources"] = [f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}"]
    return StormEvent(name, (after,), event, test=test, recovers=recovers)


def suppressed(event: StormEvent, seconds: int) -> StormEvent:
    """Return an alarm that is composite, and whose actions are suppressed for a while."""
    copy = deepcopy(event.event)
    copy["detail"]["state"] |= {"actionsSuppressedBy": "WaitPeriod"}
    copy["detail"]["configuration"] = {
        "alarmRule": 'ALARM("checkout-errors")',
        "actionsSuppressorWaitPeriod": seconds,
    }
    return replace(event, event=copy, suppressed=seconds)


def incident_queries(system: VirtualSystem) -> IncidentQueries:
    """Return the operator's queries of the incident table, without fault injection."""
    return IncidentQueries(system.services.client("dynamodb"), system.deployed.table["TableName"])


def schedule(system: VirtualSystem, storm: Storm, done: list[tuple[float, str, str]]) -> None:
    """Set up what the scenario of a storm does not hold; call it before the first event."""
    system.connect.phones = system.connect.phones | dict(storm.phones)
    for team, text in storm.rosters.items():
        system.save_roster(text, team)
    for second, fault in storm.later_faults:
        system.time.start(lambda fault=fault: system.proxy.faults.append(fault), after=second)  # type: ignore[misc]
    for action in storm.actions:
        system.time.start(lambda action=action: _perform(system, action, done), after=action.after)  # type: ignore[misc]


def _perform(
    system: VirtualSystem, action: ExternalAction, done: list[tuple[float, str, str]]
) -> None:
    """Do what `callout ack`, `callout resolve` or the button of a link does."""
    table, second = incident_queries(system), system.time.now()
    now = int(EPOCH.timestamp() + second)
    for record in table.all_open(action.team):
        incident = record.incident
        if action.mark not in f"{incident.title} {incident.facts}":
            continue
        if action.link:
            verb: Any = "acknowledge" if action.outcome == ACKNOWLEDGED else "resolve"
            opened = OpenedLink(after=0, by=action.by, action=verb)
            system.open_link(action.team, {"id": incident.id}, opened, action.by)
            known = table.record(action.team, incident.id)
            changed = known is not None and known.closed_via == LINK
        elif action.outcome == ACKNOWLEDGED:
            changed = table.acknowledge(action.team, incident.id, by=action.by, now=now)
        else:
            changed = table.close(
                action.team, incident.id, outcome=action.outcome, by=action.by, now=now
            )
        if changed:
            done.append((second, incident.id, action.outcome))


def alert_burst(pages: int) -> Storm:
    """Return a storm of different pages to one team, all within a second."""
    scenario = Scenario.model_validate({"title": "burst", "roster": ROSTER, "phones": PHONES})
    marks = range(FIRST_MARK, FIRST_MARK + min(pages, MAX_EVENTS))
    events = tuple(page(mark, number / pages) for number, mark in enumerate(marks))
    return Storm(scenario, events)


def to_teams(teams: int, each: int = 1) -> Storm:
    """Return a storm of different pages, `each` to every team, all within a second."""
    alone = alert_burst(1)
    numbers = {
        f"team-{number}": {"Ana": f"+141555{60_000 + number}", "Bo": f"+141555{70_000 + number}"}
        for number in range(teams)
    }
    events = teams * each
    return Storm(
        alone.scenario,
        tuple(
            page(FIRST_MARK + number, number / events, f"team-{number % teams}")
            for number in range(events)
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


def limited(storm: Storm, concurrency: int) -> Storm:
    """Return a storm in an account that runs only so many functions at once."""
    update = {"lambda_concurrency": concurrency}
    return replace(storm, scenario=storm.scenario.model_copy(update=update))


def fewest_calls(incidents: Sequence[Incident]) -> int:
    """Count the acknowledged calls that are needed to announce all incidents."""
    left, calls = list(incidents), 0
    while left:
        left = left[len(group_incidents(left[0], left, {"en-US"}).announced) :]
        calls += 1
    return calls
