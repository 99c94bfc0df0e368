"""Faults at random, aimed at both sides of the patience: just survived, and one more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.faults.fault_types import CONNECT, EVENTS, FaultKind, possible_faults
from tests.property.model import retry_limits
from tests.property.model.fault_budget import FAILING

if TYPE_CHECKING:
    from random import Random

#: Operations that a page asks for, by service, and how often each place is asked.
PLACES = {
    "open_incident": 2,
    "acquire_team_lock": 2,
    "plan_calls": 2,
    "collect_open_incidents": 1,
    "finish_page": 2,
    "place_call": 4,
    "check_call": 5,
    "connect StartOutboundVoiceContact": 6,
    "connect DescribeContact": 9,
    "connect GetContactAttributes": 4,
    "connect StopContact": 3,
    "connect": 1,
    "ssm GetParameter": 3,
    "ssm": 1,
    "dynamodb PutItem": 2,
    "dynamodb GetItem": 2,
    "dynamodb UpdateItem": 2,
    "dynamodb Query": 2,
    "dynamodb": 2,
    "sns Publish": 4,
    "sns": 2,
    "events": 2,
}
#: Numbers of faults where no number is an edge; None is for good.
ENDLESS = (1, 2, 3, 5, None, None)
#: Seconds after which a contact is known, or a key shows.
AGES = (1, 2, 3, 4, 8, 15, 40, 90, 200)


@dataclass(frozen=True)
class Chances:
    """What faults of a scenario depend on."""

    ring_seconds: int  # of the roster
    contacts: list[str]  # names


def faults(draw: Random, chances: Chances) -> list[dict[str, Any]]:
    """Draw up to four faults, as a scenario file says them."""
    count = draw.choices((0, 1, 2, 3, 4), (15, 40, 25, 12, 8))[0]
    places = draw.choices(list(PLACES), list(PLACES.values()), k=count)
    drawn = [_fault(draw, place, chances) for place in places]
    for one in list(drawn):
        # A key that shows late matters where neither way of looking shows it.
        if one["fault"] == FaultKind.LATE_ATTRIBUTES and draw.random() < 0.7:
            operations = {"connect DescribeContact", "connect GetContactAttributes"}
            drawn.append({**one, "at": (operations - {one["at"]}).pop()})
    return drawn


def _fault(draw: Random, place: str, chances: Chances) -> dict[str, Any]:
    service, _, operation = place.partition(" ")
    kind = draw.choice(sorted(possible_faults(service, operation)))
    fault: dict[str, Any] = {"at": place, "fault": str(kind)}
    if service == EVENTS:
        return fault | ({"times": 2} if draw.random() < 0.3 else {})
    times = draw.choice(_edges(place, kind, chances))
    if times:
        fault["times"] = times
    if kind in (FaultKind.NOT_FOUND_YET, FaultKind.LATE_ATTRIBUTES) and draw.random() < 0.9:
        fault["seconds"] = draw.choice((*AGES, chances.ring_seconds))
    elif draw.random() < 0.1:
        fault["seconds"] = draw.choice((1, 5, 20, 60, 300))
    if draw.random() < 0.12:
        fault["skip"] = draw.randint(1, 12)
    if draw.random() < 0.15:
        fault["chance"] = draw.choice((0.2, 0.5, 0.8))
    if service == CONNECT or service.endswith("_call"):
        if draw.random() < 0.25:
            fault["contact"] = draw.choice(chances.contacts)
        elif draw.random() < 0.15:
            fault["attempt"] = draw.randint(1, 4)
    return fault


def _edges(place: str, kind: FaultKind, chances: Chances) -> tuple[int | None, ...]:
    """Give numbers of faults that are worth a try: on both sides of what is survived."""
    survived = {
        "open_incident": [retry_limits.OPEN - 1],
        "acquire_team_lock": [retry_limits.TAKE_LINE - 1],
        "collect_open_incidents": [retry_limits.GATHER - 1],
        "finish_page": [retry_limits.RELEASE_LINE - 1],
        "plan_calls": [retry_limits.PLAN - 1],
        "place_call": [retry_limits.PLACE - 1],
        "check_call": [retry_limits.CHECK - 1],
        "connect StartOutboundVoiceContact": [retry_limits.PLACE * retry_limits.REQUESTS - 1],
        "connect DescribeContact": [
            retry_limits.looks(chances.ring_seconds) * retry_limits.REQUESTS - 1,
            retry_limits.looks_while_ringing(chances.ring_seconds) * retry_limits.REQUESTS,
        ],
        "ssm GetParameter": [retry_limits.PLAN * retry_limits.REQUESTS - 1],
        "sns Publish": [
            retry_limits.TELL_ACKNOWLEDGED - 1,
            retry_limits.TELL_UNANSWERED - 1,
            retry_limits.TELL_FAILURE - 1,
            retry_limits.TELL_UNANSWERED + retry_limits.TELL_FAILURE - 1,
        ],
    }.get(place, [])
    edges = tuple(edge + more for edge in survived for more in (0, 1))
    alone = kind in FAILING or place.partition(" ")[0] != CONNECT
    return (*ENDLESS, *edges, *edges) if alone else ENDLESS
