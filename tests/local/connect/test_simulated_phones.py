"""What each phone does with a call, in scenario seconds, without a server."""

from collections.abc import Mapping

from local.connect.failing_numbers import NetworkFault, Throttled, Unavailable
from local.connect.flow_interpreter import InterpretedFlow
from local.connect.quotas import MAX_ATTRIBUTE_BYTES, attributes_size
from local.connect.simulated_call import Call, CallRequest
from local.connect.simulated_phones import (
    Busy,
    HangUp,
    NoAnswer,
    Phone,
    Press,
    Reject,
    Silent,
    Voicemail,
)
from local.connect.timeline import EntryType
from tests.contact_flow.callee import OURS

# 75 characters at 15 a second: 5 s of speech.
MESSAGE = "The production database is down. Press one to take it, or two to pass it on"
ATTRIBUTES = {
    "message": f"<speak>{MESSAGE}</speak>",
    "voice": "Joanna",
    "language": "en-US",
    "prompt_confirmed": "<speak>It is yours. Good luck with it!!</speak>",
    "prompt_declined": "<speak>Passing it on.</speak>",
    "prompt_wrong_key": "<speak>That key is not valid.</speak>",
}


def call_to(phone: Phone, attributes: Mapping[str, str] = ATTRIBUTES) -> Call:
    request = CallRequest("contact", "+14155550132", attributes)
    return Call(request, phone.call_script, OURS, placed_at=100.0)


def events(call: Call, until: float = 1000.0) -> list[tuple[float, str, str]]:
    """Return what happened, in seconds since dialing, without the dialing itself."""
    call.advance(until)
    return [
        (round(entry.at - 100, 2), entry.type, entry.text)
        for entry in call.entries
        if entry.type != EntryType.DIALLED
    ]


RINGING = (0.0, "ringing", "")


def test_no_answer_rings_until_connect_gives_up_after_60_seconds() -> None:
    call = call_to(NoAnswer())
    assert events(call) == [RINGING, (60.0, "ended", "TELECOM_TIMEOUT")]
    assert call.connected_at is None


def test_busy_ends_at_once_and_never_rings() -> None:
    call = call_to(Busy())
    assert events(call) == [(0.0, "ended", "TELECOM_BUSY")]
    assert call.connected_at is None


def test_a_rejected_call_is_never_connected() -> None:
    call = call_to(Reject(after=7))
    assert events(call) == [
        RINGING,
        (7.0, "hung_up", "the callee rejected the call"),
        (7.0, "ended", "TELECOM_UNANSWERED"),
    ]
    assert call.connected_at is None


def test_voicemail_hears_the_message_presses_nothing_and_hangs_up() -> None:
    call = call_to(Voicemail(answer_after=20, hang_up_after=12))
    assert events(call) == [
        RINGING,
        (20.0, "connected", ""),
        (20.0, "spoke", MESSAGE),
        (32.0, "hung_up", "the callee"),
        (32.0, "ended", "CUSTOMER_DISCONNECT"),
    ]
    assert "response" not in call.attributes


def test_hanging_up_during_the_message_is_no_response() -> None:
    call = call_to(HangUp(answer_after=6, hang_up_after=2))
    assert events(call)[-1] == (8.0, "ended", "CUSTOMER_DISCONNECT")
    assert "response" not in call.attributes


def test_a_silent_callee_hears_the_message_three_times_with_ten_seconds_after_each() -> None:
    call = call_to(Silent(answer_after=6))
    assert events(call) == [
        RINGING,
        (6.0, "connected", ""),
        (6.0, "spoke", MESSAGE),
        (21.0, "spoke", MESSAGE),
        (36.0, "spoke", MESSAGE),
        (51.0, "hung_up", "the flow"),
        (51.0, "ended", "CONTACT_FLOW_DISCONNECT"),
    ]
    assert "response" not in call.attributes


def test_key_1_after_the_message_acknowledges_plays_the_confirmation_and_ends_the_call() -> None:
    call = call_to(Press("1", answer_after=6, key_after=8))
    assert events(call) == [
        RINGING,
        (6.0, "connected", ""),
        (6.0, "spoke", MESSAGE),
        (14.0, "pressed", "1"),
        (14.0, "spoke", "It is yours. Good luck with it!!"),
        (16.13, "hung_up", "the flow"),
        (16.13, "ended", "CONTACT_FLOW_DISCONNECT"),
    ]
    assert call.attributes["response"] == "acknowledged"


