"""Faults up to the retry limit are tolerated; one more is not.

The results are written out here; the model and the system must both agree with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.scenarios.scenario import Scenario
from tests.property.model import retry_limits
from tests.property.model.fault_budget import MAYBE
from tests.property.run_scenario import run_and_compare

if TYPE_CHECKING:
    from local.simulation.system import VirtualSystem

RING_SECONDS = 20
ANA_ACKNOWLEDGES = ("acknowledged", ["Ana acknowledged"], 1)
TOM_INSTEAD = ("acknowledged", ["Ana failed", "Tom acknowledged"], 1)
MAX_POLLS = retry_limits.max_polls(RING_SECONDS)
REQUEST_TRIES = retry_limits.REQUEST_TRIES


def run_two_phones(
    virtual: VirtualSystem, faults: list[dict[str, Any]], ana: object
) -> tuple[str, list[str], int]:
    """Page Ana and then Tom, who acknowledges unless nobody answers.

    Returns:
        outcome, calls and number of notifications.
    """
    scenario = Scenario.model_validate(
        {
            "title": "retry limits",
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
    run = run_and_compare(virtual, scenario)
    assert run.differences == []
    assert run.violations.all == ()
    assert run.expected.is_planned != MAYBE
    assert not run.expected.may_page_twice
    assert all(len(attempt.outcomes) == 1 for attempt in run.expected.attempts)
    return run.result.page.outcome, run.result.call_outcomes, len(run.result.notifications)


@pytest.mark.parametrize(
    ("at", "kind", "tolerated", "after"),
    [
        # Without open_incident the team is called nevertheless.
        ("open_incident", "killed_before", retry_limits.OPEN_TRIES - 1, ANA_ACKNOWLEDGES),
        ("plan_calls", "out_of_memory", retry_limits.PLAN_TRIES - 1, ("failed", [], 1)),
        *(
            ("ssm GetParameter", kind, requests + retry_limits.PLAN_REQUESTS - 1, ("failed", [], 1))
            for kind, requests in (
                ("unavailable", retry_limits.HOLD_REQUESTS),
                ("denied", retry_limits.HOLD_REQUESTS_IF_DENIED),
            )
        ),
        ("place_call", "exception", retry_limits.PLACE_TRIES - 1, TOM_INSTEAD),
        ("check_call", "killed_before", retry_limits.CHECK_TRIES - 1, TOM_INSTEAD),
        # With links, it has closed the incident, which ends the call to Tom.
        (
            "check_call",
            "killed_after",
            retry_limits.CHECK_TRIES - 1,
            ("acknowledged", ["Ana failed", "Tom handled"], 0),
        ),
        (
            "connect StartOutboundVoiceContact",
            "too_many_requests",
            retry_limits.PLACE_TRIES * REQUEST_TRIES - 1,
            TOM_INSTEAD,
        ),
        ("connect StartOutboundVoiceContact", "denied", 0, TOM_INSTEAD),
        (
            "sns Publish",
            "throttling",
            retry_limits.NOTIFY_ACKNOWLEDGED_TRIES - 1,
            ("acknowledged", ["Ana acknowledged"], 0),
        ),
    ],
)
def test_faults_up_to_the_retry_limit_are_tolerated_and_one_more_is_not(
    at: str, kind: str, tolerated: int, after: object, virtual: VirtualSystem
) -> None:
    if tolerated:
        fault = {"at": at, "fault": kind, "times": tolerated}
        assert run_two_phones(virtual, [fault], "press") == ANA_ACKNOWLEDGES
    fault = {"at": at, "fault": kind, "times": tolerated + 1}
    assert run_two_phones(virtual, [fault], "press") == after


def test_a_key_counts_although_one_of_the_two_operations_fails(virtual: VirtualSystem) -> None:
    for operation in ("DescribeContact", "GetContactAttributes"):
        fault = {"at": f"connect {operation}", "fault": "unavailable"}
        long_after_the_ring_limit = {"press": {"key_after": 40}}
        assert run_two_phones(virtual, [fault], long_after_the_ring_limit) == ANA_ACKNOWLEDGES


def test_polling_continues_to_the_limit_while_both_operations_fail(
    virtual: VirtualSystem,
) -> None:
    other = {"at": "connect GetContactAttributes", "fault": "denied"}
    unavailable = {"at": "connect DescribeContact", "fault": "unavailable"}
    tolerated = {**unavailable, "times": MAX_POLLS * REQUEST_TRIES - 1}
    one_more = {**unavailable, "times": MAX_POLLS * REQUEST_TRIES}
    assert run_two_phones(virtual, [tolerated, other], "press") == ANA_ACKNOWLEDGES
    assert run_two_phones(virtual, [one_more, other], "press") == TOM_INSTEAD


@pytest.mark.parametrize("half_seconds", range(10))
def test_a_key_that_is_visible_four_seconds_late_counts_at_any_poll_time(
    half_seconds: int, virtual: VirtualSystem
) -> None:
    """The final poll waits two seconds, although the call has ended before the key is visible."""
    late = [
        {"at": f"connect {operation}", "fault": "late_attributes", "seconds": 4}
        for operation in ("DescribeContact", "GetContactAttributes")
    ]
    presses = {"press": {"key_after": 8 + half_seconds / 2}}
    assert run_two_phones(virtual, late, presses) == ANA_ACKNOWLEDGES


@pytest.mark.parametrize(
    ("times", "outcome"),
    [
        (retry_limits.NOTIFY_UNANSWERED_TRIES - 1, "unanswered"),
        (retry_limits.NOTIFY_UNANSWERED_TRIES, "failed"),
        (retry_limits.NOTIFY_UNANSWERED_TRIES + retry_limits.NOTIFY_FAILURE_TRIES - 1, "failed"),
        (
            retry_limits.NOTIFY_UNANSWERED_TRIES + retry_limits.NOTIFY_FAILURE_TRIES,
            "FAILED",
        ),
    ],
)
def test_an_unanswered_page_is_notified_in_two_ways_before_the_execution_fails(
    times: int, outcome: str, virtual: VirtualSystem
) -> None:
    fault = {"at": "sns Publish", "fault": "unavailable", "times": times}
    assert run_two_phones(virtual, [fault], "no_answer")[::2] == (outcome, 1)
