"""Promises of the judgement of one call: what a look shows, and what has become of the call."""

import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, pairwise, repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncall.calls.call import (
    FIRST_POLL_DELAY,
    MAX_POLL_LOOP_SECONDS,
    Call,
    ContactSnapshot,
    PollResult,
    evaluate_call,
    mark_failed,
    mark_placed,
    max_invocations_per_call,
    should_keep_polling,
)
from oncall.roster.defaults_and_limits import RING_SECONDS

PLANNED = Call(
    attempt=3,
    round=1,
    contact="Ana",
    phone="+1********32",
    language="en-US",
    ring_seconds=30,
    max_call_seconds=60,
)
RINGING = ContactSnapshot()
TALKING = ContactSnapshot(connected=True)
HUNG_UP = ContactSnapshot(connected=True, ended=True)
ACKNOWLEDGED = ContactSnapshot(connected=True, response="acknowledged")
DECLINED = ContactSnapshot(connected=True, response="declined")
UNSEEN = None


def watch(snapshots: Iterable[ContactSnapshot | None], call: Call = PLANNED) -> list[PollResult]:
    """Look at a placed call, one snapshot after the other, until it is over."""
    verdict = PollResult(mark_placed(call, "contact-1"))
    verdicts: list[PollResult] = []
    for snapshot in snapshots:
        verdict = evaluate_call(verdict.call, snapshot)
        verdicts.append(verdict)
        if verdict.call.is_finished:
            break
    return verdicts


def ending(*snapshots: ContactSnapshot | None) -> PollResult:
    """Look until the call is over; the last snapshot goes on for ever.

    The verdict is the last one, with whether it or one before it hung up.
    """
    verdicts = watch(chain(snapshots, repeat(snapshots[-1])))
    return replace(verdicts[-1], should_hang_up=any(one.should_hang_up for one in verdicts))


@pytest.mark.parametrize(
    ("snapshot", "outcome"),
    [
        (UNSEEN, "ringing"),
        (RINGING, "ringing"),
        (TALKING, "talking"),
        (ACKNOWLEDGED, "acknowledged"),
        (DECLINED, "declined"),
        (ContactSnapshot(connected=True, ended=True, response="acknowledged"), "acknowledged"),
        (ContactSnapshot(connected=True, ended=True, response="declined"), "declined"),
        (ContactSnapshot(ended=True, response="acknowledged"), "acknowledged"),
        (ContactSnapshot(ended=True), "no_answer"),
        (ContactSnapshot(ended=True, reason="CUSTOMER_NEVER_ARRIVED"), "no_answer"),
        (ContactSnapshot(ended=True, reason="OUTBOUND_DESTINATION_ENDPOINT_ERROR"), "no_answer"),
        (ContactSnapshot(ended=True, reason="TELECOM_BUSY"), "busy"),
        (ContactSnapshot(connected=True, response="something else"), "talking"),
    ],
)
def test_each_snapshot_has_an_outcome(snapshot: ContactSnapshot, outcome: str) -> None:
    [verdict] = watch([snapshot])

    assert verdict.call.outcome == outcome
    assert not verdict.should_hang_up


def test_placed_call_is_polled_soon() -> None:
    call = mark_placed(PLANNED, "contact-1")

    assert (call.outcome, call.contact_id, call.is_finished) == ("ringing", "contact-1", False)
    assert 0 < call.wait_seconds <= 2


def test_failed_call_is_finished_with_a_reason() -> None:
    call = mark_failed(PLANNED, "not_allowed", "DestinationNotAllowedException")

    assert (call.outcome, call.is_finished, call.contact_id) == ("not_allowed", True, "")
    assert call.reason == "DestinationNotAllowedException"


def test_ringing_call_is_ended_at_the_limit_as_no_answer() -> None:
    verdict = ending(RINGING)

    assert (verdict.call.outcome, verdict.should_hang_up) == ("no_answer", True)
    assert verdict.call.waited_seconds == PLANNED.ring_seconds


def test_answered_call_without_a_key_is_ended_at_the_limit_as_unanswered() -> None:
    *_, hung_up, last = watch(chain([RINGING], repeat(TALKING)))

    assert (last.call.outcome, last.call.reason) == ("unanswered", "no key pressed")
    assert (hung_up.call.outcome, hung_up.should_hang_up) == ("talking", True)
    assert hung_up.call.answered_at is not None
    assert hung_up.call.waited_seconds == hung_up.call.answered_at + PLANNED.max_call_seconds


