"""Test check_call: what a poll shows, and ending a call that takes too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.connect.simulated_phones import Busy, HangUp, NoAnswer, Phone, Press, Reject, Silent
from local.faults.fault_types import FaultKind
from oncall.calls.call_evaluation import RETRY_POLL_SECONDS, THROTTLED_POLL_INTERVAL
from tests.functions.call_harness import ATTRIBUTES, DESCRIBE, STOP, CallHarness, outcome
from tests.functions.invoke import EXECUTION, INCIDENT, log_lines

if TYPE_CHECKING:
    from types import ModuleType

    from local.connect.server import SimulatedConnect
    from local.emulator.system import LocalSystem

RINGING = NoAnswer()
SILENT = Silent(answer_after=0)
PRESSED_1 = Press("1", answer_after=0, key_after=0)
PRESSED_2 = Press("2", answer_after=0, key_after=0)
ANSWERS: dict[Phone, str] = {PRESSED_1: "acknowledged", PRESSED_2: "declined"}
HUNG_UP = HangUp(answer_after=0, hang_up_after=0)
TRANSIENT_FAULTS = [
    FaultKind.NOT_FOUND_YET,
    FaultKind.THROTTLING,
    FaultKind.TOO_MANY_REQUESTS,
    FaultKind.UNAVAILABLE,
    FaultKind.DROP_BEFORE,
]


@pytest.fixture
def harness(
    connect: SimulatedConnect, place_call: ModuleType, check_call: ModuleType, system: LocalSystem
) -> CallHarness:
    system.delete_incidents()
    harness = CallHarness(connect, place_call, check_call)
    harness.table.acquire_lock(INCIDENT.team, EXECUTION, expired="")
    return harness


@pytest.mark.parametrize(
    ("phone", "expected", "requests"),
    [
        (RINGING, "ringing", [DESCRIBE]),
        (SILENT, "talking", [DESCRIBE, ATTRIBUTES]),
        (PRESSED_1, "acknowledged", [DESCRIBE]),
        (PRESSED_2, "declined", [DESCRIBE]),
        (HUNG_UP, "talking", [DESCRIBE, ATTRIBUTES]),  # its answer may still show up
        (Busy(), "busy", [DESCRIBE, ATTRIBUTES]),
        (Reject(after=0), "no_answer", [DESCRIBE, ATTRIBUTES]),
    ],
)
def test_poll_shows_each_phone_with_no_more_requests_than_needed(
    harness: CallHarness, phone: Phone, expected: str, requests: list[str]
) -> None:
    event = harness.place(phone)

    assert outcome(harness.poll(event)) == expected
    assert harness.requests == requests


@pytest.mark.parametrize("phone", [PRESSED_1, PRESSED_2])
def test_key_counts_before_describe_contact_shows_it(harness: CallHarness, phone: Phone) -> None:
    shown = outcome(harness.poll(harness.place(phone)))

    event = harness.place(phone)
    harness.fail(DESCRIBE, FaultKind.LATE_ATTRIBUTES)

    assert outcome(harness.poll(event)) == shown
    assert harness.requests == [DESCRIBE, ATTRIBUTES]


@pytest.mark.parametrize("kind", TRANSIENT_FAULTS)
def test_failed_describe_contact_keeps_the_call_going(
    harness: CallHarness, kind: FaultKind
) -> None:
    event = harness.place(HUNG_UP)
    harness.fail(DESCRIBE, kind)

    progress = harness.poll(event)

    assert outcome(progress) == "ringing"
    throttled = kind in (FaultKind.THROTTLING, FaultKind.TOO_MANY_REQUESTS)
    assert progress["call"]["wait_seconds"] == (
        THROTTLED_POLL_INTERVAL if throttled else RETRY_POLL_SECONDS
    )


@pytest.mark.parametrize("kind", TRANSIENT_FAULTS)
@pytest.mark.parametrize("phone", [PRESSED_1, PRESSED_2])
def test_key_counts_when_describe_contact_fails(
    harness: CallHarness, phone: Phone, kind: FaultKind
) -> None:
    event = harness.place(phone)
    harness.fail(DESCRIBE, kind)

    assert outcome(harness.poll(event)) == ANSWERS[phone]


@pytest.mark.parametrize("kind", [FaultKind.THROTTLING, FaultKind.DROP_BEFORE])
def test_failed_attributes_request_keeps_the_call_going(
    harness: CallHarness, kind: FaultKind
) -> None:
    event = harness.place(HUNG_UP)
    harness.fail(ATTRIBUTES, kind)

    progress = harness.poll(event)

    assert outcome(progress) == "ringing"
    assert progress["call"]["wait_seconds"] > 0


def test_answer_is_seen_when_the_attributes_request_fails(
    harness: CallHarness,
) -> None:
    event = harness.place(SILENT)
    harness.fail(ATTRIBUTES, FaultKind.THROTTLING)

    assert outcome(harness.poll(event)) == "talking"


def test_call_still_ringing_at_the_limit_is_ended(harness: CallHarness) -> None:
    progress = harness.poll(harness.place(RINGING, waited=30))

    assert outcome(progress) == "no_answer"
    assert harness.requests == [DESCRIBE, ATTRIBUTES, STOP]
    assert harness.hung_up


@pytest.mark.parametrize("phone", [PRESSED_1, PRESSED_2])
def test_key_counts_at_the_ring_limit_before_the_answer_shows(
    harness: CallHarness, phone: Phone
) -> None:
    event = harness.place(phone, waited=30)
    harness.fail(DESCRIBE, FaultKind.NO_CONNECTED_TIMESTAMP)
    harness.fail(DESCRIBE, FaultKind.LATE_ATTRIBUTES)

    assert outcome(harness.poll(event)) == ANSWERS[phone]
    assert not harness.hung_up


@pytest.mark.parametrize("phone", [SILENT, PRESSED_1])
def test_call_answered_at_the_ring_limit_is_not_ended(harness: CallHarness, phone: Phone) -> None:
    harness.poll(harness.place(phone, waited=30))

    assert STOP not in harness.requests
    assert not harness.hung_up


def test_connected_call_without_a_key_is_ended_at_its_limit(harness: CallHarness) -> None:
    event = harness.place(SILENT, waited=70)
    event["progress"]["call"]["answered_at"] = 10

    event["progress"] = harness.poll(event)

    assert harness.hung_up
    assert outcome(event["progress"]) == "talking"
    assert harness.poll(event)["calls"][0]["outcome"] == "unanswered"


def test_key_that_shows_after_hanging_up_counts(harness: CallHarness) -> None:
    event = harness.place(PRESSED_1, waited=70)
    event["progress"]["call"]["answered_at"] = 10
    for operation, kind in [
        (DESCRIBE, FaultKind.LATE_ATTRIBUTES),
        (ATTRIBUTES, FaultKind.THROTTLING),
    ]:
        harness.fail(operation, kind, times=2)

    event["progress"] = harness.poll(event)

    assert STOP in harness.requests
    assert outcome(harness.poll(event)) == "acknowledged"


def test_hanging_up_an_ended_call_is_not_an_error(
    harness: CallHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    event = harness.place(Busy(), waited=120)
    harness.fail(DESCRIBE, FaultKind.NOT_FOUND_YET)

    progress = harness.poll(event)

    assert progress["calls"][0]["outcome"] == "failed"
    assert harness.requests == [DESCRIBE, ATTRIBUTES, STOP]
    entries = [entry for entry in log_lines(capsys) if entry["message"] == "call had already ended"]
    assert [entry["level"] for entry in entries] == ["INFO"]


@pytest.mark.parametrize("kind", [FaultKind.UNAVAILABLE, FaultKind.DROP_BEFORE])
def test_failed_hang_up_does_not_delay_the_next_call(harness: CallHarness, kind: FaultKind) -> None:
    event = harness.place(RINGING, waited=30)
    harness.fail(STOP, kind)

    progress = harness.poll(event)

    assert progress["calls"][0]["outcome"] == "no_answer"
    assert progress["next"] == 1


def test_contact_that_connect_never_finds_fails_at_the_limits(harness: CallHarness) -> None:
    event = harness.place(RINGING)
    event["progress"]["call"]["contact_id"] = "00000000-0000-0000-0000-000000000000"

    for _ in range(50):
        event["progress"] = harness.poll(event)
        if outcome(event["progress"]) != "ringing":
            break

    assert outcome(event["progress"]) == "failed"
    assert harness.requests[-1] == STOP


def test_log_has_each_poll_without_the_number(
    harness: CallHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    event = harness.place(RINGING)
    harness.fail(DESCRIBE, FaultKind.NOT_FOUND_YET, times=1)

    harness.poll(event)
    harness.poll(event)

    _placed, *entries = log_lines(capsys)
    assert [entry["message"] for entry in entries] == [
        "contact not described",
        "call checked",
        "call checked",
    ]
    assert entries[0]["reason"] == "ResourceNotFoundException"
    assert entries[1]["phone"] == "+86*********00"
