"""A random scenario from a seed: roster, phones, event and faults.

Many faults are exactly at a retry limit or one beyond it.
"""

from __future__ import annotations

import io
from dataclasses import fields
from random import Random
from typing import Any

from ruamel.yaml import YAML

from local.connect.failing_numbers import THROTTLES
from local.connect.phone_parser import KINDS as PHONES
from local.faults.fault_types import CONNECT, FaultKind, function_names, possible_faults
from local.faults.fault_types import EVENTS as EVENT_BUS
from local.scenarios.scenario import Scenario
from oncall.hold import MUTE, QUIET_HOURS, SUPPRESSED
from tests.property.answer_invariants import PIN, STORED_PIN, WRONG_PIN
from tests.property.model import retry_limits
from tests.property.model.fault_budget import FAILING
from tests.property.model.retry_limits import MAX_CALL_SECONDS, PLACE_TRIES, REQUEST_TRIES

NUMBERS = (
    # Not the numbers of error messages, so that a leaked number is one of a contact.
    *(f"+861380013811{digit}" for digit in range(4)),
    *(f"+1415555014{digit}" for digit in range(4)),
)
NAMES = ("Li Wei", "Ana", "Wang Fang", "Tom")
#: Files of tests/fixtures/events that page team `default`.
EVENTS = (
    "root-sign-in",
    "root-sign-in-failed",
    "alarm-alb-latency",
    "alarm-composite",
    "ec2-stopped",
    "guardduty-finding",
    "health-instance-stop",
    "federated-sign-in",
    "iam-user-sign-in",
)
#: Weights of what a phone does.
KINDS = {
    "press": 30,
    "no_answer": 14,
    "voicemail": 10,
    "hang_up": 8,
    "silent": 6,
    "busy": 7,
    "reject": 6,
    "not_allowed": 3,
    "invalid_number": 3,
    "throttled": 4,
    "unavailable": 4,
    "network_fault": 5,
}
#: Phones whose first requests fail, up to the retry limit or once more.
FAILING_AT_FIRST = ("throttled", "unavailable", "network_fault")
FAILURE_COUNTS = (PLACE_TRIES * REQUEST_TRIES - 1, PLACE_TRIES * REQUEST_TRIES)
KEYS = ("1", "1", "1", "2", "*1", "51", "*2", "777", "***1", "21", "12", "5551")
BROKEN = "contacts: [{name: Ana, phone: 12}]\n"

#: How often a roster or an alarm holds pages.
HOLD_CHANCE = 0.35
#: How often a link is opened, and people call back.
LINK_CHANCE, CALLBACK_CHANCE = 0.25, 0.25
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


def random_scenario(seed: int) -> Scenario:
    rng = Random(seed)  # noqa: S311 - a scenario, not a secret
    team = "payments" if rng.random() < 0.05 else "default"
    roster = random_roster(rng)
    phones = random_phones(rng, roster)
    broken = rng.random() < 0.02
    drawn = random_faults(rng, roster)
    # The trigger of the other event changes its severity, on which quiet hours depend.
    held = {} if broken or team != "default" else random_hold(seed, roster)
    links = [] if broken else random_links(seed, roster)
    callbacks, more_faults = ([], []) if broken else random_callbacks(seed, roster)
    return Scenario.model_validate(
        {
            "title": f"chaos {seed}",
            "team": team,
            "event": "order-service" if team == "payments" else rng.choice(EVENTS),
            "roster": BROKEN if broken else roster,
            "phones": {} if broken else phones,
            "faults": [
                {key: fault[key] for key in fault if not (broken and key == "contact")}
                for fault in drawn + more_faults
            ],
            "opens_link": links,
            "calls_back": callbacks,
            "seed": seed,
        }
        | held
    )


def random_links(seed: int, roster: dict[str, Any]) -> list[dict[str, Any]]:
    """Answer some pages by link, perhaps when a key is pressed."""
    rng = Random(f"link {seed}")  # noqa: S311 - a scenario, not a secret
    if rng.random() > LINK_CHANCE:
        return []
    return [
        {
            "after": rng.choice((0.5, 3, 5, 8, 9.5, 16, 20, 30.5, 45, 100, 400, 20_000)),
            "by": rng.choice(roster["contacts"])["name"],
            "action": rng.choice(("acknowledge", "acknowledge", "acknowledge", "resolve")),
        }
        for _ in range(rng.choice((1, 1, 2)))
    ]


