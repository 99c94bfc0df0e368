"""Alert storms with faults: no incident is lost, and no call is superfluous."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from adapters.incident_store import CLAIM_SECONDS
from local.faults.fault import parse_fault
from oncall.incident_record import ACKNOWLEDGED
from oncall.team_lock import LEASE_SECONDS
from tests.property.model.retry_limits import NOTIFY_FAILURE_TRIES, NOTIFY_UNANSWERED_TRIES
from tests.property.storm import page
from tests.property.storm_executions import end_of, key_meaning
from tests.simulation.storms import outcomes, pages, run_valid_storm, storm

if TYPE_CHECKING:
    from local.simulation.system import VirtualSystem

#: The first request that acquires a team lock; the one before it sets the latest incident.
LOCK_REQUEST = {"at": "dynamodb UpdateItem", "by": "open_incident", "skip": 1, "times": 1}


@pytest.mark.parametrize(
    ("function", "outcome"),
    [
        ("acquire_team_lock", ACKNOWLEDGED),
        ("plan_calls", "failed"),
        ("collect_open_incidents", ACKNOWLEDGED),
        ("place_call", "failed"),
        ("check_call", "unanswered"),
        ("finish_page", ACKNOWLEDGED),
    ],
)
def test_no_incident_is_lost_if_one_function_of_the_lock_holder_fails(
    function: str, outcome: str, virtual: VirtualSystem
) -> None:
    faults = [{"at": function, "fault": "killed_before"}]

    run = run_valid_storm(virtual, storm(*pages(3), ana="busy", faults=faults))

    # Without the lock, executions find phones busy with each other's calls.
    assert set(outcomes(run)) - {"unanswered"} == {outcome} - {"unanswered"}


def test_a_call_continues_although_another_execution_gave_up_its_incident(
    virtual: VirtualSystem,
) -> None:
    """Without the lock the others call too: one finds every phone busy, and notifies."""
    acknowledges_later = {"press": {"answer_after": 2, "key_after": 30}}
    no_lock = {"at": "acquire_team_lock", "fault": "killed_before"}

    run = run_valid_storm(
        virtual, storm(*pages(3), ana="busy", bo=acknowledges_later, faults=[no_lock])
    )

    assert "unanswered" in outcomes(run)
    [acknowledged_call] = [call for call in run.result.calls if key_meaning(call) == ACKNOWLEDGED]
    [caller] = [
        paged for paged in run.pages if acknowledged_call.contact_id in dict(paged.placed_calls())
    ]
    assert caller.outcome == ACKNOWLEDGED


@pytest.mark.parametrize(
    ("begins", "seconds"), [(0, None), (20, None), (0, 60)], ids=["always", "later", "a minute"]
)
def test_without_the_incident_table_every_incident_calls_separately(
    begins: float, seconds: float | None, virtual: VirtualSystem
) -> None:
    fields = {"at": "dynamodb", "fault": "unavailable"} | ({"seconds": seconds} if seconds else {})
    bo = {"press": {"answer_after": 5, "key_after": 20}}
    alert_storm = replace(storm(*pages(3), bo=bo), later_faults=((begins, parse_fault(fields)),))

    run = run_valid_storm(virtual, alert_storm)

    # Phones may be busy with other calls; the invariants check that SNS notifies then.
    assert set(outcomes(run)) <= {ACKNOWLEDGED, "unanswered"}
    assert ACKNOWLEDGED in outcomes(run)
    if begins == 0:
        assert all(list(paged.placed_calls()) for paged in run.pages)


def test_only_one_of_several_executions_acquires_a_free_lock(virtual: VirtualSystem) -> None:
    """The first has seen that it is free, and has to retry before it acquires it."""
    lost = LOCK_REQUEST | {"fault": "drop_before"}

    run = run_valid_storm(virtual, storm(page(100), page(101), page(102), faults=[lost]))

    assert outcomes(run) == [ACKNOWLEDGED] * 3
    held = sorted(paged.lock_held for paged in run.pages if paged.lock_held)
    assert len(held) > 1
    assert all(until <= since for (_, until), (since, _) in pairwise(held))


def test_the_lock_is_kept_while_no_call_can_be_placed(virtual: VirtualSystem) -> None:
    """Without a call that rings, no poll sends the heartbeat."""
    down = {"at": "connect StartOutboundVoiceContact", "fault": "drop_before"}

    run = run_valid_storm(virtual, storm(page(100), page(101), faults=[down], attempts=3))

    (since, until), (next_since, _) = sorted(each.lock_held for each in run.pages if each.lock_held)
    assert until - since > LEASE_SECONDS
    assert next_since >= until


def test_a_lock_is_acquired_even_if_the_response_was_lost(virtual: VirtualSystem) -> None:
    """The SDK retries, and finds that the execution itself holds the lock."""
    lost = LOCK_REQUEST | {"fault": "drop_after"}

    run = run_valid_storm(virtual, storm(page(100), faults=[lost]))

    assert outcomes(run) == [ACKNOWLEDGED]
    assert run.pages[0].execution.ended < LEASE_SECONDS


def test_an_incident_is_registered_even_if_the_response_was_lost(virtual: VirtualSystem) -> None:
    for skip in (0, 1):
        lost = {"at": "dynamodb PutItem", "by": "open_incident", "fault": "drop_after"}

        run = run_valid_storm(
            virtual, storm(page(100), faults=[{**lost, "skip": skip, "times": 1}])
        )

        assert outcomes(run) == [ACKNOWLEDGED]


def test_a_call_continues_although_sns_was_notified_late_about_its_incidents(
    virtual: VirtualSystem,
) -> None:
    """The lock expires while the first execution retries, and the second one calls."""
    silent = {"silent": {"answer_after": 2}}
    tries = NOTIFY_UNANSWERED_TRIES + NOTIFY_FAILURE_TRIES - 1
    throttled = {"at": "sns", "fault": "throttling", "times": tries}

    run = run_valid_storm(virtual, storm(*pages(2), ana=silent, bo=silent, faults=[throttled]))

    assert outcomes(run) == ["failed", "unanswered"]
    notified_at = run.pages[0].execution.ended
    assert any(call.placed_at < notified_at < end_of(call) for call in run.result.calls)


def test_an_acknowledged_incident_suppresses_repeats_although_finish_page_was_retried(
    virtual: VirtualSystem,
) -> None:
    once = {"at": "finish_page", "fault": "exception", "times": 1}

    run = run_valid_storm(virtual, storm(page(100), page(100, CLAIM_SECONDS + 600), faults=[once]))

    assert outcomes(run) == [ACKNOWLEDGED, "duplicate"]
