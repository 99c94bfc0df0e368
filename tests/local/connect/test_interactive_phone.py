"""A phone whose owner decides while the call goes on, instead of a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.connect.callee_action import ActionType, CalleeAction, InvalidActionError
from local.connect.server import SimulatedConnect
from local.connect.simulated_phones import NoAnswer, Press
from tests.local.connect.caller import ATTRIBUTES, LI_WEI, calling
from tests.local.connect.test_simulated_phones import MESSAGE, RINGING, call_to, story

if TYPE_CHECKING:
    from local.connect.simulated_call import Call

ANSWER, REJECT = CalleeAction(ActionType.ANSWER), CalleeAction(ActionType.REJECT)
VOICEMAIL, HANG_UP = CalleeAction(ActionType.VOICEMAIL), CalleeAction(ActionType.HANG_UP)


def key(pressed: str) -> CalleeAction:
    return CalleeAction(ActionType.KEY, pressed)


def held(*actions: tuple[float, CalleeAction]) -> Call:
    """A call to a phone that somebody holds: seconds from dialling, and what they do then."""
    call = call_to(NoAnswer())
    for after, action in actions:
        call.advance(100 + after)
        call.perform(100 + after, action)
    return call


def test_who_answers_and_presses_1_has_acknowledged() -> None:
    call = held((7.5, ANSWER), (12, key("1")))
    assert story(call)[:4] == [
        RINGING,
        (7.5, "connected", ""),
        (7.5, "spoke", MESSAGE),
        (12.0, "pressed", "1"),
    ]
    assert call.attributes["response"] == "acknowledged"
    assert call.disconnect_reason == "CONTACT_FLOW_DISCONNECT"


def test_a_phone_that_is_left_alone_rings_on() -> None:
    assert story(held()) == story(call_to(NoAnswer()))


def test_a_rejected_call_is_never_connected() -> None:
    call = held((3, REJECT))
    assert story(call)[-1] == (3.0, "ended", "TELECOM_UNANSWERED")
    assert call.connected_at is None


def test_voicemail_hears_the_message_and_hangs_up_by_itself() -> None:
    call = held((9, VOICEMAIL))
    assert story(call)[1:4] == [
        (9.0, "diverted", "to voicemail"),
        (9.0, "connected", ""),
        (9.0, "spoke", MESSAGE),
    ]
    assert story(call)[-1] == (49.0, "ended", "CUSTOMER_DISCONNECT")
    assert "response" not in call.attributes


def test_who_hangs_up_has_not_responded() -> None:
    call = held((2, ANSWER), (5, HANG_UP))
    assert story(call)[-1] == (5.0, "ended", "CUSTOMER_DISCONNECT")
    assert "response" not in call.attributes


@pytest.mark.parametrize(
    ("before", "action", "why"),
    [
        ([], key("1"), "rings"),
        ([], HANG_UP, "rings"),
        ([ANSWER], ANSWER, "already answered"),
        ([ANSWER], VOICEMAIL, "already answered"),
        ([REJECT], ANSWER, "over"),
    ],
)
def test_what_cannot_be_done_now_is_refused_and_changes_nothing(
    before: list[CalleeAction], action: CalleeAction, why: str
) -> None:
    call = held(*((1.0, one) for one in before))
    entries = list(call.entries)
    with pytest.raises(InvalidActionError, match=why):
        call.perform(102, action)
    assert call.entries == entries


@pytest.mark.parametrize(
    ("kind", "pressed"), [("key", ""), ("key", "12"), ("key", "x"), ("answer", "1")]
)
def test_a_key_is_one_of_the_keypad(kind: str, pressed: str) -> None:
    with pytest.raises(InvalidActionError, match="keys of a phone"):
        CalleeAction(ActionType(kind), pressed)


def test_the_owner_of_a_phone_with_a_script_can_be_faster() -> None:
    call = call_to(Press(answer_after=6, key_after=8))
    call.perform(102, ANSWER)
    call.perform(103, key("2"))
    call.advance(1000)
    assert call.attributes["response"] == "declined"


def test_a_deed_shows_in_what_boto3_is_told_of_the_contact() -> None:
    with calling() as caller:
        contact = caller.dial(LI_WEI, attributes=ATTRIBUTES)
        caller.server.perform(contact, ANSWER)
        caller.server.perform(contact, key("1"))
        assert "ConnectedToSystemTimestamp" in caller.describe(contact)
        assert caller.attributes(contact)["response"] == "acknowledged"


def test_a_call_that_is_not_there_cannot_be_answered() -> None:
    with SimulatedConnect({}) as server, pytest.raises(InvalidActionError, match="no call nowhere"):
        server.perform("nowhere", ANSWER)
