"""Both sides of the patience: as many faults as are survived change nothing; one more does.

What each comes to is said here in words; the model and the system have to agree with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.scenarios.scenario import Scenario
from tests.property.model import retry_limits
from tests.property.run_scenario import run

if TYPE_CHECKING:
    from local.simulation.system import VirtualSystem

#: Ending, calls, and how many notifications there were.
Ending = tuple[str, list[str], int]

RING_SECONDS = 20
ANA_ACKNOWLEDGES = ("acknowledged", ["Ana acknowledged"], 1)
TOM_INSTEAD = ("acknowledged", ["Ana failed", "Tom acknowledged"], 1)
LOOKS = retry_limits.looks(RING_SECONDS)
REQUESTS = retry_limits.REQUESTS


def told(
    virtual: VirtualSystem, faults: list[dict[str, Any]], ana: object
) -> tuple[str, list[str], int]:
    """Tell of Ana, and Tom after her, who presses 1 unless nobody answers."""
    scenario = Scenario.model_validate(
        {
            "title": "patience",
            "roster": {
                "contacts": [
                    {"name": "Ana", "phone": "+14155550132"},
                    {"name": "Tom", "phone": "+14155550178"},
                ],
                "rounds": 1,
                "ring_seconds": RING_SECONDS,
            },
            "phones": {"Ana": ana, "Tom": ana if ana == "no_answer" else "press"},
            "faults": faults,
        }
    )
    came = run(virtual, scenario)
    assert came.wrong == []
    assert came.breaches.all == ()
    assert came.expected.why == ()
    calls = [f"{contact} {outcome}" for contact, outcome in came.seen.calls or ()]
    return came.seen.ending, calls, len(came.seen.subjects or ())


@pytest.mark.parametrize(
    ("at", "kind", "survived", "then"),
    [
        # Without open_incident people are called all the same.
        ("open_incident", "killed_before", retry_limits.OPEN - 1, ANA_ACKNOWLEDGES),
        ("plan_calls", "out_of_memory", retry_limits.PLAN - 1, ("failed", [], 1)),
        ("ssm GetParameter", "unavailable", retry_limits.PLAN * REQUESTS - 1, ("failed", [], 1)),
        ("ssm GetParameter", "denied", retry_limits.PLAN * REQUESTS - 1, ("failed", [], 1)),
        ("place_call", "exception", retry_limits.PLACE - 1, TOM_INSTEAD),
        ("check_call", "killed_after", retry_limits.CHECK - 1, TOM_INSTEAD),
        (
            "connect StartOutboundVoiceContact",
            "too_many_requests",
            retry_limits.PLACE * REQUESTS - 1,
            TOM_INSTEAD,
        ),
        ("connect StartOutboundVoiceContact", "denied", 0, TOM_INSTEAD),
        (
            "sns Publish",
            "throttling",
            retry_limits.TELL_ACKNOWLEDGED - 1,
            ("acknowledged", ["Ana acknowledged"], 0),
        ),
    ],
)
def test_as_many_faults_as_are_survived_change_nothing_and_one_more_does(
    at: str, kind: str, survived: int, then: object, virtual: VirtualSystem
) -> None:
    if survived:
        fault = {"at": at, "fault": kind, "times": survived}
        assert told(virtual, [fault], "press") == ANA_ACKNOWLEDGES
    fault = {"at": at, "fault": kind, "times": survived + 1}
    assert told(virtual, [fault], "press") == then


def test_a_key_counts_though_one_way_of_looking_never_shows_it(virtual: VirtualSystem) -> None:
    for operation in ("DescribeContact", "GetContactAttributes"):
        fault = {"at": f"connect {operation}", "fault": "unavailable"}
        long_after_the_ring_limit = {"press": {"key_after": 40}}
        assert told(virtual, [fault], long_after_the_ring_limit) == ANA_ACKNOWLEDGES


def test_a_key_that_neither_way_of_looking_shows_is_waited_for_to_the_last_look(
    virtual: VirtualSystem,
) -> None:
    other = {"at": "connect GetContactAttributes", "fault": "denied"}
    one = {"at": "connect DescribeContact", "fault": "unavailable"}
    survived = {**one, "times": LOOKS * REQUESTS - 1}
    one_more = {**one, "times": LOOKS * REQUESTS}
    assert told(virtual, [survived, other], "press") == ANA_ACKNOWLEDGES
    assert told(virtual, [one_more, other], "press") == TOM_INSTEAD


@pytest.mark.parametrize("half_seconds", range(10))
def test_a_key_that_shows_four_seconds_late_counts_whenever_the_looks_come(
    half_seconds: int, virtual: VirtualSystem
) -> None:
    """Up to the two seconds that the last look waits; the call is over sooner than it shows."""
    late = [
        {"at": f"connect {operation}", "fault": "late_attributes", "seconds": 4}
        for operation in ("DescribeContact", "GetContactAttributes")
    ]
    presses = {"press": {"key_after": 8 + half_seconds / 2}}
    assert told(virtual, late, presses) == ANA_ACKNOWLEDGES


@pytest.mark.parametrize(
    ("times", "ending"),
    [
        (retry_limits.TELL_UNANSWERED - 1, "unanswered"),
        (retry_limits.TELL_UNANSWERED, "failed"),
        (retry_limits.TELL_UNANSWERED + retry_limits.TELL_FAILURE - 1, "failed"),
        (retry_limits.TELL_UNANSWERED + retry_limits.TELL_FAILURE, "nobody told"),
    ],
)
def test_that_nobody_took_it_is_told_in_two_ways_before_the_execution_fails(
    times: int, ending: str, virtual: VirtualSystem
) -> None:
    fault = {"at": "sns Publish", "fault": "unavailable", "times": times}
    assert told(virtual, [fault], "no_answer")[::2] == (ending, 1)
