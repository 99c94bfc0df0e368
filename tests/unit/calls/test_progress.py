"""Test the progress of a page."""

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
    RECORDED,
    RINGING,
    TALKING,
    UNANSWERED,
    Call,
    Progress,
    mark_failed,
    mark_placed,
    record,
)

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


def through_state(progress: Progress) -> Progress:
    """Return the progress after its way through the state machine, as JSON."""
    return Progress.from_state(json.loads(json.dumps(progress.to_state())))


@pytest.mark.parametrize("outcome", [RINGING, TALKING])
def test_unfinished_call_stays_current_and_is_not_recorded(outcome: str) -> None:
    progress = Progress().after(replace(mark_placed(FIRST, "contact-1"), outcome=outcome), "en-US")

    assert (progress.next, progress.calls, progress.summary) == (0, (), "")
    assert progress.call is not None
    assert progress.to_state()["call"] == progress.call.to_state()


@pytest.mark.parametrize("outcome", OVER)
def test_finished_call_is_recorded_and_the_next_one_follows(outcome: str) -> None:
    progress = Progress().after(replace(FIRST, outcome=outcome), "en-US")

    assert progress.next == 1
    assert [call["outcome"] for call in progress.calls] == [outcome]
    assert progress.summary.startswith("1. Ana +1********32: ")


def test_calls_stay_in_order_across_the_state_machine() -> None:
    progress = through_state(Progress().after(replace(FIRST, outcome=NO_ANSWER), "en-US"))

    progress = through_state(progress.after(mark_placed(SECOND, "contact-2"), "en-US"))
    progress = progress.after(replace(SECOND, outcome=DECLINED), "en-US")

    assert progress.next == 2
    assert [call["contact"] for call in progress.calls] == ["Ana", "Li Wei"]
    assert progress.summary == (
        "1. Ana +1********32: no answer\n2. Li Wei +86*********00: declined"
    )


def test_summary_is_in_the_rosters_language() -> None:
    progress = Progress().after(replace(FIRST, outcome=NO_ANSWER), "zh-CN")

    assert progress.summary == "1. Ana +1********32：无人接听"  # noqa: RUF001 - Chinese punctuation


def test_placed_call_sets_any_call_placed() -> None:
    ringing = Progress().after(mark_placed(FIRST, "contact-1"), "en-US")

    lost = through_state(ringing).after(replace(FIRST, outcome=FAILED, reason="lost"), "en-US")

    assert ringing.any_call_placed
    assert lost.any_call_placed


def test_failed_calls_leave_a_reason() -> None:
    refused = mark_failed(FIRST, FAILED, "ResourceNotFoundException")

    progress = Progress().after(refused, "en-US").after(replace(refused, attempt=2), "en-US")

    assert not progress.any_call_placed
    assert progress.reason == "ResourceNotFoundException"


def test_number_that_is_not_allowed_sets_any_call_placed() -> None:
    refused = mark_failed(FIRST, NOT_ALLOWED, "DestinationNotAllowedException")

    assert Progress().after(refused, "en-US").any_call_placed


def test_record_has_contact_and_outcome() -> None:
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


def test_planned_call_can_be_recorded_when_its_function_fails() -> None:
    planned = FIRST.to_state()

    assert planned.keys() >= set(RECORDED)
    assert planned["outcome"] == "failed"


def test_state_always_has_a_call() -> None:
    assert Progress().to_state()["call"] == {"outcome": "failed"}
