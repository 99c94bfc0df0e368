"""A scenario from a seed: roster, phones, event and faults, all at random."""

from __future__ import annotations

import io
from dataclasses import fields
from random import Random
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from local.connect.phone_parser import KINDS as PHONES
from local.connect.simulated_phones import THROTTLES
from local.scenarios.scenario import Scenario
from tests.property.model.retry_limits import MAX_CALL_SECONDS, PLACE, REQUESTS
from tests.property.random_faults import Chances, faults

if TYPE_CHECKING:
    from collections.abc import Iterable

NUMBERS = (
    # Others than in the messages of errors, so that a number there is one of these people's.
    *(f"+861380013811{digit}" for digit in range(4)),
    *(f"+1415555014{digit}" for digit in range(4)),
)
NAMES = ("Li Wei", "Ana", "Wang Fang", "Tom")
#: Files of tests/fixtures/events that page the team `default`.
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
#: What a phone does, and how often: somebody who presses 1 ends the page, so that is not all.
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
#: Those whose requests fail at first: as often as is survived, and once more.
FAULTY = ("throttled", "unavailable", "network_fault")
JUST_SURVIVED = (PLACE * REQUESTS - 1, PLACE * REQUESTS)
KEYS = ("1", "1", "1", "2", "*1", "51", "*2", "777", "***1", "21", "12", "5551")
BROKEN = "contacts: [{name: Ana, phone: 12}]\n"


def scenario_of(seed: int) -> Scenario:
    """Make the scenario of a seed; the same seed makes the same one."""
    draw = Random(seed)  # noqa: S311 - a scenario, not a secret
    team = "payments" if draw.random() < 0.05 else "default"
    roster = roster_of(draw)
    numbers = {one["name"]: one["phone"] for one in roster["contacts"]}
    phones = phones_of(
        draw, [one for theirs in numbers.values() for one in theirs], roster["ring_seconds"]
    )
    broken = draw.random() < 0.02
    drawn = faults(draw, Chances(roster["ring_seconds"], list(numbers)))
    return Scenario.model_validate(
        {
            "title": f"chaos {seed}",
            "team": team,
            "event": "order-service" if team == "payments" else draw.choice(EVENTS),
            "roster": BROKEN if broken else roster,
            "phones": {} if broken else phones,
            "faults": [
                {key: one[key] for key in one if not (broken and key == "contact")} for one in drawn
            ],
            "seed": seed,
        }
    )


def as_yaml(scenario: Scenario) -> str:
    """Write a scenario as its file would say it, for tests/scenarios and `make demo`."""
    written: dict[str, Any] = scenario.model_dump(exclude_defaults=True, exclude={"faults"})
    if scenario.faults:
        written["faults"] = [fault.to_scenario() for fault in scenario.faults]
    text = io.StringIO()
    YAML().dump(written, text)
    return text.getvalue()


def roster_of(draw: Random) -> dict[str, Any]:
    """Draw a roster, as a scenario file says it."""
    names = draw.sample(NAMES, draw.choices((1, 2, 3, 4), (2, 4, 3, 2))[0])
    numbers = draw.sample(NUMBERS, len(NUMBERS))
    contacts = []
    for name in names:
        contact: dict[str, Any] = {"name": name, "phone": [numbers.pop()]}
        if draw.random() < 0.3:
            contact["phone"].append(numbers.pop())
        if draw.random() < 0.5:
            contact["language"] = draw.choice(("en-US", "zh-CN"))
        contacts.append(contact)
    roster: dict[str, Any] = {
        "timezone": draw.choice(("UTC", "Asia/Shanghai", "America/New_York")),
        "language": draw.choice(("en-US", "zh-CN")),
        "contacts": contacts,
        "rounds": draw.choices((1, 2, 3), (5, 4, 1))[0],
        "ring_seconds": draw.choice((15, 16, 18, 20, 25, 30, 31, 45, 59, 60)),
    }
    if len(names) > 1 and draw.random() < 0.3:
        roster["rotations"] = [
            {
                "name": "primary",
                "members": draw.sample(names, len(names)),
                "starts": "2026-01-01T09:00",
                "every": draw.choice(("12h", "1d", "1w")),
            }
        ]
        roster["escalation"] = ["primary", *draw.sample(names, draw.randint(0, len(names)))]
    return roster


def phones_of(draw: Random, numbers: Iterable[str], ring_seconds: int) -> dict[str, Any]:
    """Draw what each phone does, as a scenario file says it."""
    return {number: _phone(draw, ring_seconds) for number in numbers}


def _phone(draw: Random, ring_seconds: int) -> Any:  # noqa: ANN401 - as a scenario file says it
    if draw.random() < 0.1:  # something else at each call; a request that is made again counts
        steady = [kind for kind in KINDS if kind not in (*FAULTY, "not_allowed", "invalid_number")]
        return [_of_kind(draw, draw.choice(steady), ring_seconds) for _ in range(2)]
    return _of_kind(draw, draw.choices(list(KINDS), list(KINDS.values()))[0], ring_seconds)


def _of_kind(draw: Random, kind: str, ring_seconds: int) -> Any:  # noqa: ANN401 - the same
    # To the half second: at a limit, just before it, just after it, anywhere.
    edge = draw.choice((ring_seconds, ring_seconds - 0.5, ring_seconds + 0.5))
    answer_after = edge if draw.random() < 0.25 else draw.randint(1, 2 * ring_seconds) / 2
    possible: dict[str, Any] = {
        "answer_after": answer_after,
        "hang_up_after": draw.choice((0.5, 1, 3, 20, 60)),
        "after": draw.choice((0.5, 2, 5, edge)),
        "keys": draw.choice(KEYS),
        "key_after": draw.choice((1, 4, 8, 15, 40, 80, MAX_CALL_SECONDS - 0.5, MAX_CALL_SECONDS)),
        "key_gap": draw.choice((0.5, 2, 4, 20)),
        "times": draw.choice((1, 2, 3, *JUST_SURVIVED, None)),
        "error": draw.choice(THROTTLES),
        "placed": draw.random() < 0.5,
    }
    taken = {one.name: possible[one.name] for one in fields(PHONES[kind]) if one.name in possible}
    if kind in FAULTY:
        taken["then"] = _of_kind(draw, "press", ring_seconds)
    return {kind: taken} if taken else kind
