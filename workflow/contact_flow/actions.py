"""Constructors of a contact flow's actions, in Amazon Connect's flow language.

Source: "Actions in the Amazon Connect Flow language" in the API reference.
"""

from typing import Any

from workflow.contact_flow.action_types import (
    CONTINUE_LOOPING,
    DONE_LOOPING,
    NO_CONDITION,
    NO_MATCH,
    TIMED_OUT,
)

Action = dict[str, Any]
Flow = dict[str, Any]


def set_voice(identifier: str, voice: str, *, then: str, on_error: str) -> Action:
    """Return an action that sets the voice.

    The voice determines the language: the action has no parameter for it, and the language code
    of UpdateContactData does not apply to text to speech. Only the English API reference
    allows a dynamic voice and an error branch; the older translations require a static voice
    and have no errors. No engine is set, and it is unverified which one Connect then uses; all
    our voices support the standard one (Amazon Polly, "Available voices").
    """
    return action(
        identifier,
        "UpdateContactTextToSpeechVoice",
        {"TextToSpeechVoice": voice},
        then=then,
        errors={NO_MATCH: on_error},
    )


def say(identifier: str, ssml: str, *, then: str, on_error: str | None = None) -> Action:
    """Return an action that plays SSML; without `on_error`, an error continues with `then`."""
    errors = {NO_MATCH: on_error or then}
    return action(identifier, "MessageParticipant", {"SSML": ssml}, then=then, errors=errors)


def ask(  # noqa: PLR0913 - keyword-only
    identifier: str,
    ssml: str,
    seconds: int,
    keys: dict[str, str],
    *,
    wrong_key: str,
    silence: str,
    on_error: str,
) -> Action:
    """Return an action that plays SSML and accepts one key, during or after it."""
    return action(
        identifier,
        "GetParticipantInput",
        {"SSML": ssml, "InputTimeLimitSeconds": str(seconds), "StoreInput": "False"},
        then=wrong_key,
        conditions=keys,
        errors={TIMED_OUT: silence, NO_CONDITION: wrong_key, NO_MATCH: on_error},
    )


def loop(identifier: str, count: int, *, again: str, done: str) -> Action:
    """Return an action that continues with `again` `count` times, then once with `done`.

    Connect refuses it without a NextAction, although both results have a branch (according to
    public reports, not the API reference: unverified).
    """
    return action(
        identifier,
        "Loop",
        {"LoopCount": str(count)},
        then=done,
        conditions={CONTINUE_LOOPING: again, DONE_LOOPING: done},
    )


def action(  # noqa: PLR0913 - optional ones are keyword-only
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
