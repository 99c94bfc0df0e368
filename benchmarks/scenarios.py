"""The scenarios that the benchmarks run."""

from __future__ import annotations

from typing import Any

from local.scenarios.files import SCENARIOS_DIR
from local.scenarios.scenario import Scenario, read_scenario

#: The first responder's phone, and the second's, who acknowledges.
FIRST_PHONE, SECOND_PHONE = "+14155550132", "+14155550178"
ACKNOWLEDGES = {"press": {"answer_after": 2, "key_after": 3}}

#: How an alert arrives, besides as an event of this account and region.
ALERTS: dict[str, dict[str, Any]] = {
    "by webhook": {
        "webhook": {
            "name": "alertmanager",
            "body": {"alerts": [{"status": "firing", "labels": {"alertname": "DiskFull"}}]},
        }
    },
    "by SNS topic": {"sns": {"message": "The disk of db-1 is full"}},
    "from another account": {
        "event": {
            "source": "aws.cloudwatch",
            "detail-type": "CloudWatch Alarm State Change",
            "account": "444455556666",
            "detail": {"alarmName": "errors", "state": {"value": "ALARM"}},
        }
    },
}


def load_scenario(name: str) -> Scenario:
    """Read a scenario of tests/scenarios."""
    return read_scenario(SCENARIOS_DIR / f"{name}.yaml")


def alert(arrives: str) -> Scenario:
    """Return scenario `first-answers` with an alert of ALERTS."""
    same = load_scenario("first-answers").model_dump(include={"title", "roster", "phones"})
    return Scenario.model_validate(same | ALERTS[arrives])


def unanswered(calls: int, ring_seconds: int) -> Scenario:
    """Return a page with this many calls that nobody answers."""
    contacts = [
        {"name": f"Contact {number}", "phone": f"+1415555{1300 + number}"}
        for number in range(1, calls + 1)
    ]
    roster = {"contacts": contacts, "rounds": 1, "ring_seconds": ring_seconds}
    phones = {contact["name"]: "no_answer" for contact in contacts}
    return Scenario.model_validate({"title": "unanswered", "roster": roster, "phones": phones})


def two_responders(first: object, ring_seconds: int = 60) -> Scenario:
    """Return a page for two responders, of whom the second acknowledges.

    Args:
        first: the behavior of the first one's phone, as in a scenario file.
        ring_seconds: how long a phone may ring.
    """
    roster = {
        "contacts": [
            {"name": "Ana", "phone": FIRST_PHONE},
            {"name": "Bo", "phone": SECOND_PHONE},
        ],
        "rounds": 1,
        "ring_seconds": ring_seconds,
    }
    phones = {"Ana": first, "Bo": ACKNOWLEDGES}
    return Scenario.model_validate({"title": "two responders", "roster": roster, "phones": phones})
