"""What the callee hears, and what each key does."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from local.connect.flow_interpreter import InterpretedFlow
from local.connect.simulated_call import Call, CallRequest
from local.connect.simulated_phones import Silent
from local.connect.timeline import DisconnectReason
from oncall.calls.announcement import group_incidents
from oncall.calls.call_evaluation import RESPONSES
from oncall.messages.locale import available_languages
from oncall.messages.speakable import speech_seconds
from oncall.messages.voice_message import compose, compose_grouped
from tests.contact_flow.broken_flows import leading_on_error
from tests.contact_flow.callee import (
    ATTRIBUTES,
    CONFIRMED,
    DECLINED,
    MESSAGE,
    OURS,
    SILENCE,
    WRONG_KEY,
    Heard,
    call,
    without,
)
from tests.unit.sample_events import NAMES, incident
from workflow.contact_flow.action_types import targets
from workflow.contact_flow.actions import Action
from workflow.contact_flow.flow import (
    ANSWER_SECONDS,
    ANSWERS,
    HANG_UP,
    SET_VOICE,
    STORE_RETRIES,
    TRIES,
    TRY,
    confirm_action,
    contact_flow,
    content,
    store_action,
)
from workflow.contact_flow.validator import validate_flow
from workflow.settings.settings import Settings

PLAIN = "AWS on-call alert.Its text cannot be spoken."
SEQUENCES = [
    "".join(keys) for length in range(5) for keys in product("12*5" + SILENCE, repeat=length)
]
MEANING = {"1": "acknowledged", "2": "declined"}
PROMPTS = {"acknowledged": CONFIRMED, "declined": DECLINED}


def first_answer(heard: Heard) -> str | None:
    """Return the meaning of the first accepted key that has one."""
    return next((MEANING[key] for key in heard.pressed if key in MEANING), None)


def confirmations(heard: Heard) -> list[str]:
    """Return the confirmations that the callee heard."""
    return [text for text in heard.spoken if text in PROMPTS.values()]


def ways_to(identifier: str) -> set[str]:
    """Return the actions with a transition to this one."""
    return {
        action["Identifier"]
        for action in contact_flow()["Actions"]
        if identifier in targets(action)
    }


def inputs() -> list[Action]:
    """Return the actions that accept a key."""
    return [
        action for action in contact_flow()["Actions"] if action["Type"] == "GetParticipantInput"
    ]


def test_our_flow_is_valid_and_speaks_only_attributes_that_are_set() -> None:
    set_by_us = compose(incident("root-sign-in"), "zh-CN", "UTC")
    assert validate_flow(content(contact_flow()), set_by_us) == []


def test_the_flow_stores_the_responses_that_check_call_reads() -> None:
    assert set(ANSWERS.values()) == set(RESPONSES)


def test_every_sequence_of_keys_ends_and_only_the_first_answer_counts() -> None:
    for keys in SEQUENCES:
        heard = call(keys)
        assert heard.response == first_answer(heard), keys
        assert confirmations(heard) == [
            PROMPTS[response] for response in [heard.response] if response
        ], keys
        assert heard.spoken.count(MESSAGE) <= TRIES, keys
        assert len(heard.spoken) <= 2 * TRIES + 1, keys


def test_an_answer_within_the_tries_counts_after_any_other_keys() -> None:
    for keys in SEQUENCES:
        if len(keys) < TRIES:
            for answer in ANSWERS:
                first = next(key for key in keys + answer if key in ANSWERS)
                assert call(keys + answer).response == ANSWERS[first], keys + answer


@pytest.mark.parametrize(
    ("keys", "spoken"),
    [
        ("", [MESSAGE] * 3),
        ("5" + SILENCE + "1", [MESSAGE, WRONG_KEY, MESSAGE, CONFIRMED]),
        ("51", [MESSAGE, WRONG_KEY, CONFIRMED]),  # while the wrong key is announced
        ("***1", [MESSAGE] * 3),  # each star uses up a try
    ],
)
def test_silence_and_star_repeat_the_message_and_a_wrong_key_is_announced(
    keys: str, spoken: list[str]
) -> None:
    assert call(keys).spoken == spoken


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_confirmed_only_after_it_is_stored(answer: str) -> None:
    heard = call(answer, stores=[False] * STORE_RETRIES)
    assert heard.failed == STORE_RETRIES
    assert heard.response == MEANING[answer]
    assert heard.spoken == [MESSAGE, PROMPTS[MEANING[answer]]]


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_message_is_repeated_if_an_answer_cannot_be_stored(answer: str) -> None:
    heard = call(answer + answer, stores=[False] * (STORE_RETRIES + 1))
    assert heard.spoken == [MESSAGE, MESSAGE, PROMPTS[MEANING[answer]]]
    assert heard.response == MEANING[answer]


def test_an_answer_that_cannot_be_stored_is_never_confirmed() -> None:
    for keys in SEQUENCES:
        heard = call(keys, stores=[False] * 100)
        assert heard.response is None, keys
        assert confirmations(heard) == [], keys
        assert heard.failed <= 2 * TRIES * (STORE_RETRIES + 1), keys


@pytest.mark.parametrize("voice", [{}, {"voice": ""}, {"voice": "Zhyiu"}])
def test_the_default_voice_speaks_if_the_voice_is_invalid(voice: dict[str, str]) -> None:
    attributes = without("voice") | voice
    assert call("1", attributes=attributes).spoken == [MESSAGE, CONFIRMED]
    assert call(attributes=attributes).spoken == [MESSAGE] * TRIES


def test_a_voice_that_fails_while_speaking_is_replaced() -> None:
    flow = contact_flow()
    # As if setting the voice never failed, like older versions of its documentation.
    leading_on_error(SET_VOICE, TRY)(flow)
    played = InterpretedFlow(content(flow))
    heard = call("1", played, attributes=without("voice"))
    assert heard.spoken == [MESSAGE, CONFIRMED]


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"message": ""},
        {"message": "no mark-up"},
        {"message": "<speak>Tom & Jerry</speak>"},
        {"message": "<p>no speak</p>"},
        {"message": f"<speak>{'a' * 3_001}</speak>"},
    ],
)
@pytest.mark.parametrize("answer", ANSWERS)
def test_a_call_whose_message_cannot_be_spoken_still_prompts_for_a_key(
    message: dict[str, str], answer: str
) -> None:
    heard = call(answer, attributes=without("message") | message)
    assert heard.spoken[0].startswith(PLAIN)
    assert heard.response == MEANING[answer]


def test_without_any_attribute_every_call_ends_and_key_1_still_acknowledges() -> None:
    for keys in SEQUENCES:
        heard = call(keys, attributes={})
        assert heard.response == first_answer(heard), keys
        assert len(heard.spoken) <= TRIES, keys


def test_the_message_is_repeated_without_a_prompt_for_wrong_keys() -> None:
    heard = call("51", attributes=without("prompt_wrong_key"))
    assert heard.spoken == [MESSAGE, MESSAGE, CONFIRMED]


def test_references_in_a_message_are_not_resolved() -> None:
    message = "<speak>User $.Attributes.voice</speak>"
    heard = call(attributes=ATTRIBUTES | {"message": message})
    assert heard.spoken[0] == "User $.Attributes.voice"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", available_languages())
@pytest.mark.parametrize("answer", ANSWERS)
def test_every_event_is_spoken_and_answered_in_every_language(
    name: str, language: str, answer: str
) -> None:
    heard = call("5" + answer, attributes=compose(incident(name), language, "Asia/Shanghai"))
    assert len(heard.spoken) == 3
    assert not any(text.startswith(PLAIN) for text in heard.spoken)
    assert heard.response == MEANING[answer]


def test_only_its_key_stores_an_answer() -> None:
    for key, response in MEANING.items():
        for action in inputs():
            on_keys = {
                branch["Condition"]["Operands"][0]: branch["NextAction"]
                for branch in action["Transitions"]["Conditions"]
            }
            assert [
                pressed for pressed, then in on_keys.items() if then == store_action(response)
            ] == [key]
            not_keys: list[Any] = [action["Transitions"]["NextAction"]]
            not_keys += [branch["NextAction"] for branch in action["Transitions"]["Errors"]]
            assert store_action(response) not in not_keys
        asking = {action["Identifier"] for action in inputs()}
        assert ways_to(store_action(response)) == asking | {f"Retry storing {response}"}
        assert ways_to(f"Retry storing {response}") == {store_action(response)}


def test_only_storing_leads_to_a_confirmation_and_that_to_the_end() -> None:
    for response in ANSWERS.values():
        assert ways_to(confirm_action(response)) == {store_action(response)}
        action = next(
            action
            for action in contact_flow()["Actions"]
            if action["Identifier"] == confirm_action(response)
        )
        assert set(targets(action)) == {HANG_UP}


def test_the_message_is_spoken_while_keys_are_accepted() -> None:
    speaking = [action for action in contact_flow()["Actions"] if "SSML" in action["Parameters"]]
    only_spoken = {
        action["Identifier"] for action in speaking if action["Type"] == "MessageParticipant"
    }
    assert only_spoken == {confirm_action(response) for response in ANSWERS.values()}


@pytest.mark.parametrize("language", available_languages())
@pytest.mark.parametrize("name", NAMES)
def test_a_callee_hears_every_repetition_before_the_call_is_ended(name: str, language: str) -> None:
    attributes = compose(incident(name), language, "Asia/Shanghai", keys=True)
    order = CallRequest("contact", "+14155550132", attributes)
    silent = Call(order, Silent(answer_after=0).call_script, OURS, placed_at=0)
    silent.advance(1_000)
    assert silent.disconnect_reason is DisconnectReason.FLOW_HUNG_UP
    assert silent.ended_at is not None
    assert silent.ended_at <= Settings().max_call_seconds


@pytest.mark.parametrize("language", available_languages())
def test_a_callee_hears_a_grouped_message_twice_and_can_press_a_key_before_the_call_ends(
    language: str,
) -> None:
    alarm = replace(incident("alarm-alb-latency"), test=True)
    found = [replace(alarm, id=f"alarm-{number}") for number in range(100)]
    group = group_incidents(found[0], found, [language])
    message = compose_grouped(group.announced, language, more=len(group.deferred))["message"]
    assert 2 * (speech_seconds(message) + ANSWER_SECONDS) <= Settings().max_call_seconds
