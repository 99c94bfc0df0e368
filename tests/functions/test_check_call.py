"""Promises of check_call: what can be seen of a call, and the end of one that takes too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.connect.simulated_phones import Busy, HangUp, NoAnswer, Phone, Press, Reject, Silent
from local.faults.fault_types import FaultKind
from oncall.calls.call import RETRY_POLL_SECONDS, THROTTLED_POLL_INTERVAL
from tests.functions.call_harness import ATTRIBUTES, DESCRIBE, STOP, Line, outcome
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
THAT_PASS = [
    FaultKind.NOT_FOUND_YET,
    FaultKind.THROTTLING,
    FaultKind.TOO_MANY_REQUESTS,
    FaultKind.UNAVAILABLE,
    FaultKind.DROP_BEFORE,
]


@pytest.fixture
def line(
    connect: SimulatedConnect, place_call: ModuleType, check_call: ModuleType, system: LocalSystem
) -> Line:
    system.delete_incidents()
    line = Line(connect, place_call, check_call)
    line.table.acquire_lock(INCIDENT.team, EXECUTION, expired="")
    return line


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
    line: Line, phone: Phone, expected: str, requests: list[str]
) -> None:
    event = line.ring(phone)

    assert outcome(line.look(event)) == expected
    assert line.asked == requests


@pytest.mark.parametrize("phone", [PRESSED_1, PRESSED_2])
def test_key_counts_before_describe_contact_shows_it(line: Line, phone: Phone) -> None:
    shown = outcome(line.look(line.ring(phone)))

    event = line.ring(phone)
    line.fail(DESCRIBE, FaultKind.LATE_ATTRIBUTES)

    assert outcome(line.look(event)) == shown
    assert line.asked == [DESCRIBE, ATTRIBUTES]


@pytest.mark.parametrize("kind", THAT_PASS)
def test_failed_describe_contact_keeps_the_call_going(line: Line, kind: FaultKind) -> None:
    event = line.ring(HUNG_UP)
    line.fail(DESCRIBE, kind)

    progress = line.look(event)

    assert outcome(progress) == "ringing"
    throttled = kind in (FaultKind.THROTTLING, FaultKind.TOO_MANY_REQUESTS)
    assert progress["call"]["wait_seconds"] == (
        THROTTLED_POLL_INTERVAL if throttled else RETRY_POLL_SECONDS
    )


@pytest.mark.parametrize("kind", THAT_PASS)
@pytest.mark.parametrize("phone", [PRESSED_1, PRESSED_2])
def test_key_counts_when_describe_contact_fails(line: Line, phone: Phone, kind: FaultKind) -> None:
    event = line.ring(phone)
    line.fail(DESCRIBE, kind)

    assert outcome(line.look(event)) == ANSWERS[phone]


@pytest.mark.parametrize("kind", [FaultKind.THROTTLING, FaultKind.DROP_BEFORE])
def test_failed_attributes_request_keeps_the_call_going(line: Line, kind: FaultKind) -> None:
    event = line.ring(HUNG_UP)
    line.fail(ATTRIBUTES, kind)

    progress = line.look(event)

    assert outcome(progress) == "ringing"
    assert progress["call"]["wait_seconds"] > 0


def test_answer_is_seen_when_the_attributes_request_fails(
    line: Line,
) -> None:
    event = line.ring(SILENT)
    line.fail(ATTRIBUTES, FaultKind.THROTTLING)

    assert outcome(line.look(event)) == "talking"


def test_call_still_ringing_at_the_limit_is_ended(line: Line) -> None:
    progress = line.look(line.ring(RINGING, waited=30))

    assert outcome(progress) == "no_answer"
    assert line.asked == [DESCRIBE, ATTRIBUTES, STOP]
    assert line.hung_up


@pytest.mark.parametrize("phone", [PRESSED_1, PRESSED_2])
def test_key_counts_at_the_ring_limit_before_the_answer_shows(line: Line, phone: Phone) -> None:
    event = line.ring(phone, waited=30)
    line.fail(DESCRIBE, FaultKind.NO_CONNECTED_TIMESTAMP)
    line.fail(DESCRIBE, FaultKind.LATE_ATTRIBUTES)

    assert outcome(line.look(event)) == ANSWERS[phone]
    assert not line.hung_up


@pytest.mark.parametrize("phone", [SILENT, PRESSED_1])
def test_call_answered_at_the_ring_limit_is_not_ended(line: Line, phone: Phone) -> None:
    line.look(line.ring(phone, waited=30))

    assert STOP not in line.asked
    assert not line.hung_up


def test_connected_call_without_a_key_is_ended_at_its_limit(line: Line) -> None:
    event = line.ring(SILENT, waited=70)
    event["progress"]["call"]["answered_at"] = 10

    event["progress"] = line.look(event)

    assert line.hung_up
    assert outcome(event["progress"]) == "talking"
    assert line.look(event)["calls"][0]["outcome"] == "unanswered"


def test_key_that_shows_after_hanging_up_counts(line: Line) -> None:
    event = line.ring(PRESSED_1, waited=70)
    event["progress"]["call"]["answered_at"] = 10
    for operation, kind in [
        (DESCRIBE, FaultKind.LATE_ATTRIBUTES),
        (ATTRIBUTES, FaultKind.THROTTLING),
    ]:
        line.fail(operation, kind, times=2)

    event["progress"] = line.look(event)

    assert STOP in line.asked
    assert outcome(line.look(event)) == "acknowledged"


def test_hanging_up_an_ended_call_is_not_an_error(
    line: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    event = line.ring(Busy(), waited=120)
    line.fail(DESCRIBE, FaultKind.NOT_FOUND_YET)

    progress = line.look(event)

    assert progress["calls"][0]["outcome"] == "failed"
    assert line.asked == [DESCRIBE, ATTRIBUTES, STOP]
    lines = [one for one in log_lines(capsys) if one["message"] == "call had already ended"]
    assert [one["level"] for one in lines] == ["INFO"]


@pytest.mark.parametrize("kind", [FaultKind.UNAVAILABLE, FaultKind.DROP_BEFORE])
def test_failed_hang_up_does_not_delay_the_next_call(line: Line, kind: FaultKind) -> None:
    event = line.ring(RINGING, waited=30)
    line.fail(STOP, kind)

    progress = line.look(event)

    assert progress["calls"][0]["outcome"] == "no_answer"
    assert progress["next"] == 1


def test_contact_that_connect_never_finds_fails_at_the_limits(line: Line) -> None:
    event = line.ring(RINGING)
    event["progress"]["call"]["contact_id"] = "00000000-0000-0000-0000-000000000000"

    for _ in range(50):
        event["progress"] = line.look(event)
        if outcome(event["progress"]) != "ringing":
            break

    assert outcome(event["progress"]) == "failed"
    assert line.asked[-1] == STOP


def test_log_has_each_poll_without_the_number(
    line: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    event = line.ring(RINGING)
    line.fail(DESCRIBE, FaultKind.NOT_FOUND_YET, times=1)

    line.look(event)
    line.look(event)

    _placed, *lines = log_lines(capsys)
    assert [one["message"] for one in lines] == [
        "contact not described",
        "call checked",
        "call checked",
    ]
    assert lines[0]["reason"] == "ResourceNotFoundException"
    assert lines[1]["phone"] == "+86*********00"