def test_star_repeats_the_message() -> None:
    call = call_to(Press("*1", answer_after=6, key_after=3, key_gap=4))
    assert [(at, text) for at, what, text in events(call) if what == EntryType.SPOKE] == [
        (6.0, MESSAGE),
        (9.0, MESSAGE),
        (13.0, "It is yours. Good luck with it!!"),
    ]


def test_a_key_pressed_while_the_flow_accepts_no_input_is_lost() -> None:
    call = call_to(Press("12", key_gap=0.5))
    pressed = [text for _, what, text in events(call) if what == EntryType.PRESSED]
    assert pressed == ["1", "2 (lost: the flow was not listening)"]
    assert call.attributes["response"] == "acknowledged"


def test_a_response_that_does_not_fit_into_the_attributes_is_not_confirmed() -> None:
    room = MAX_ATTRIBUTE_BYTES - attributes_size(ATTRIBUTES)
    call = call_to(Press("1"), {**ATTRIBUTES, "full": "x" * (room - len("full"))})
    spoken = [text for _, what, text in events(call) if what == EntryType.SPOKE]
    assert spoken == [MESSAGE] * 3
    assert "response" not in call.attributes


def test_the_message_is_spoken_without_a_language() -> None:
    call = call_to(Press("1"), {k: v for k, v in ATTRIBUTES.items() if k != "language"})
    assert (6.0, "spoke", MESSAGE) in events(call)
    assert call.attributes["response"] == "acknowledged"


def test_a_flow_that_cannot_continue_hangs_up_and_records_why() -> None:
    request = CallRequest("contact", "+14155550132", ATTRIBUTES)
    flow = InterpretedFlow('{"StartAction": "Start", "Actions": []}')
    call = Call(request, Press("1").call_script, flow, placed_at=100.0)
    assert events(call)[-1] == (6.0, "ended", "CONTACT_FLOW_DISCONNECT")
    assert call.flow_error == "the flow has no action 'Start'"


def test_chinese_is_spoken_more_slowly_than_latin_and_breaks_take_time() -> None:
    message = '<speak>数据库已经不可用了<break time="1500ms"/></speak>'  # 9 at 4.5 a second
    call = call_to(Silent(answer_after=6), {**ATTRIBUTES, "message": message})
    spoken = [at for at, what, _ in events(call) if what == EntryType.SPOKE]
    assert spoken == [6.0, 19.5, 33.0]


def test_a_call_stopped_while_ringing_is_cancelled_by_its_originator() -> None:
    call = call_to(NoAnswer())
    call.stop(130.0)
    assert events(call) == [
        RINGING,
        (30.0, "stopped", "by StopContact"),
        (30.0, "ended", "TELECOM_ORIGINATOR_CANCEL"),
    ]


def test_a_stopped_connected_call_does_nothing_more() -> None:
    call = call_to(Press("1", answer_after=6, key_after=8))
    call.advance(110.0)
    call.stop(110.0)
    assert events(call)[-1] == (10.0, "ended", "OTHER")
    assert "response" not in call.attributes


def test_a_call_ends_the_same_however_often_it_is_advanced() -> None:
    rarely, often = call_to(Press("*51")), call_to(Press("*51"))
    for tenth in range(1000, 1600):
        often.advance(tenth / 10)
    assert events(often) == events(rarely)


def test_earlier_attributes_can_be_read() -> None:
    call = call_to(Press("1", answer_after=6, key_after=8))
    call.advance(1000)
    assert "response" not in call.attributes_at(113.9)
    assert call.attributes_at(114.0)["response"] == "acknowledged"


def test_a_faulty_phone_becomes_the_next_one_after_its_failing_requests() -> None:
    phone = Throttled(times=2, then=Unavailable(times=1, then=Busy()))
    assert [type(phone.for_request(n)) for n in range(4)] == [
        Throttled,
        Throttled,
        Unavailable,
        Busy,
    ]
    assert isinstance(NetworkFault().for_request(99), NetworkFault)