@pytest.mark.parametrize("answer", ["acknowledged", "declined"])
def test_key_pressed_just_before_hanging_up_counts(answer: str) -> None:
    hung_up = next(one for one in watch(repeat(TALKING)) if one.should_hang_up)

    seen_late = evaluate_call(hung_up.call, replace(HUNG_UP, response=answer))

    assert (seen_late.call.outcome, seen_late.should_hang_up) == (answer, False)


@pytest.mark.parametrize(
    ("snapshot", "again"), [(TALKING, True), (HUNG_UP, False), (UNSEEN, False)]
)
def test_hang_up_is_followed_by_one_poll_and_retried_if_the_call_continues(
    snapshot: ContactSnapshot | None, *, again: bool
) -> None:
    hung_up = next(one for one in watch(repeat(TALKING)) if one.should_hang_up)

    last = evaluate_call(hung_up.call, snapshot)

    assert (last.call.outcome, last.should_hang_up) == ("unanswered", again)


def test_answered_call_never_counts_as_ringing_again() -> None:
    """Reads are eventually consistent, so a later look may know less than an earlier one."""
    *_, hung_up, last = watch(chain([TALKING], repeat(RINGING)))

    assert last.call.outcome == "unanswered"
    assert hung_up.call.waited_seconds == FIRST_POLL_DELAY + PLANNED.max_call_seconds


def test_answer_at_the_ring_limit_gets_the_full_call_time() -> None:
    *_, last_ringing, _no_answer = watch(repeat(RINGING))

    verdict = evaluate_call(last_ringing.call, TALKING)

    assert (verdict.call.outcome, verdict.should_hang_up) == ("talking", False)
    assert verdict.call.answered_at == PLANNED.ring_seconds


@pytest.mark.parametrize(
    ("snapshots", "outcome", "should_hang_up"),
    [
        ([RINGING, TALKING, TALKING, HUNG_UP], "unanswered", False),  # a voicemail, recorded
        ([RINGING, TALKING], "unanswered", True),  # a voicemail that records for ever
        ([HUNG_UP], "unanswered", False),  # answered and hung up between two looks
        ([TALKING, UNSEEN], "unanswered", True),
        ([DECLINED], "declined", False),
        ([RINGING, ContactSnapshot(ended=True)], "no_answer", False),
        ([RINGING], "no_answer", True),
        ([UNSEEN], "failed", True),
    ],
)
def test_only_the_key_acknowledges(
    snapshots: list[ContactSnapshot | None], outcome: str, *, should_hang_up: bool
) -> None:
    verdict = ending(*snapshots)

    assert (verdict.call.outcome, verdict.should_hang_up) == (outcome, should_hang_up)


@pytest.mark.parametrize("answer", ["acknowledged", "declined"])
def test_key_that_shows_after_the_end_counts(answer: str) -> None:
    late = replace(HUNG_UP, response=answer)

    verdicts = watch([TALKING, HUNG_UP, late])

    assert [one.call.outcome for one in verdicts] == ["talking", "talking", answer]
    assert not verdicts[-1].should_hang_up


def test_call_that_ended_without_a_key_is_polled_once_more() -> None:
    verdicts = watch([HUNG_UP, HUNG_UP, HUNG_UP])

    assert [one.call.outcome for one in verdicts] == ["talking", "unanswered"]
    assert verdicts[0].call.wait_seconds > 0


def test_disconnect_reason_is_kept() -> None:
    reason = "CUSTOMER_DISCONNECT"

    assert ending(replace(HUNG_UP, reason=reason)).call.reason == reason
    assert ending(ContactSnapshot(ended=True, reason=reason)).call.reason == reason


def test_failed_poll_changes_nothing() -> None:
    assert [one.call.outcome for one in watch([RINGING, UNSEEN, TALKING, UNSEEN])] == [
        "ringing", "ringing", "talking", "talking",
    ]  # fmt: skip


def test_call_whose_polls_all_fail_fails_at_the_limits() -> None:
    verdict = ending(UNSEEN)

    assert verdict.call.reason == "the call could not be observed"
    assert verdict.call.waited_seconds == PLANNED.ring_seconds + PLANNED.max_call_seconds


def test_time_is_counted_from_the_waits() -> None:
    verdicts = watch(repeat(TALKING))
    first_wait = mark_placed(PLANNED, "").wait_seconds

    assert verdicts[0].call.waited_seconds == first_wait
    for before, after in pairwise(verdicts):
        assert after.call.waited_seconds == before.call.waited_seconds + before.call.wait_seconds


def test_call_survives_the_state_machine_and_a_newer_version() -> None:
    call = watch([TALKING])[0].call
    carried = json.loads(json.dumps(call.to_state() | {"since": "tomorrow"}))

    assert Call.from_state(carried) == call


