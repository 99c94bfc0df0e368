"""The scenarios that are measured."""

from __future__ import annotations

from local.scenarios.files import SCENARIOS_DIR
from local.scenarios.scenario import Scenario, read_scenario

#: Whose phone is the first, and who then answers at once.
FIRST, SECOND = "+14155550132", "+14155550178"
TAKES_IT = {"press": {"answer_after": 2, "key_after": 3}}


def told(name: str) -> Scenario:
    """Read one of tests/scenarios."""
    return read_scenario(SCENARIOS_DIR / f"{name}.yaml")


def unanswered(calls: int, ring_seconds: int) -> Scenario:
    """Give a page of so many calls that nobody answers."""
    people = [
        {"name": f"Contact {number}", "phone": f"+1415555{1300 + number}"}
        for number in range(1, calls + 1)
    ]
    roster = {"contacts": people, "rounds": 1, "ring_seconds": ring_seconds}
    phones = {one["name"]: "no_answer" for one in people}
    return Scenario.model_validate({"title": "unanswered", "roster": roster, "phones": phones})


def two_people(first: object, ring_seconds: int = 60) -> Scenario:
    """Give a page of two people, of whom the second takes it.

    Args:
        first: what the first one's phone does, as a scenario file has it.
        ring_seconds: how long a phone may ring.
    """
    roster = {
        "contacts": [{"name": "Ana", "phone": FIRST}, {"name": "Bo", "phone": SECOND}],
        "rounds": 1,
        "ring_seconds": ring_seconds,
    }
    written = {"title": "two people", "roster": roster, "phones": {"Ana": first, "Bo": TAKES_IT}}
    return Scenario.model_validate(written)
