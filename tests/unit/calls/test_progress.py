"""Promises of the progress of a page: what is remembered of each call, and what comes next."""

import json
from dataclasses import replace

import pytest

from oncall.calls.call import (
    ACKNOWLEDGED,
    BUSY,
    DECLINED,
    FAILED,
    NO_ANSWER,
    NOT_ALLOWED,
    RINGING,
    TALKING,
    UNANSWERED,
    Call,
    mark_failed,
    mark_placed,
)
from oncall.calls.progress import RECORDED, Progress, record

FIRST = Call(
    attempt=1,
    round=1,
    contact="Ana",
    phone="+1********32",
    language="en-US",
    ring_seconds=30,
    max_call_seconds=60,
)
SECOND = replace(FIRST, attempt=2, contact="Li Wei", phone="+86*********00", language="zh-CN")
OVER = [ACKNOWLEDGED, BUSY, DECLINED, FAILED, NOT_ALLOWED, NO_ANSWER, UNANSWERED]


def carried(progress: Progress) -> Progress:
    """Send the progress through the state machine, as JSON."""
    return Progress.from_state(json.loads(json.dumps(progress.to_state())))


@pytest.mark.parametrize("outcome", [RINGING, TALKING])
def test_a_call_that_goes_on_stays_the_current_one_and_is_not_recorded(outcome: str) -> None:
    progress = Progress().after(replace(mark_placed(FIRST, "contact-1"), outcome=outcome), "en-US")

    assert (progress.next, progress.calls, progress.summary) == (0, (), "")
    assert progress.call is not None
    assert progress.to_state()["call"] == progress.call.to_state()


@pytest.mark.parametrize("outcome", OVER)
def test_a_call_that_is_over_is_recorded_and_the_next_one_comes(outcome: str) -> None:
    progress = Progress().after(replace(FIRST, outcome=outcome), "en-US")

    assert progress.next == 1
    assert [one["outcome"] for one in progress.calls] == [outcome]
    assert progress.summary.startswith("1. Ana +1********32: ")


def test_the_calls_are_kept_in_order_across_the_state_machine() -> None:
    progress = carried(Progress().after(replace(FIRST, outcome=NO_ANSWER), "en-US"))

    progress = carried(progress.after(mark_placed(SECOND, "contact-2"), "en-US"))
    progress = progress.after(replace(SECOND, outcome=DECLINED), "en-US")

    assert progress.next == 2
    assert [one["contact"] for one in progress.calls] == ["Ana", "Li Wei"]
    assert progress.summary == (
        "1. Ana +1********32: no answer\n2. Li Wei +86*********00: passed on"
    )


def test_the_summary_is_in_the_rosters_language_whoever_was_called() -> None:
    progress = Progress().after(replace(FIRST, outcome=NO_ANSWER), "zh-CN")

    assert progress.summary == "1. Ana +1********32：无人接听"  # noqa: RUF001 - Chinese punctuation


def test_a_pager_that_placed_a_call_has_reached_the_phones_whatever_comes_of_it() -> None:
    ringing = Progress().after(mark_placed(FIRST, "contact-1"), "en-US")

    lost = carried(ringing).after(replace(FIRST, outcome=FAILED, reason="lost"), "en-US")

    assert ringing.any_call_placed
    assert lost.any_call_placed


def test_a_pager_that_could_place_no_call_has_reached_nobody_and_says_why() -> None:
    refused = mark_failed(FIRST, FAILED, "ResourceNotFoundException")

    progress = Progress().after(refused, "en-US").after(replace(refused, attempt=2), "en-US")

    assert not progress.any_call_placed
    assert progress.reason == "ResourceNotFoundException"


def test_a_number_that_may_not_be_called_does_not_mean_that_the_pager_is_broken() -> None:
    refused = mark_failed(FIRST, NOT_ALLOWED, "DestinationNotAllowedException")

    assert Progress().after(refused, "en-US").any_call_placed


def test_a_record_says_who_was_called_and_what_came_of_it() -> None:
    call = replace(mark_placed(FIRST, "contact-1"), outcome=BUSY, reason="TELECOM_BUSY")
    call = replace(call, placed_at="2026-01-05T03:12:05+00:00")

    assert record(call) == {
        "contact": "Ana",
        "outcome": "busy",
        "attempt": 1,
        "round": 1,
        "phone": "+1********32",
        "reason": "TELECOM_BUSY",
        "contact_id": "contact-1",
        "waited_seconds": 0,
        "placed_at": "2026-01-05T03:12:05+00:00",
        "ended_at": "",
    }


def test_a_planned_call_can_be_recorded_as_it_is_where_its_function_died() -> None:
    planned = FIRST.to_state()

    assert planned.keys() >= set(RECORDED)
    assert planned["outcome"] == "failed"


def test_the_state_always_has_a_call_to_look_at() -> None:
    assert Progress().to_state()["call"] == {"outcome": "failed"}
