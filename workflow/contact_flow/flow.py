"""The contact flow: what the callee hears, and what each key does.

    voice ─▶ tries left? ──no──────────────────────────▶ hang up
                 │  ▲                                       ▲
                 ▼  │ silence, *, wrong key                 │
             the message ──1──▶ store "acknowledged" ──▶ confirm
                        ──2──▶ store "declined" ──────▶ confirm

It is data in the flow language of Amazon Connect, made without the CDK, so that what is
deployed is also what the simulated Connect plays. One flow serves all languages: the
contact's attributes hold the voice and the texts (functions/oncall/messages/voice_message.py).

Sources are the pages of "Actions in the Amazon Connect Flow language" in the API
reference, one for each type of action. Nobody has run it in Connect yet.
"""

from __future__ import annotations

import json
from typing import Any

Action = dict[str, Any]
Flow = dict[str, Any]

FLOW_TYPE = "CONTACT_FLOW"
"""What AWS::Connect::ContactFlow calls a flow that StartOutboundVoiceContact can start."""
LANGUAGE_VERSION = "2019-10-30"

ANSWERS = {"1": "acknowledged", "2": "declined"}
"""What each key stores in the attribute `response`."""
REPEAT_KEY = "*"

TRIES = 3
"""How often the message is spoken in all: silence, * and wrong keys use them up alike."""
ANSWER_SECONDS = 10
"""Seconds of waiting for a key after the message. Whether Connect counts them from the end
of the speech, as everyone takes it, or from its beginning is not said: unverified."""
SECOND_THOUGHT_SECONDS = 3
"""Seconds of waiting for a better key after it was said that one is wrong."""
STORE_RETRIES = 2
"""How often storing an answer is tried again before the callee is asked again."""

DEFAULT_VOICE = "Joanna"
"""What Connect itself speaks with where no voice is set (UpdateContactTextToSpeechVoice)."""
PLAIN_ALERT = (
    "<speak><s>AWS on-call alert.</s><s>Its text cannot be spoken.</s>"
    "<s>Press 1 to acknowledge, 2 to pass it on, star to try again.</s></speak>"
)
"""Spoken where the message cannot be, in the one language every voice can say something of."""

SET_VOICE = "Set the voice"
SET_DEFAULT_VOICE = "Set the default voice"
TRY = "Is a try left"
ASK = "Speak the message"
ASK_PLAINLY = "Speak without the message"
ASK_ANOTHER_KEY = "Say that the key is wrong"
HANG_UP = "Hang up"


def contact_flow(tries: int = TRIES, answer_seconds: int = ANSWER_SECONDS) -> Flow:
    """Return the flow.

    Args:
        tries: how often the message is spoken, 1 to 100.
        answer_seconds: seconds of waiting for a key after it, 1 to 180.
    """
    return {
        "Version": LANGUAGE_VERSION,
        "StartAction": SET_VOICE,
        "Actions": [
            _voice(SET_VOICE, "$.Attributes.voice", then=TRY, on_error=SET_DEFAULT_VOICE),
            # An invalid voice ends all speech of a contact, says the page, until another is set.
            _voice(SET_DEFAULT_VOICE, DEFAULT_VOICE, then=TRY, on_error=TRY),
            _loop(TRY, tries, again=ASK, done=HANG_UP),
            _ask(ASK, "$.Attributes.message", answer_seconds, on_error=ASK_PLAINLY),
            # If not even this can be spoken, it is the voice that is at fault.
            _ask(ASK_PLAINLY, PLAIN_ALERT, answer_seconds, on_error=SET_DEFAULT_VOICE),
            # Asks too, for a key pressed during a mere message would be lost. Where nothing
            # is said, the message comes again, and that names the keys.
            _ask(
                ASK_ANOTHER_KEY,
                "$.Attributes.prompt_wrong_key",
                SECOND_THOUGHT_SECONDS,
                wrong_key=TRY,
                on_error=TRY,
            ),
            *_answer("acknowledged", "$.Attributes.prompt_confirmed"),
            *_answer("declined", "$.Attributes.prompt_declined"),
            _action(HANG_UP, "DisconnectParticipant"),
        ],
    }


