"""A random scenario from a seed: roster, phones, event and faults."""

from __future__ import annotations

import io
from dataclasses import fields
from random import Random
from typing import Any

from ruamel.yaml import YAML

from local.connect.failing_numbers import THROTTLES
from local.connect.phone_parser import KINDS as PHONES
from local.scenarios.scenario import Scenario
from tests.property.model.retry_limits import MAX_CALL_SECONDS, PLACE_TRIES, REQUEST_TRIES
from tests.property.random_faults import random_faults

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


def random_scenario(seed: int) -> Scenario:
    """Return the scenario of a seed."""
    rng = Random(seed)  # noqa: S311 - a scenario, not a secret
    team = "payments" if rng.random() < 0.05 else "default"
    roster = random_roster(rng)
    phones = random_phones(rng, roster)
    broken = rng.random() < 0.02
    drawn = random_faults(rng, roster)
    return Scenario.model_validate(
        {
            "title": f"chaos {seed}",
            "team": team,
            "event": "order-service" if team == "payments" else rng.choice(EVENTS),
            "roster": BROKEN if broken else roster,
            "phones": {} if broken else phones,
            "faults": [
                {key: fault[key] for key in fault if not (broken and key == "contact")}
                for fault in drawn
            ],
            "seed": seed,
        }
    )


def to_yaml(scenario: Scenario) -> str:
    """Write a scenario as a file for tests/scenarios and `make demo`."""
    written: dict[str, Any] = scenario.model_dump(exclude_defaults=True, exclude={"faults"})
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