calls = st.builds(
    replace,
    st.just(PLANNED),
    ring_seconds=st.integers(RING_SECONDS.minimum, RING_SECONDS.maximum),
    max_call_seconds=st.integers(30, 300),
)
any_sight = st.none() | st.builds(
    ContactSnapshot,
    connected=st.booleans(),
    ended=st.booleans(),
    response=st.sampled_from([None, None, "acknowledged", "declined", "other"]),
    reason=st.sampled_from(["", "CUSTOMER_DISCONNECT", "TELECOM_BUSY"]),
)
without_answer = st.none() | st.builds(
    ContactSnapshot, connected=st.booleans(), ended=st.booleans()
)


@settings(deadline=None)
@given(calls, st.lists(any_sight, max_size=200), any_sight)
def test_call_is_acknowledged_exactly_if_a_poll_showed_the_key(
    call: Call, snapshots: list[ContactSnapshot | None], last: ContactSnapshot | None
) -> None:
    looked_at = list(chain(snapshots, [last] * 500))

    verdicts = watch(looked_at, call)

    shown = [snapshot and snapshot.response for snapshot in looked_at[: len(verdicts)]]
    assert verdicts[-1].call.is_finished
    assert (verdicts[-1].call.outcome == "acknowledged") == ("acknowledged" in shown)
    assert all(one.call.outcome != "acknowledged" for one in verdicts[:-1])


@settings(deadline=None)
@given(calls, st.lists(without_answer, max_size=100), without_answer)
def test_call_ends_whatever_polls_show(
    call: Call, snapshots: list[ContactSnapshot | None], last: ContactSnapshot | None
) -> None:
    verdicts = watch(chain(snapshots, repeat(last)), call)

    settling = 2
    limit = call.ring_seconds + 2 * call.max_call_seconds + settling
    assert verdicts[-1].call.waited_seconds <= limit
    assert all(one.call.wait_seconds > 0 for one in verdicts[:-1])
    assert verdicts[-1].call.wait_seconds == 0


@settings(deadline=None)
@given(calls, st.lists(any_sight, max_size=100), any_sight)
def test_call_takes_at_most_the_maximum_of_invocations(
    call: Call, snapshots: list[ContactSnapshot | None], last: ContactSnapshot | None
) -> None:
    verdicts = watch(chain(snapshots, repeat(last)), call)

    assert invocations(call, verdicts) <= max_invocations_per_call(
        call.ring_seconds, call.max_call_seconds
    )


def test_call_that_rings_for_a_minute_takes_three_invocations() -> None:
    call = mark_placed(replace(PLANNED, ring_seconds=60), "one")

    assert invocations(call, watch(repeat(RINGING), call)) == 3


def test_change_returns_to_the_state_machine_at_once() -> None:
    call = mark_placed(PLANNED, "one")
    ringing = evaluate_call(call, RINGING).call

    assert should_keep_polling(call, ringing, 0)
    assert not should_keep_polling(call, evaluate_call(call, TALKING).call, 0)
    assert not should_keep_polling(call, evaluate_call(call, HUNG_UP).call, 0)
    assert not should_keep_polling(call, ringing, MAX_POLL_LOOP_SECONDS - 1)


def invocations(call: Call, verdicts: list[PollResult]) -> int:
    """Count the invocations that make these looks."""
    number, first, stayed = 1, call, 0
    for verdict in verdicts[:-1]:
        if should_keep_polling(first, verdict.call, stayed):
            stayed += verdict.call.wait_seconds
        else:
            number, first, stayed = number + 1, verdict.call, 0
    return number


@settings(deadline=None)
@given(calls, st.lists(st.just(RINGING), max_size=30))
def test_wait_of_a_ringing_call_ends_at_its_limit(
    call: Call, snapshots: list[ContactSnapshot]
) -> None:
    for verdict in watch(snapshots, call):
        waited = verdict.call.waited_seconds + verdict.call.wait_seconds
        assert waited <= call.ring_seconds


@pytest.mark.parametrize(
    ("snapshot", "outcome"),
    [
        (RINGING, "ringing"),
        (TALKING, "acknowledged"),
        (HUNG_UP, "acknowledged"),
        (ContactSnapshot(ended=True), "no_answer"),
    ],
)
def test_flow_without_keys_is_acknowledged_by_an_answer(
    snapshot: ContactSnapshot, outcome: str
) -> None:
    call = mark_placed(replace(PLANNED, acknowledge="answer"), "contact-1")

    assert evaluate_call(call, snapshot).call.outcome == outcome


def test_call_whose_polls_fail_is_polled_at_its_ring_limit() -> None:
    waits = [verdict.call for verdict in watch(repeat(UNSEEN))]

    looked_at = [call.waited_seconds for call in waits]

    assert PLANNED.ring_seconds in looked_at
