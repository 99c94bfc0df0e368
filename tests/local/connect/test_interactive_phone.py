"""Actions of a person with a phone during a call, instead of a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.connect.callee_action import ActionType, CalleeAction, InvalidActionError
from local.connect.server import SimulatedConnect
from local.connect.simulated_phones import NoAnswer, Press
from tests.local.connect.caller import ATTRIBUTES, LI_WEI, calling
from tests.local.connect.test_simulated_phones import MESSAGE, RINGING, call_to, events

if TYPE_CHECKING:
    from local.connect.simulated_call import Call

ANSWER, REJECT = CalleeAction(ActionType.ANSWER), CalleeAction(ActionType.REJECT)
VOICEMAIL, HANG_UP = CalleeAction(ActionType.VOICEMAIL), CalleeAction(ActionType.HANG_UP)


def press(key: str) -> CalleeAction:
    return CalleeAction(ActionType.KEY, key)


def call_with(*actions: tuple[float, CalleeAction]) -> Call:
    """Return a call with these actions; each with its seconds from dialing."""
    call = call_to(NoAnswer())
    for after, action in actions:
        call.advance(100 + after)
        call.perform(100 + after, action)
    return call


def test_answering_and_pressing_1_acknowledges() -> None:
    call = call_with((7.5, ANSWER), (12, press("1")))
    assert events(call)[:4] == [
        RINGING,
        (7.5, "connected", ""),
        (7.5, "spoke", MESSAGE),
        (12.0, "pressed", "1"),
    ]
    assert call.attributes["response"] == "acknowledged"
    assert call.disconnect_reason == "CONTACT_FLOW_DISCONNECT"


def test_a_rejected_call_is_never_connected() -> None:
    call = call_with((3, REJECT))
    assert events(call)[-1] == (3.0, "ended", "TELECOM_UNANSWERED")
    assert call.connected_at is None


def test_voicemail_hears_the_message_and_hangs_up() -> None:
    call = call_with((9, VOICEMAIL))
    assert events(call)[1:4] == [
        (9.0, "diverted", "to voicemail"),
        (9.0, "connected", ""),
        (9.0, "spoke", MESSAGE),
    ]
    assert events(call)[-1] == (49.0, "ended", "CUSTOMER_DISCONNECT")
    assert "response" not in call.attributes


def test_hanging_up_is_no_response() -> None:
    call = call_with((2, ANSWER), (5, HANG_UP))
    assert events(call)[-1] == (5.0, "ended", "CUSTOMER_DISCONNECT")
    assert "response" not in call.attributes


@pytest.mark.parametrize(
    ("before", "action", "reason"),
    [
        ([], press("1"), "still ringing"),
        ([], HANG_UP, "still ringing"),
        ([ANSWER], ANSWER, "already answered"),
        ([ANSWER], VOICEMAIL, "already answered"),
        ([REJECT], ANSWER, "has ended"),
    ],
)
def test_an_impossible_action_is_refused_and_changes_nothing(
    before: list[CalleeAction], action: CalleeAction, reason: str
) -> None:
    call = call_with(*((1.0, earlier) for earlier in before))
    entries = list(call.entries)
    with pytest.raises(InvalidActionError, match=reason):
        call.perform(102, action)
    assert call.entries == entries


@pytest.mark.parametrize(
    ("kind", "pressed"), [("key", ""), ("key", "12"), ("key", "x"), ("answer", "1")]
)
def test_a_key_must_be_on_the_keypad(kind: str, pressed: str) -> None:
    with pytest.raises(InvalidActionError, match="keys of a phone"):
        CalleeAction(ActionType(kind), pressed)


def test_an_action_can_come_before_the_script() -> None:
    call = call_to(Press(answer_after=6, key_after=8))
    call.perform(102, ANSWER)
    call.perform(103, press("2"))
    call.advance(1000)
    assert call.attributes["response"] == "declined"


def test_an_action_changes_the_contact_that_boto3_describes() -> None:
    with calling() as caller:
        contact = caller.dial(LI_WEI, attributes=ATTRIBUTES)
        caller.server.perform(contact, ANSWER)
        caller.server.perform(contact, press("1"))
        assert "ConnectedToSystemTimestamp" in caller.describe(contact)
        assert caller.attributes(contact)["response"] == "acknowledged"


def test_an_unknown_call_cannot_be_answered() -> None:
    with SimulatedConnect({}) as server, pytest.raises(InvalidActionError, match="no call nowhere"):
        server.perform("nowhere", ANSWER)
