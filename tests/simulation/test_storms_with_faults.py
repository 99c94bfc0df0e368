"""Promises of storms in which something fails: nothing is lost, nobody called more than need be."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from local.faults.fault import parse_fault
from oncall.incident_record import ACKNOWLEDGED
from oncall.team_lock import LEASE_SECONDS
from tests.property.storm import page
from tests.property.storm_executions import key_meaning
from tests.simulation.storms import outcomes, pages, run_valid_storm, storm

if TYPE_CHECKING:
    from local.simulation.system import VirtualSystem


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
def test_without_any_one_function_of_the_holder_nothing_is_lost(
    function: str, outcome: str, virtual: VirtualSystem
) -> None:
    faults = [{"at": function, "fault": "killed_before"}]

    run = run_valid_storm(virtual, storm(*pages(3), ana="busy", faults=faults))

    # Without the line they find each other's calls on the phones.
    assert set(outcomes(run)) - {"unanswered"} == {outcome} - {"unanswered"}


def test_a_call_goes_on_though_another_execution_has_given_up_what_it_is_about(
    virtual: VirtualSystem,
) -> None:
    """Without the line they call at once: one finds everybody engaged, and tells SNS of it all."""
    listens = {"press": {"answer_after": 2, "key_after": 30}}
    no_line = {"at": "acquire_team_lock", "fault": "killed_before"}

    run = run_valid_storm(virtual, storm(*pages(3), ana="busy", bo=listens, faults=[no_line]))

    assert "unanswered" in outcomes(run)
    [taken] = [call for call in run.result.calls if key_meaning(call) == ACKNOWLEDGED]
    [by] = [one for one in run.pages if taken.contact_id in dict(one.placed_calls())]
    assert by.outcome == ACKNOWLEDGED


@pytest.mark.parametrize(
    ("begins", "seconds"), [(0, None), (20, None), (0, 60)], ids=["always", "later", "a minute"]
)
def test_without_the_table_everybody_is_called_about_everything(
    begins: float, seconds: float | None, virtual: VirtualSystem
) -> None:
    written = {"at": "dynamodb", "fault": "unavailable"} | ({"seconds": seconds} if seconds else {})
    bo = {"press": {"answer_after": 5, "key_after": 20}}
    happens = replace(storm(*pages(3), bo=bo), later_faults=((begins, parse_fault(written)),))

    run = run_valid_storm(virtual, happens)

    # Their phones are engaged by then, which is as good as can be: SNS is told, by the laws.
    assert set(outcomes(run)) <= {ACKNOWLEDGED, "unanswered"}
    assert ACKNOWLEDGED in outcomes(run)
    if begins == 0:
        assert all(list(one.placed_calls()) for one in run.pages)


def test_of_several_that_find_the_line_free_at_once_one_has_it(virtual: VirtualSystem) -> None:
    """The first has seen that it is free, and has to ask again before it takes it."""
    lost = {
        "at": "dynamodb UpdateItem",
        "by": "acquire_team_lock",
        "fault": "drop_before",
        "times": 1,
    }

    run = run_valid_storm(virtual, storm(page(100), page(101), page(102), faults=[lost]))

    assert outcomes(run) == [ACKNOWLEDGED] * 3
    held = sorted(one.lock_held for one in run.pages if one.lock_held)
    assert len(held) > 1
    assert all(until <= since for (_, until), (since, _) in pairwise(held))


def test_a_line_whose_taking_was_not_answered_is_ones_own(virtual: VirtualSystem) -> None:
    """The SDK asks again, and finds a holder: itself."""
    lost = {
        "at": "dynamodb UpdateItem",
        "by": "acquire_team_lock",
        "fault": "drop_after",
        "times": 1,
    }

    run = run_valid_storm(virtual, storm(page(100), faults=[lost]))

    assert outcomes(run) == [ACKNOWLEDGED]
    assert run.pages[0].execution.ended < LEASE_SECONDS


def test_an_incident_whose_entering_was_not_answered_is_ones_own(virtual: VirtualSystem) -> None:
    for skip in (0, 1):
        lost = {"at": "dynamodb PutItem", "by": "open_incident", "fault": "drop_after"}

        run = run_valid_storm(
            virtual, storm(page(100), faults=[{**lost, "skip": skip, "times": 1}])
        )

        assert outcomes(run) == [ACKNOWLEDGED]
