"""Random faults, often exactly at a retry limit or one beyond it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.faults.fault_types import CONNECT, EVENTS, FaultKind, possible_faults
from tests.property.model import retry_limits
from tests.property.model.fault_budget import FAILING

if TYPE_CHECKING:
    from random import Random

#: The places where faults are injected, with their weights.
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
#: How often a fault occurs where there is no retry limit to aim at; None: permanently.
COUNTS = (1, 2, 3, 5, None, None)
#: Seconds until a contact is found or a key is visible.
DELAYS = (1, 2, 3, 4, 8, 15, 40, 90, 200)


@dataclass(frozen=True)
class RosterFacts:
    """The parts of a roster that faults depend on."""

    ring_seconds: int
    contacts: list[str]  # names


def random_faults(rng: Random, roster: RosterFacts) -> list[dict[str, Any]]:
    """Return up to four faults in the format of a scenario file."""
    count = rng.choices((0, 1, 2, 3, 4), (15, 40, 25, 12, 8))[0]
    places = rng.choices(list(PLACES), list(PLACES.values()), k=count)
    drawn = [_fault(rng, place, roster) for place in places]
    for fault in list(drawn):
        # A late key matters only if neither operation returns it.
        if fault["fault"] == FaultKind.LATE_ATTRIBUTES and rng.random() < 0.7:
            operations = {"connect DescribeContact", "connect GetContactAttributes"}
            drawn.append({**fault, "at": (operations - {fault["at"]}).pop()})
    return drawn


def _fault(rng: Random, place: str, roster: RosterFacts) -> dict[str, Any]:
    service, _, operation = place.partition(" ")
    kind = rng.choice(sorted(possible_faults(service, operation)))
    fault: dict[str, Any] = {"at": place, "fault": str(kind)}
    if service == EVENTS:
        return fault | ({"times": 2} if rng.random() < 0.3 else {})
    times = rng.choice(_counts_to_try(place, kind, roster))
    if times:
        fault["times"] = times
    if kind in (FaultKind.NOT_FOUND_YET, FaultKind.LATE_ATTRIBUTES) and rng.random() < 0.9:
        fault["seconds"] = rng.choice((*DELAYS, roster.ring_seconds))
    elif rng.random() < 0.1:
        fault["seconds"] = rng.choice((1, 5, 20, 60, 300))
    if rng.random() < 0.12:
        fault["skip"] = rng.randint(1, 12)
    if rng.random() < 0.15:
        fault["chance"] = rng.choice((0.2, 0.5, 0.8))
    if service == CONNECT or service.endswith("_call"):
        if rng.random() < 0.25:
            fault["contact"] = rng.choice(roster.contacts)
        elif rng.random() < 0.15:
            fault["attempt"] = rng.randint(1, 4)
    return fault


def _counts_to_try(place: str, kind: FaultKind, roster: RosterFacts) -> tuple[int | None, ...]:
    """Return the numbers of faults to choose from, at both sides of the retry limits."""
    tolerated = {
        "open_incident": [retry_limits.OPEN_TRIES - 1],
        "acquire_team_lock": [retry_limits.ACQUIRE_TRIES - 1],
        "collect_open_incidents": [retry_limits.COLLECT_TRIES - 1],
        "finish_page": [retry_limits.FINISH_TRIES - 1],
        "plan_calls": [retry_limits.PLAN_TRIES - 1],
        "place_call": [retry_limits.PLACE_TRIES - 1],
        "check_call": [retry_limits.CHECK_TRIES - 1],
        "connect StartOutboundVoiceContact": [
            retry_limits.PLACE_TRIES * retry_limits.REQUEST_TRIES - 1
        ],
        "connect DescribeContact": [
            retry_limits.max_polls(roster.ring_seconds) * retry_limits.REQUEST_TRIES - 1,
            retry_limits.polls_while_ringing(roster.ring_seconds) * retry_limits.REQUEST_TRIES,
        ],
        "ssm GetParameter": [retry_limits.PLAN_TRIES * retry_limits.REQUEST_TRIES - 1],
        "sns Publish": [
            retry_limits.NOTIFY_ACKNOWLEDGED_TRIES - 1,
            retry_limits.NOTIFY_UNANSWERED_TRIES - 1,
            retry_limits.NOTIFY_FAILURE_TRIES - 1,
            retry_limits.NOTIFY_UNANSWERED_TRIES + retry_limits.NOTIFY_FAILURE_TRIES - 1,
        ],
    }.get(place, [])
    edges = tuple(edge + more for edge in tolerated for more in (0, 1))
    counts_matter = kind in FAILING or place.partition(" ")[0] != CONNECT
    return (*COUNTS, *edges, *edges) if counts_matter else COUNTS
