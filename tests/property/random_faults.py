"""Random faults, often exactly at a retry limit or one beyond it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.faults.fault_types import CONNECT, EVENTS, FaultKind, function_names, possible_faults
from tests.property.model import retry_limits
from tests.property.model.fault_budget import FAILING

if TYPE_CHECKING:
    from collections.abc import Mapping
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


def random_faults(rng: Random, roster: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return up to four faults for a roster, both in the format of a scenario file."""
    count = rng.choices((0, 1, 2, 3, 4), (15, 40, 25, 12, 8))[0]
    places = rng.choices(list(PLACES), list(PLACES.values()), k=count)
    drawn = [_fault(rng, place, roster) for place in places]
    for fault in list(drawn):
        # A late key matters only if neither operation returns it.
        if fault["fault"] == FaultKind.LATE_ATTRIBUTES and rng.random() < 0.7:
            operations = {"connect DescribeContact", "connect GetContactAttributes"}
            drawn.append({**fault, "at": (operations - {fault["at"]}).pop()})
    return drawn


def _fault(rng: Random, place: str, roster: Mapping[str, Any]) -> dict[str, Any]:
    service, _, operation = place.partition(" ")
    kind = rng.choice(sorted(possible_faults(service, operation)))
    fault: dict[str, Any] = {"at": place, "fault": str(kind)}
    if service == EVENTS:
        return fault | ({"times": 2} if rng.random() < 0.3 else {})
    times = rng.choice(_counts_to_try(place, kind, roster["ring_seconds"]))
    if times:
        fault["times"] = times
    if kind in (FaultKind.NOT_FOUND_YET, FaultKind.LATE_ATTRIBUTES) and rng.random() < 0.9:
        fault["seconds"] = rng.choice((*DELAYS, roster["ring_seconds"]))
    elif rng.random() < 0.1:
        fault["seconds"] = rng.choice((1, 5, 20, 60, 300))
    if rng.random() < 0.12:
        fault["skip"] = rng.randint(1, 12)
    if rng.random() < 0.15:
        fault["chance"] = rng.choice((0.2, 0.5, 0.8))
    if service == CONNECT or service.endswith("_call"):
        if rng.random() < 0.25:
            fault["contact"] = rng.choice(roster["contacts"])["name"]
        elif rng.random() < 0.15:
            fault["attempt"] = rng.randint(1, 4)
    return fault


def _counts_to_try(place: str, kind: FaultKind, ring_seconds: int) -> tuple[int | None, ...]:
    """Return the numbers of faults to choose from, at both sides of the retry limits."""
    service = place.partition(" ")[0]
    if service in function_names():  # named like its state
        tolerated = [retry_limits.tries(service.title().replace("_", "")) - 1]
    else:
        tolerated = _tolerated_requests(ring_seconds).get(place, [])
    edges = tuple(edge + more for edge in tolerated for more in (0, 1))
    counts_matter = kind in FAILING or service != CONNECT
    return (*COUNTS, *edges, *edges) if counts_matter else COUNTS


def _tolerated_requests(ring_seconds: int) -> dict[str, list[int]]:
    return {
        "connect StartOutboundVoiceContact": [
            retry_limits.PLACE_TRIES * retry_limits.REQUEST_TRIES - 1
        ],
        "connect DescribeContact": [
            retry_limits.max_polls(ring_seconds) * retry_limits.REQUEST_TRIES - 1,
            retry_limits.polls_while_ringing(ring_seconds) * retry_limits.REQUEST_TRIES,
        ],
        "ssm GetParameter": [retry_limits.PLAN_TRIES * retry_limits.REQUEST_TRIES - 1],
        "sns Publish": [
            retry_limits.NOTIFY_ACKNOWLEDGED_TRIES - 1,
            retry_limits.NOTIFY_UNANSWERED_TRIES - 1,
            retry_limits.NOTIFY_FAILURE_TRIES - 1,
            retry_limits.NOTIFY_UNANSWERED_TRIES + retry_limits.NOTIFY_FAILURE_TRIES - 1,
        ],
    }
