"""A call to the number: the flow invokes a function, stores keys, and transfers the caller."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local.connect.callee_action import ActionType, CalleeAction, InvalidActionError
from local.connect.inbound_call import HIDDEN, RETRIES, Caller
from local.connect.instance_config import Instance
from local.connect.service import ConnectService
from local.connect.simulated_phones import Busy, HangUp, NoAnswer, Phone, Press, Silent
from workflow.contact_flow.action_types import CALL_FAILED, NO_CONDITION, NO_MATCH, NOT_CONNECTED
from workflow.contact_flow.actions import action, ask, say
from workflow.contact_flow.flow import content
from workflow.contact_flow.validator import validate_flow

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.connect.inbound_call import InboundCall

    Json = dict[str, Any]

BO, ANA = "+14155550133", "+14155550132"
ARN = "arn:aws:lambda:us-east-1:000000000000:function:look-up"


def flow(connect_seconds: str = "20", continues: str = "True") -> Json:
    spoken = "<speak>$.External.text</speak>"
    return {
        "Version": "2019-10-30",
        "StartAction": "Ask",
        "Actions": [
            action(
                "Ask",
                "GetParticipantInput",
                {
                    "SSML": "<speak>PIN?</speak>",
                    "InputTimeLimitSeconds": "5",
                    "StoreInput": "True",
                    "InputValidation": {"CustomValidation": {"MaximumLength": "6"}},
                },
                then="Look up",
                errors={NO_MATCH: "Failed"},
            ),
            action(
                "Look up",
                "InvokeLambdaFunction",
                {
                    "LambdaFunctionARN": ARN,
                    "InvocationTimeLimitSeconds": "8",
                    "LambdaInvocationAttributes": {"pin": "$.StoredCustomerInput"},
                },
                then="Compare",
                errors={NO_MATCH: "Failed"},
            ),
            action(
                "Compare",
                "Compare",
                {"ComparisonValue": "$.External.next"},
                then="Failed",
                conditions={"say": "Say", "connect": "Connect"},
                errors={NO_CONDITION: "Nothing matches"},
            ),
            ask("Say", spoken, 3, {"1": "Good"}, wrong_key="Bad", silence="Bad", on_error="Failed"),
            action(
                "Connect",
                "TransferParticipantToThirdParty",
                {
                    "ThirdPartyPhoneNumber": "$.External.number",
                    "ThirdPartyConnectionTimeLimitSeconds": connect_seconds,
                    "ContinueFlowExecution": continues,
                },
                then="Good",
                errors={
                    NO_MATCH: "Failed",
                    CALL_FAILED: "Call failed",
                    NOT_CONNECTED: "Nobody answered",
                },
            ),
            *(
                say(name, f"<speak>{name}</speak>", then="Hang up")
                for name in (
                    ("Good", "Bad", "Failed", "Nothing matches", "Call failed", "Nobody answered")
                )
            ),
            action("Hang up", "DisconnectParticipant"),
        ],
    }


class Function:
    """A Lambda client whose function returns one answer, after so many seconds."""

    def __init__(self, answer: object, takes: float = 0.5, fails: int = 0) -> None:
        self.answer, self.takes, self.fails = answer, takes, fails
        self.events: list[Json] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> Json:  # noqa: N803 - as boto3 has it
        """Return the answer, unless it still fails."""
        assert FunctionName == ARN
        self.events.append(json.loads(Payload))
        if len(self.events) <= self.fails:
            raise ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke")
        failed = {"FunctionError": "Unhandled"} if self.answer is None else {}
        return {"Payload": io.BytesIO(json.dumps(self.answer).encode())} | failed


def service_with(phones: dict[str, Phone], **changes: str) -> ConnectService:
    service = ConnectService(Instance(), phones, lambda _: datetime(2026, 1, 5, tzinfo=UTC))
    service.config.inbound_flow = content(flow(**changes))
    return service


def called(
    function: Function,
    caller: Caller = Caller(BO, keys="1"),  # noqa: B008 - immutable
    phones: dict[str, Phone] | None = None,
    during: Callable[[ConnectService, InboundCall], None] = lambda _service, _call: None,
    **changes: str,
) -> InboundCall:
    service = service_with(phones or {}, **changes)
    call, now = service.call_in(caller, 0.0), 0.0
    while call.ended_at is None:
        now = now if service.next_inbound_at is None else service.next_inbound_at
        service.advance(now)
        for invocation in service.take_invocations():
            result = invocation.run(function)
            late = function.takes > invocation.step.timeout
            now += min(function.takes, invocation.step.timeout)
            call.answer(now, invocation.step, None if late else result)
        during(service, call)
    assert call.flow_error is None
    return call


def test_the_flow_is_valid() -> None:
    assert validate_flow(content(flow())) == []
    assert validate_flow(content(flow(continues="False"))) == []


def test_a_caller_types_a_pin_hears_an_answer_and_presses_a_key() -> None:
    function = Function({"next": "say", "text": "Disk full."})
    call = called(function, Caller(BO, keys="1", pin="4711"))
    assert call.heard == ["PIN?", "Disk full.", "Good"]
    assert [entry.text for entry in call.entries if entry.type == "pressed"] == ["4711", "1"]
    [event] = function.events
    data = event["Details"]["ContactData"]
    assert event["Details"]["Parameters"] == {"pin": "4711"}
    assert data["CustomerEndpoint"] == {"Address": BO, "Type": "TELEPHONE_NUMBER"}
    assert data["InitiationMethod"] == "INBOUND"


@pytest.mark.parametrize(
    ("typed", "stored"), [("", "Timeout"), ("123456", "123456"), ("1234567", "123456")]
)
def test_stored_input_ends_at_its_maximum_and_is_timeout_without_a_key(
    typed: str, stored: str
) -> None:
    function = Function({"next": "say", "text": "Disk full."})
    called(function, Caller(HIDDEN, pin=typed))
    assert function.events[0]["Details"]["Parameters"] == {"pin": stored}


@pytest.mark.parametrize(
    "answer",
    [None, {"next": 1}, {"next": None}, {"next": {}}, ["say"], "say", {"next": "say" * 11_000}],
)
def test_a_function_that_fails_or_returns_anything_but_strings_takes_the_error_branch(
    answer: object,
) -> None:
    assert called(Function(answer)).heard == ["PIN?", "Failed"]


def test_a_function_that_takes_too_long_takes_the_error_branch() -> None:
    assert called(Function({"next": "say"}, takes=8.5)).heard == ["PIN?", "Failed"]


@pytest.mark.parametrize(("fails", "heard"), [(RETRIES, "Good"), (RETRIES + 1, "Failed")])
def test_an_invocation_that_is_throttled_is_retried(fails: int, heard: str) -> None:
    assert called(Function({"next": "say", "text": "x"}, fails=fails)).heard[-1] == heard


@pytest.mark.parametrize("answer", [{}, {"next": "else"}, {"next": ""}])
def test_a_value_without_a_condition_matches_nothing(answer: Json) -> None:
    assert called(Function(answer)).heard == ["PIN?", "Nothing matches"]


CONNECT = {"next": "connect", "number": ANA}


@pytest.mark.parametrize(
    ("phone", "heard"),
    [
        (HangUp(answer_after=4, hang_up_after=30), ["PIN?", "Good"]),
        (Busy(), ["PIN?", "Call failed"]),
        (NoAnswer(), ["PIN?", "Nobody answered"]),
        (Press(answer_after=21), ["PIN?", "Nobody answered"]),
        (Silent(answer_after=4), ["PIN?"]),  # they talk until the caller hangs up
    ],
)
def test_a_transfer_rings_the_phone_of_the_third_party(phone: Phone, heard: list[str]) -> None:
    call = called(Function(CONNECT), phones={ANA: phone})
    assert call.heard == heard
    assert call.leg is None or call.leg.ended_at is not None


def test_a_transfer_that_ends_the_flow_ignores_errors() -> None:
    heard = called(Function(CONNECT), phones={ANA: Busy()}, continues="False").heard
    assert heard == ["PIN?"]


def test_a_person_answers_a_transfer_whose_caller_hangs_up() -> None:
    def act(service: ConnectService, call: InboundCall) -> None:
        if call.leg and call.leg.connected_at is None:
            service.perform(call.leg.contact_id, CalleeAction(ActionType.ANSWER), 20.0)
            service.perform(call.contact_id, CalleeAction(ActionType.HANG_UP), 30.0)

    call = called(Function(CONNECT), during=act)
    assert call.disconnect_reason == "CUSTOMER_DISCONNECT"
    assert call.leg
    assert (call.leg.ended_at, call.leg.disconnect_reason) == (30.0, "THIRD_PARTY_DISCONNECT")


def test_nobody_can_call_a_number_without_a_flow() -> None:
    service = ConnectService(Instance(), {}, lambda _: datetime(2026, 1, 5, tzinfo=UTC))
    with pytest.raises(InvalidActionError, match=r"telephony\.callback"):
        service.call_in(Caller(BO), 0.0)
