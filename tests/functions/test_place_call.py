"""Test place_call: one attempt places one call, however often it is retried."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from adapters import outbound_call
from local.connect.failing_numbers import (
    InvalidNumber,
    NetworkFault,
    NotAllowed,
    Throttled,
    Unavailable,
)
from local.connect.simulated_phones import Busy, NoAnswer, Phone
from local.faults.fault import Fault
from local.faults.fault_types import FaultKind
from tests.functions.invoke import ANA, LI_WEI, announcement, invoke, log_lines, placing

if TYPE_CHECKING:
    from types import ModuleType

    from local.connect.server import SimulatedConnect


def tokens(connect: SimulatedConnect) -> list[Any]:
    """Return the ClientToken of each request."""
    return [request.params["ClientToken"] for request in connect.requests]


def test_planned_phone_is_called_with_the_message_in_its_language(
    place_call: ModuleType, connect: SimulatedConnect
) -> None:
    progress = invoke(place_call, placing())

    [call] = connect.calls
    assert call.number == LI_WEI
    assert call.attributes == announcement().messages["zh-CN"]
    assert progress["call"]["outcome"] == "ringing"
    assert progress["call"]["contact_id"] == call.contact_id
    assert (progress["next"], progress["any_call_placed"]) == (0, True)


def test_retry_places_no_second_call(
    place_call: ModuleType, connect: SimulatedConnect, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    monkeypatch.setattr(outbound_call, "datetime", SimpleNamespace(now=lambda _zone: now))

    first, second = invoke(place_call, placing()), invoke(place_call, placing())

    assert len(connect.calls) == 1
    assert first == second
    assert len(set(tokens(connect))) == 1


def test_retry_finds_a_call_whose_response_was_lost(
    place_call: ModuleType, connect: SimulatedConnect
) -> None:
    connect.phones = {LI_WEI: NetworkFault(times=2, placed=True, then=NoAnswer())}
    with pytest.raises(ConnectionClosedError):
        invoke(place_call, placing())

    progress = invoke(place_call, placing())

    [call] = connect.calls
    assert progress["call"]["contact_id"] == call.contact_id
    assert progress["call"]["outcome"] == "ringing"
    assert len(set(tokens(connect))) == 1


def test_other_attempts_and_pages_are_separate_calls(
    place_call: ModuleType, connect: SimulatedConnect
) -> None:
    connect.phones = {LI_WEI: Busy(), ANA: Busy()}

    invoke(place_call, placing(0))
    invoke(place_call, placing(2))
    invoke(place_call, placing(0, execution=placing()["execution"] + "-again"))

    assert [call.number for call in connect.calls] == [LI_WEI] * 3
    assert len(set(tokens(connect))) == 3


@pytest.mark.parametrize(
    ("phone", "outcome", "reason"),
    [
        (NotAllowed(), "not_allowed", "DestinationNotAllowedException"),
        (InvalidNumber(), "failed", "InvalidParameterException"),
    ],
)
def test_permanent_error_is_an_outcome_and_the_next_call_follows(
    place_call: ModuleType, connect: SimulatedConnect, phone: Phone, outcome: str, reason: str
) -> None:
    connect.phones = {LI_WEI: phone}

    progress = invoke(place_call, placing())

    [record] = progress["calls"]
    assert (record["contact"], record["outcome"], record["reason"]) == ("Li Wei", outcome, reason)
    assert progress["next"] == 1
    assert len(connect.requests) == 1


def test_wrong_contact_flow_fails_the_call_with_a_reason(
    place_call: ModuleType, connect: SimulatedConnect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTACT_FLOW_ID", "00000000-0000-0000-0000-000000000000")

    progress = invoke(place_call, placing())

    assert progress["calls"][0]["outcome"] == "failed"
    assert progress["reason"] == "ResourceNotFoundException"
    assert not progress["any_call_placed"]
    assert connect.calls == []


@pytest.mark.parametrize(
    "phone",
    [
        Throttled(times=None, error="ThrottlingException"),
        Throttled(times=None, error="TooManyRequestsException"),
        Unavailable(),
        NetworkFault(),
    ],
    ids=repr,
)
def test_transient_error_is_raised_for_the_state_machine_to_retry(
    place_call: ModuleType, connect: SimulatedConnect, phone: Phone
) -> None:
    connect.phones = {LI_WEI: phone}

    with pytest.raises((ClientError, ConnectionClosedError)):
        invoke(place_call, placing())

    assert connect.calls == []


def test_account_limit_is_transient(place_call: ModuleType, connect: SimulatedConnect) -> None:
    connect.faults.append(Fault("connect StartOutboundVoiceContact", FaultKind.LIMIT))

    with pytest.raises(ClientError, match="LimitExceededException"):
        invoke(place_call, placing())


def test_sdk_retry_hides_one_transient_error(
    place_call: ModuleType, connect: SimulatedConnect
) -> None:
    connect.phones = {LI_WEI: Throttled(times=1, then=NoAnswer())}

    assert invoke(place_call, placing())["call"]["outcome"] == "ringing"


def test_invalid_request_is_an_outcome(
    place_call: ModuleType, connect: SimulatedConnect, capsys: pytest.CaptureFixture[str]
) -> None:
    not_a_text = placing() | {"number": int(LI_WEI)}

    progress = invoke(place_call, not_a_text)

    assert progress["calls"][0]["outcome"] == "failed"
    assert connect.requests == []
    assert LI_WEI[1:] not in str(progress)
    assert [line["level"] for line in log_lines(capsys)] == ["WARNING"]


def test_log_has_the_outcome_without_the_number(
    place_call: ModuleType, connect: SimulatedConnect, capsys: pytest.CaptureFixture[str]
) -> None:
    invoke(place_call, placing(0))
    connect.phones = {ANA: NotAllowed()}
    invoke(place_call, placing(1))

    placed, refused = log_lines(capsys)

    assert (placed["message"], placed["phone"]) == ("call placed", "+86*********00")
    assert (refused["message"], refused["level"]) == ("call not placed", "WARNING")
    assert refused["outcome"] == "not_allowed"