def content(flow: Flow) -> str:
    """Return the flow as CloudFormation and the Connect API take it: one JSON text."""
    return json.dumps(flow, ensure_ascii=False, separators=(",", ":"))


def store(response: str) -> str:
    """Return the identifier of the action that stores a response."""
    return f"Store {response}"


def confirm(response: str) -> str:
    """Return the identifier of the action that tells the callee that it is stored."""
    return f"Confirm {response}"


def _answer(response: str, prompt: str) -> list[Action]:
    """Return the actions that take an answer: nothing is confirmed that is not stored."""
    again = f"Store {response} again"
    return [
        _action(
            store(response),
            "UpdateContactAttributes",
            {"Attributes": {"response": response}, "TargetContact": "Current"},
            then=confirm(response),
            errors={"NoMatchingError": again},
        ),
        # A callee who has pressed a key thinks it is done: what fails once is first tried
        # again without bothering them. Then the message is, and the flow goes on asking.
        _loop(again, STORE_RETRIES, again=store(response), done=TRY),
        _action(
            confirm(response),
            "MessageParticipant",
            {"SSML": prompt},
            then=HANG_UP,
            errors={"NoMatchingError": HANG_UP},
        ),
    ]


def _ask(
    identifier: str, ssml: str, seconds: int, *, on_error: str, wrong_key: str = ASK_ANOTHER_KEY
) -> Action:
    """Return an action that speaks and takes one key, during the speech or after it."""
    keys = {key: store(response) for key, response in ANSWERS.items()}
    return _action(
        identifier,
        "GetParticipantInput",
        {"SSML": ssml, "InputTimeLimitSeconds": str(seconds), "StoreInput": "False"},
        then=wrong_key,
        conditions={**keys, REPEAT_KEY: TRY},
        errors={
            "InputTimeLimitExceeded": TRY,
            "NoMatchingCondition": wrong_key,
            "NoMatchingError": on_error,
        },
    )


def _voice(identifier: str, voice: str, *, then: str, on_error: str) -> Action:
    """Return an action that sets the voice.

    The voice decides the language: the page has no parameter for it, and the language code
    that UpdateContactData sets is not for text to speech. A dynamic voice and the error
    branch are in the page's English edition only; translations, older, say that it must be
    static and has no errors. No engine is named, and which one Connect then takes is
    unverified; each of our voices has the standard one (Amazon Polly, "Available voices").
    """
    return _action(
        identifier,
        "UpdateContactTextToSpeechVoice",
        {"TextToSpeechVoice": voice},
        then=then,
        errors={"NoMatchingError": on_error},
    )


def _loop(identifier: str, count: int, *, again: str, done: str) -> Action:
    """Return an action that leads to `again` so many times, then once to `done`.

    Connect refuses it without a NextAction, though both its results have a branch (read in
    public reports of its API, not on the page: unverified).
    """
    return _action(
        identifier,
        "Loop",
        {"LoopCount": str(count)},
        then=done,
        conditions={"ContinueLooping": again, "DoneLooping": done},
    )


def _action(  # noqa: PLR0913 - the parts of an action, keyword-only where they are optional
    identifier: str,
    kind: str,
    parameters: dict[str, Any] | None = None,
    *,
    then: str | None = None,
    conditions: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Action:
    """Return an action; one without `then` ends the flow."""
    transitions: dict[str, Any] = {}
    if then is not None:
        transitions = {
            "NextAction": then,
            "Conditions": [
                {"NextAction": target, "Condition": {"Operator": "Equals", "Operands": [result]}}
                for result, target in (conditions or {}).items()
            ],
            "Errors": [
                {"NextAction": target, "ErrorType": error}
                for error, target in (errors or {}).items()
            ],
        }
    return {
        "Identifier": identifier,
        "Type": kind,
        "Parameters": parameters or {},
        "Transitions": transitions,
    }
