"""What may never be is noticed where it is: runs that went well, with one thing changed."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from local.scenarios.files import SCENARIOS_DIR
from local.scenarios.scenario import read_scenario
from local.virtual.told import Delivery
from tests.chaos.laws import breaches

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.virtual.system import VirtualSystem
    from local.virtual.told import Played


@pytest.fixture(scope="module")
def play(virtual: VirtualSystem) -> Callable[[str], Played]:
    """Play a story by its name; each only once, for nobody writes into what was played."""

    @cache
    def played(name: str) -> Played:
        story = read_scenario(SCENARIOS_DIR / f"{name}.yaml")
        return virtual.play(story, [Delivery(story.event_sent)])

    return played


def with_output(told: Played, **changes: Any) -> Played:  # noqa: ANN401 - as the output holds them
    [execution] = told.executions
    output = deepcopy(execution.output) | changes
    return replace(told, executions=[replace(execution, output=output)])


def test_a_run_that_went_well_breaks_nothing(play: Callable[[str], Played]) -> None:
    for name in ("nobody", "passed-on", "first-answers"):
        assert breaches(play(name), ["+8613800138000"], 0).all == ()


def test_a_page_of_which_sns_sends_nothing_is_lost(play: Callable[[str], Played]) -> None:
    told = replace(play("nobody"), notifications=[])

    assert breaches(told, [], 0).lost


def test_a_page_that_all_executions_leave_to_others_is_lost(play: Callable[[str], Played]) -> None:
    told = with_output(play("first-answers"), outcome="duplicate", calls=[])

    assert breaches(told, [], 0).lost


def test_an_execution_that_fails_while_sns_is_well_is_a_lost_page(
    play: Callable[[str], Played],
) -> None:
    told = play("nobody")
    [execution] = told.executions
    failed = replace(told, executions=[replace(execution, status="FAILED", output={})])

    assert breaches(failed, [], 0).lost
    assert not breaches(failed, [], 100).lost


def test_an_acknowledgement_that_no_flow_stored_is_false(play: Callable[[str], Played]) -> None:
    told = play("nobody")
    [execution] = told.executions
    calls = deepcopy(execution.output["calls"])
    calls[0]["outcome"] = "acknowledged"

    assert breaches(with_output(told, calls=calls), [], 0).false
    assert breaches(with_output(told, outcome="acknowledged"), [], 0).false


def test_a_second_call_in_one_attempt_is_noticed(play: Callable[[str], Played]) -> None:
    told = play("first-answers")

    assert breaches(replace(told, calls=told.calls * 2), [], 0).twice


def test_a_number_in_the_log_is_noticed(play: Callable[[str], Played]) -> None:
    told = play("first-answers")

    assert breaches(replace(told, log=["calling +8613800138000"]), ["+8613800138000"], 0).other
