"""The contact flow: what a callee hears, and what each key does.

    voice ─▶ tries left? ──no──────────────────────────▶ hang up
                 │  ▲                                       ▲
                 ▼  │ silence, *, wrong key                 │
             the message ──1──▶ store "acknowledged" ──▶ confirm
                        ──2──▶ store "declined" ──────▶ confirm

To add a key that stores an answer, add it to ANSWERS, and its actions to contact_flow().

The flow is data in Amazon Connect's flow language and does not need the CDK, so the simulated
Connect plays what is deployed. One flow serves all languages: the contact attributes contain the
voice and the prompts (functions/oncall/messages/voice_message.py).

Source: "Actions in the Amazon Connect Flow language" in the API reference. Not yet tested in
Amazon Connect.
"""

import json

from workflow.contact_flow.action_types import NO_MATCH, VERSION
from workflow.contact_flow.actions import Action, Flow, action, ask, loop, say, set_voice

FLOW_TYPE = "CONTACT_FLOW"
"""The type of flow that StartOutboundVoiceContact can start, and that answers a number."""

ATTRIBUTES = ("voice", "language", "prompt_confirmed", "prompt_declined", "prompt_wrong_key")
"""Contact attributes of a call besides the message (functions/oncall/messages/voice_message.py)."""
ANSWERS = {"1": "acknowledged", "2": "declined"}
"""The value of the attribute `response` that each key stores."""
REPEAT_KEY = "*"

TRIES = 3
"""How many times the message is played. Silence, * and a wrong key each use one."""
ANSWER_SECONDS = 10
"""Seconds to wait for a key after the message. It is unverified whether Connect counts them from
the end of the speech, as assumed, or from its beginning."""
WRONG_KEY_SECONDS = 3
"""Seconds to wait for another key after the prompt about a wrong key."""
STORE_RETRIES = 2
"""How many times storing an answer is retried before the message is played again."""

DEFAULT_VOICE = "Joanna"
"""Connect's own default voice (UpdateContactTextToSpeechVoice)."""
FALLBACK_MESSAGE = (
    "<speak><s>AWS on-call alert.</s><s>Its text cannot be spoken.</s>"
    "<s>Press 1 to acknowledge, 2 to pass it on, star to try again.</s></speak>"
)
"""Played if the message cannot be; in English, which every voice can pronounce to some degree."""

SET_VOICE = "Set the voice"
SET_DEFAULT_VOICE = "Set the default voice"
TRY = "Check tries left"
ASK = "Play the message"
ASK_WITH_FALLBACK = "Play the fallback message"
ASK_AFTER_WRONG_KEY = "Play the wrong key prompt"
HANG_UP = "Hang up"


def contact_flow(tries: int = TRIES, answer_seconds: int = ANSWER_SECONDS) -> Flow:
    """Return the flow, which plays the message up to 100 times and then waits 1 to 180 seconds."""
    return {
        "Version": VERSION,
        "StartAction": SET_VOICE,
        "Actions": [
            set_voice(SET_VOICE, "$.Attributes.voice", then=TRY, on_error=SET_DEFAULT_VOICE),
            # API reference: after an invalid voice, nothing is spoken until another is set.
            set_voice(SET_DEFAULT_VOICE, DEFAULT_VOICE, then=TRY, on_error=TRY),
            loop(TRY, tries, again=ASK, done=HANG_UP),
            _ask(ASK, "$.Attributes.message", answer_seconds, on_error=ASK_WITH_FALLBACK),
            # If the fallback message fails too, the voice is the cause.
            _ask(ASK_WITH_FALLBACK, FALLBACK_MESSAGE, answer_seconds, on_error=SET_DEFAULT_VOICE),
            # This prompt accepts a key too: MessageParticipant would lose a key pressed during
            # the prompt. After silence, the message, which lists the keys, is played again.
            _ask(
                ASK_AFTER_WRONG_KEY,
                "$.Attributes.prompt_wrong_key",
                WRONG_KEY_SECONDS,
                wrong_key=TRY,
                on_error=TRY,
            ),
            *_answer("acknowledged", "$.Attributes.prompt_confirmed"),
            *_answer("declined", "$.Attributes.prompt_declined"),
            action(HANG_UP, "DisconnectParticipant"),
        ],
    }


def content(flow: Flow) -> str:
    """Return the flow as a JSON string, as CloudFormation and the Connect API expect it."""
    return json.dumps(flow, ensure_ascii=False, separators=(",", ":"))


def store_action(response: str) -> str:
    """Return the identifier of the action that stores a response."""
    return f"Store {response}"


def confirm_action(response: str) -> str:
    """Return the identifier of the action that confirms a stored response."""
    return f"Confirm {response}"


def _answer(response: str, prompt: str) -> list[Action]:
    """Return the actions that store an answer and, only if that succeeds, confirm it."""
    retry = f"Retry storing {response}"
    return [
        action(
            store_action(response),
            "UpdateContactAttributes",
            {"Attributes": {"response": response}, "TargetContact": "Current"},
            then=confirm_action(response),
            errors={NO_MATCH: retry},
        ),
        # The callee has pressed a key and expects to be done, so retry silently first. If that
        # fails too, play the message again.
        loop(retry, STORE_RETRIES, again=store_action(response), done=TRY),
        say(confirm_action(response), prompt, then=HANG_UP),
    ]


def _ask(
    identifier: str, ssml: str, seconds: int, *, on_error: str, wrong_key: str = ASK_AFTER_WRONG_KEY
) -> Action:
    """Return an action that plays SSML and accepts one key."""
    keys = {key: store_action(response) for key, response in ANSWERS.items()}
    return ask(
        identifier,
        ssml,
        seconds,
        {**keys, REPEAT_KEY: TRY},
        wrong_key=wrong_key,
        silence=TRY,
        on_error=on_error,
    )
