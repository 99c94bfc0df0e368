"""Test the evaluation of a call from its polls."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain, pairwise, repeat

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oncall.calls.call import FIRST_POLL_DELAY, Call, mark_failed, mark_placed
from oncall.calls.call_evaluation import (
    FINAL_POLL_DELAY_SECONDS,
    MAX_POLL_LOOP_SECONDS,
    ContactSnapshot,
    PollResult,
    evaluate_call,
    should_keep_polling,
    wait_outside,
)
from oncall.roster.defaults_and_limits import RING_SECONDS
from tests.support.poll_limits import max_invocations_per_call

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
FAILED_POLL = None


def poll(
    snapshots: Iterable[ContactSnapshot | None],
    call: Call = PLANNED,
    between: Callable[[Call], Call] = lambda call: call,
) -> list[PollResult]:
    """Poll a placed call, one snapshot after the other, until it is finished."""
    result = PollResult(mark_placed(call, "contact-1"))
    results: list[PollResult] = []
    for snapshot in snapshots:
        result = evaluate_call(result.call, snapshot)
        if result.call.is_finished:
            return [*results, result]
        result = replace(result, call=between(result.call))
        results.append(result)
    return results


def final_result(*snapshots: ContactSnapshot | None) -> PollResult:
    """Poll until the call is finished; the last snapshot repeats forever.

    Return the last result, with whether any poll hung up.
    """
    results = poll(chain(snapshots, repeat(snapshots[-1])))
    return replace(results[-1], should_hang_up=any(result.should_hang_up for result in results))


@pytest.mark.parametrize(
    ("snapshot", "outcome"),
    [
        (FAILED_POLL, "ringing"),
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
    [result] = poll([snapshot])

    assert result.call.outcome == outcome
    assert not result.should_hang_up


def test_placed_call_is_polled_soon() -> None:
    call = mark_placed(PLANNED, "contact-1")

    assert (call.outcome, call.contact_id, call.is_finished) == ("ringing", "contact-1", False)
    assert 0 < call.wait_seconds <= 2


def test_failed_call_is_finished_with_a_reason() -> None:
    call = mark_failed(PLANNED, "not_allowed", "DestinationNotAllowedException")

    assert (call.outcome, call.is_finished, call.contact_id) == ("not_allowed", True, "")
    assert call.reason == "DestinationNotAllowedException"


def test_ringing_call_is_ended_at_the_limit_as_no_answer() -> None:
    result = final_result(RINGING)

    assert (result.call.outcome, result.should_hang_up) == ("no_answer", True)
    assert result.call.waited_seconds == PLANNED.ring_seconds


def test_answered_call_without_a_key_is_ended_at_the_limit_as_unanswered() -> None:
    *_, hung_up, last = poll(chain([RINGING], repeat(TALKING)))

    assert (last.call.outcome, last.call.reason) == ("unanswered", "no key pressed")
    assert (hung_up.call.outcome, hung_up.should_hang_up) == ("talking", True)
    assert hung_up.call.answered_at is not None
    assert hung_up.call.waited_seconds == hung_up.call.answered_at + PLANNED.max_call_seconds


@pytest.mark.parametrize("answer", ["acknowledged", "declined"])
def test_key_pressed_just_before_hanging_up_counts(answer: str) -> None:
    hung_up = next(result for result in poll(repeat(TALKING)) if result.should_hang_up)

    seen_late = evaluate_call(hung_up.call, replace(HUNG_UP, response=answer))

    assert (seen_late.call.outcome, seen_late.should_hang_up) == (answer, False)


@pytest.mark.parametrize(
    ("snapshot", "again"), [(TALKING, True), (HUNG_UP, False), (FAILED_POLL, False)]
)
def test_hang_up_is_followed_by_one_poll_and_retried_if_the_call_continues(
    snapshot: ContactSnapshot | None, *, again: bool
) -> None:
    hung_up = next(result for result in poll(repeat(TALKING)) if result.should_hang_up)

    last = evaluate_call(hung_up.call, snapshot)

    assert (last.call.outcome, last.should_hang_up) == ("unanswered", again)


def test_answered_call_never_counts_as_ringing_again() -> None:
    """Reads are eventually consistent, so a later poll may show less than an earlier one."""
    *_, hung_up, last = poll(chain([TALKING], repeat(RINGING)))

    assert last.call.outcome == "unanswered"
    assert hung_up.call.waited_seconds == FIRST_POLL_DELAY + PLANNED.max_call_seconds


def test_answer_at_the_ring_limit_gets_the_full_call_time() -> None:
    *_, last_ringing, _no_answer = poll(repeat(RINGING))

    result = evaluate_call(last_ringing.call, TALKING)

    assert (result.call.outcome, result.should_hang_up) == ("talking", False)
    assert result.call.answered_at == PLANNED.ring_seconds


@pytest.mark.parametrize(
    ("snapshots", "outcome", "should_hang_up"),
    [
        ([RINGING, TALKING, TALKING, HUNG_UP], "unanswered", False),  # a voicemail
        ([RINGING, TALKING], "unanswered", True),  # a voicemail that records forever
        ([HUNG_UP], "unanswered", False),  # answered and hung up between two polls
        ([TALKING, FAILED_POLL], "unanswered", True),
        ([DECLINED], "declined", False),
        ([RINGING, ContactSnapshot(ended=True)], "no_answer", False),
        ([RINGING], "no_answer", True),
        ([FAILED_POLL], "failed", True),
    ],
)
def test_only_the_key_acknowledges(
    snapshots: list[ContactSnapshot | None], outcome: str, *, should_hang_up: bool
) -> None:
    result = final_result(*snapshots)

    assert (result.call.outcome, result.should_hang_up) == (outcome, should_hang_up)


@pytest.mark.parametrize("answer", ["acknowledged", "declined"])
def test_key_that_shows_after_the_end_counts(answer: str) -> None:
    late = replace(HUNG_UP, response=answer)

    results = poll([TALKING, HUNG_UP, late])

    assert [result.call.outcome for result in results] == ["talking", "talking", answer]
    assert not results[-1].should_hang_up


def test_call_that_ended_without_a_key_is_polled_once_more() -> None:
    results = poll([HUNG_UP, HUNG_UP, HUNG_UP])

    assert [result.call.outcome for result in results] == ["talking", "unanswered"]
    assert results[0].call.wait_seconds > 0


@pytest.mark.parametrize(
    ("ended_after", "wait"), [(None, 2), (0.5, 1.5), (0.0, 1.0), (1.0, 2.0), (3.0, 2)]
)
def test_final_poll_is_two_seconds_after_the_end(ended_after: float | None, wait: float) -> None:
    [result] = poll([replace(HUNG_UP, ended_after=ended_after)])  # 1 s after the start

    assert result.call.wait_seconds == wait


def test_poll_of_a_call_that_ended_two_seconds_ago_is_the_final_one() -> None:
    results = poll([TALKING, replace(HUNG_UP, ended_after=1.0)])  # 3 s after the start

    assert [result.call.outcome for result in results] == ["talking", "unanswered"]


@settings(deadline=None)
@given(st.floats(0, 29), st.floats(0, 60), st.integers(0, 999))
def test_key_pressed_before_the_end_counts_if_it_shows_two_seconds_later(
    answered: float, talked: float, start: int
) -> None:
    """The attributes show what they were two seconds ago; the count starts after the call."""
    result, ended = PollResult(mark_placed(PLANNED, "contact-1")), answered + talked
    counting_since = start / 1000
    while not result.call.is_finished:
        now = counting_since + result.call.waited_seconds + result.call.wait_seconds
        shown = "acknowledged" if now - FINAL_POLL_DELAY_SECONDS >= ended - 1e-6 else None
        snapshot = ContactSnapshot(
            connected=now >= answered, ended=now >= ended, response=shown, ended_after=ended
        )
        result = evaluate_call(result.call, snapshot)

    limit = PLANNED.max_call_seconds
    assert result.call.outcome == ("acknowledged" if talked < limit else "unanswered") or (
        limit - 2 < talked
    )


def test_disconnect_reason_is_kept() -> None:
    reason = "CUSTOMER_DISCONNECT"

    assert final_result(replace(HUNG_UP, reason=reason)).call.reason == reason
    assert final_result(ContactSnapshot(ended=True, reason=reason)).call.reason == reason


def test_failed_poll_changes_nothing() -> None:
    results = poll([RINGING, FAILED_POLL, TALKING, FAILED_POLL])

    outcomes = [result.call.outcome for result in results]
    assert outcomes == ["ringing", "ringing", "talking", "talking"]


def test_call_whose_polls_all_fail_fails_at_the_limits() -> None:
    result = final_result(FAILED_POLL)

    assert result.call.reason == "the call could not be observed"
    assert result.call.waited_seconds == PLANNED.ring_seconds + PLANNED.max_call_seconds


def test_time_is_counted_from_the_waits() -> None:
    results = poll(repeat(TALKING))
    first_wait = mark_placed(PLANNED, "").wait_seconds

    assert results[0].call.waited_seconds == first_wait
    for before, after in pairwise(results):
        assert after.call.waited_seconds == before.call.waited_seconds + before.call.wait_seconds


def test_call_survives_the_state_machine_and_a_newer_version() -> None:
    call = poll([TALKING])[0].call
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

    results = poll(looked_at, call)

    shown = [snapshot and snapshot.response for snapshot in looked_at[: len(results)]]
    assert results[-1].call.is_finished
    assert (results[-1].call.outcome == "acknowledged") == ("acknowledged" in shown)
    assert all(result.call.outcome != "acknowledged" for result in results[:-1])


@settings(deadline=None)
@given(calls, st.lists(without_answer, max_size=100), without_answer)
def test_call_ends_whatever_polls_show(
    call: Call, snapshots: list[ContactSnapshot | None], last: ContactSnapshot | None
) -> None:
    results = poll(chain(snapshots, repeat(last)), call)

    final_poll = 2
    limit = call.ring_seconds + 2 * call.max_call_seconds + final_poll
    assert results[-1].call.waited_seconds <= limit
    assert all(result.call.wait_seconds > 0 for result in results[:-1])
    assert results[-1].call.wait_seconds == 0


@settings(deadline=None)
@given(calls, st.lists(any_sight, max_size=100), any_sight)
def test_call_takes_at_most_the_maximum_of_invocations(
    call: Call, snapshots: list[ContactSnapshot | None], last: ContactSnapshot | None
) -> None:
    results = poll(chain(snapshots, repeat(last)), call)

    assert invocations(call, results) <= max_invocations_per_call(
        call.ring_seconds, call.max_call_seconds
    )


@settings(deadline=None)
@given(calls, st.lists(any_sight, max_size=100), any_sight)
@example(replace(PLANNED, ring_seconds=22, max_call_seconds=30), [None, None], TALKING)
def test_a_call_that_waits_outside_takes_no_more_invocations(
    call: Call, snapshots: list[ContactSnapshot | None], last: ContactSnapshot | None
) -> None:
    results = poll(chain(snapshots, repeat(last)), call, wait_outside)

    assert len(results) <= max_invocations_per_call(call.ring_seconds, call.max_call_seconds)


def test_waiting_outside_keeps_the_limits_of_a_call_and_its_final_poll() -> None:
    call = replace(PLANNED, ring_seconds=45)

    rings = poll(repeat(RINGING), call, wait_outside)
    talks = poll([TALKING, HUNG_UP, HUNG_UP], call, wait_outside)

    assert [result.call.waited_seconds for result in rings] == [1, 21, 45]
    assert rings[-1].call.outcome == "no_answer"
    assert talks[-1].call.waited_seconds - talks[-2].call.waited_seconds == FINAL_POLL_DELAY_SECONDS


def test_call_that_rings_for_a_minute_takes_three_invocations() -> None:
    call = mark_placed(replace(PLANNED, ring_seconds=60), "one")

    assert invocations(call, poll(repeat(RINGING), call)) == 3


def test_change_returns_to_the_state_machine_at_once() -> None:
    call = mark_placed(PLANNED, "one")
    ringing = evaluate_call(call, RINGING).call

    assert should_keep_polling(call, ringing, 0)
    assert not should_keep_polling(call, evaluate_call(call, TALKING).call, 0)
    assert not should_keep_polling(call, evaluate_call(call, HUNG_UP).call, 0)
    assert not should_keep_polling(call, ringing, MAX_POLL_LOOP_SECONDS - 1)


def invocations(call: Call, results: list[PollResult]) -> int:
    """Return the number of invocations for these polls."""
    number, first, stayed = 1, call, 0.0
    for result in results[:-1]:
        if should_keep_polling(first, result.call, stayed):
            stayed += result.call.wait_seconds
        else:
            number, first, stayed = number + 1, result.call, 0.0
    return number


@settings(deadline=None)
@given(calls, st.lists(st.just(RINGING), max_size=30))
def test_wait_of_a_ringing_call_ends_at_its_limit(
    call: Call, snapshots: list[ContactSnapshot]
) -> None:
    for result in poll(snapshots, call):
        waited = result.call.waited_seconds + result.call.wait_seconds
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
    waits = [result.call for result in poll(repeat(FAILED_POLL))]

    looked_at = [call.waited_seconds for call in waits]

    assert PLANNED.ring_seconds in looked_at