def random_callbacks(
    seed: int, roster: dict[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Let people call back about some pages; add PINs to the roster, and return faults too."""
    rng = Random(f"callback {seed}")  # noqa: S311 - a scenario, not a secret
    if rng.random() > CALLBACK_CHANCE:
        return [], []
    for contact in roster["contacts"]:
        if rng.random() < 0.25:
            contact["pin"] = STORED_PIN
    numbers = [number for contact in roster["contacts"] for number in contact["phone"]]
    names = [contact["name"] for contact in roster["contacts"]]
    calls = [
        {
            "after": rng.choice((0.5, 3, 8, 16, 30.5, 45, 100, 300, 1_000, 5_000)),
            "from": rng.choice((*names, *names, *numbers, "hidden", "+14155550199")),
            "keys": rng.choice(("1", "1", "1", "2", "*1", "51", "", "777")),
            "pin": rng.choice((PIN, PIN, WRONG_PIN, "")),
        }
        for _ in range(rng.choice((1, 1, 2, 3)))
    ]
    kinds = sorted(possible_faults("answer_callback", ""))
    fault = {"at": "answer_callback", "fault": str(rng.choice(kinds)), "skip": rng.choice((0, 1))}
    times = rng.choice((1, 4, None))
    faults = [fault | ({"times": times} if times else {})] if rng.random() < 0.3 else []
    return calls, faults


def random_hold(seed: int, roster: dict[str, Any]) -> dict[str, Any]:
    """Let some pages wait: add a hold to the roster, or return a suppressed alarm."""
    rng = Random(f"hold {seed}")  # noqa: S311 - a scenario, not a secret
    if rng.random() > HOLD_CHANCE:
        return {}
    kind = rng.choice((QUIET_HOURS, MUTE, SUPPRESSED))
    if kind != SUPPRESSED:
        add_hold(rng, roster, kind)
        return {"roster": roster}
    after, name = rng.choice((1, 59, 60, 61, 700, 9_000)), "shop-is-down"
    state = {"after": after, "name": name, "state": rng.choice(("ALARM", "ALARM", "OK"))}
    return {"event": "alarm-suppressed", "team": "default", "alarms": [state]}


def add_hold(rng: Random, roster: dict[str, Any], kind: str) -> None:
    """Add quiet hours or a mute to a roster.

    Events begin at EPOCH (local/simulation/system.py), a Monday at 03:12 UTC.
    """
    roster["timezone"] = "UTC"
    if kind == QUIET_HOURS:
        hours = ("00:00-03:13", "03:12-04:00", "03:15-03:25", "22:00-07:00", "Sun 12:00-09:00")
        severities = rng.choice((["low", "medium"], ["low", "medium", "high"]))
        roster["quiet_hours"] = [{"severities": severities, "hours": [rng.choice(hours)]}]
        return
    roster["mutes"] = [
        {
            "match": rng.choice(("*", "*", "*web-1*", "web-3*")),
            "from": rng.choice(("2026-01-05T00:00", "2026-01-05T03:14")),
            "until": rng.choice(("2026-01-05T03:17", "2026-01-05T06:00", "2026-01-09T00:00")),
            "reason": "chaos",
        }
    ]


def to_yaml(scenario: Scenario) -> str:
    """Write a scenario as a file for tests/scenarios and `make demo`."""
    written: dict[str, Any] = scenario.model_dump(
        exclude_defaults=True, exclude={"faults"}, by_alias=True
    )
    if scenario.faults:
        written["faults"] = [fault.to_scenario() for fault in scenario.faults]
    text = io.StringIO()
    YAML().dump(written, text)
    return text.getvalue()


def random_roster(rng: Random) -> dict[str, Any]:
    """Return a random roster in the format of a scenario file."""
    names = rng.sample(NAMES, rng.choices((1, 2, 3, 4), (2, 4, 3, 2))[0])
    numbers = rng.sample(NUMBERS, len(NUMBERS))
    contacts = []
    for name in names:
        contact: dict[str, Any] = {"name": name, "phone": [numbers.pop()]}
        if rng.random() < 0.3:
            contact["phone"].append(numbers.pop())
        if rng.random() < 0.5:
            contact["language"] = rng.choice(("en-US", "zh-CN"))
        contacts.append(contact)
    roster: dict[str, Any] = {
        "timezone": rng.choice(("UTC", "Asia/Shanghai", "America/New_York")),
        "language": rng.choice(("en-US", "zh-CN")),
        "contacts": contacts,
        "rounds": rng.choices((1, 2, 3), (5, 4, 1))[0],
        "ring_seconds": rng.choice((15, 16, 18, 20, 25, 30, 31, 45, 59, 60)),
    }
    if len(names) > 1 and rng.random() < 0.3:
        roster["rotations"] = [
            {
                "name": "primary",
                "members": rng.sample(names, len(names)),
                "starts": "2026-01-01T09:00",
                "every": rng.choice(("12h", "1d", "1w")),
            }
        ]
        roster["escalation"] = ["primary", *rng.sample(names, rng.randint(0, len(names)))]
    return roster


def random_phones(rng: Random, roster: dict[str, Any]) -> dict[str, Any]:
    """Return random phones by number in the format of a scenario file."""
    return {
        number: random_phone(rng, roster["ring_seconds"])
        for contact in roster["contacts"]
        for number in contact["phone"]
    }


def random_phone(rng: Random, ring_seconds: int) -> Any:  # noqa: ANN401 - the format of a scenario file
    """Return what a phone does, perhaps another behavior at each of two requests."""
    if rng.random() < 0.1:
        steady = [
            kind
            for kind in KINDS
            if kind not in (*FAILING_AT_FIRST, "not_allowed", "invalid_number")
        ]
        return [_phone_of_kind(rng, rng.choice(steady), ring_seconds) for _ in range(2)]
    return _phone_of_kind(rng, rng.choices(list(KINDS), list(KINDS.values()))[0], ring_seconds)


def _phone_of_kind(rng: Random, kind: str, ring_seconds: int) -> Any:  # noqa: ANN401 - the same
    # In half seconds: at a limit, just before it, just after it, or anywhere.
    edge = rng.choice((ring_seconds, ring_seconds - 0.5, ring_seconds + 0.5))
    answer_after = edge if rng.random() < 0.25 else rng.randint(1, 2 * ring_seconds) / 2
    possible: dict[str, Any] = {
        "answer_after": answer_after,
        "hang_up_after": rng.choice((0.5, 1, 3, 20, 60)),
        "after": rng.choice((0.5, 2, 5, edge)),
        "keys": rng.choice(KEYS),
        "key_after": rng.choice((1, 4, 8, 15, 40, 80, MAX_CALL_SECONDS - 0.5, MAX_CALL_SECONDS)),
        "key_gap": rng.choice((0.5, 2, 4, 20)),
        "times": rng.choice((1, 2, 3, *FAILURE_COUNTS, None)),
        "error": rng.choice(THROTTLES),
        "placed": rng.random() < 0.5,
    }
    taken = {
        field.name: possible[field.name] for field in fields(PHONES[kind]) if field.name in possible
    }
    if kind in FAILING_AT_FIRST:
        taken["then"] = _phone_of_kind(rng, "press", ring_seconds)
    return {kind: taken} if taken else kind


def random_faults(rng: Random, roster: dict[str, Any]) -> list[dict[str, Any]]:
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


def _fault(rng: Random, place: str, roster: dict[str, Any]) -> dict[str, Any]:
    service, _, operation = place.partition(" ")
    # The model does not know the retries of a throttled function (tests/simulation/).
    kinds = possible_faults(service, operation) - (
        {FaultKind.THROTTLING} if service in function_names() else set()
    )
    kind = rng.choice(sorted(kinds))
    fault: dict[str, Any] = {"at": place, "fault": str(kind)}
    if service == EVENT_BUS:
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
        "ssm GetParameter": [retry_limits.HOLD_REQUESTS + retry_limits.PLAN_REQUESTS - 1],
        "sns Publish": [
            retry_limits.NOTIFY_ACKNOWLEDGED_TRIES - 1,
            retry_limits.NOTIFY_UNANSWERED_TRIES - 1,
            retry_limits.NOTIFY_FAILURE_TRIES - 1,
            retry_limits.NOTIFY_UNANSWERED_TRIES + retry_limits.NOTIFY_FAILURE_TRIES - 1,
        ],
    }
