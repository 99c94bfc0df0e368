"""The inbound contact flow: what a person who calls the number back hears, and what each key does.

    greet ─▶ look up the caller ─▶ store the result ─▶ voice ─▶ what next?
                                                        say ─────────┤──▶ the message ─▶ hang up
                                                        connect ─────┤──▶ offer ──1──▶ transfer
                                                        ask ─────────┘
    tries left? ─▶ the message ──1──▶ PIN needed? ─▶ ask for it ─▶ answer ─▶ wrong PIN? ─▶ confirm
                               ──2──▶ answer ─▶ confirm

functions/answer_callback.py looks up and answers, and lists its results. They are at `$.External`
until the next invocation, so those that are needed later become contact attributes. The number of
the person on call and the PIN do not, because contact records keep attributes.

Source: "Actions in the Amazon Connect Flow language" in the API reference. Not yet tested in
Amazon Connect.
"""

from oncall.pin import MAX_LENGTH
from workflow.contact_flow.action_types import (
    CALL_FAILED,
    NO_CONDITION,
    NO_MATCH,
    NOT_CONNECTED,
    VERSION,
)
from workflow.contact_flow.actions import Action, Flow, action, ask, loop, say, set_voice
from workflow.contact_flow.flow import (
    ANSWER_SECONDS,
    ANSWERS,
    DEFAULT_VOICE,
    REPEAT_KEY,
    TRIES,
    WRONG_KEY_SECONDS,
)

PROMPTS = ("prompt_wrong_key", "prompt_pin", "prompt_declined", "prompt_failed")
KEPT_RESULTS = ("next", "message", "pin", "incidents", *PROMPTS)
"""Results of the lookup that become contact attributes."""
LOOKUP_SECONDS = 8
"""Connect's longest time limit for a function, including retries after a failure (Amazon Connect
administrator guide, "Invoke AWS Lambda functions")."""
PIN_SECONDS, CONNECT_SECONDS = 15, 45

GREETING = "<speak><s>AWS on-call.</s> <s>One moment, please.</s></speak>"
"""Played during the lookup, before the caller's language is known."""
LOOKUP_FAILED = (
    "<speak><s>Callout is not available at the moment.</s> <s>Any page in progress continues.</s>"
    " <s>Goodbye.</s></speak>"
)

KEEP = "Store the result"
BRANCH = "Choose what to play"
TRY = "Check tries left"
ASK_AFTER_WRONG_KEY = "Play the wrong key prompt"
TRY_PIN = "Check PIN tries left"
CONFIRM = "Confirm acknowledged"
CONFIRM_DECLINED = "Confirm declined"
FAILED = "Play the failure prompt"
UNAVAILABLE = "Play that the lookup failed"
TRY_OFFER = "Check offers left"
HANG_UP = "Hang up"


def callback_flow(function_arn: str, *, connect_unknown: bool) -> Flow:
    """Return the flow.

    Args:
        function_arn: ARN of answer_callback.
        connect_unknown: whether an unknown caller can reach the person on call.
    """
    return {
        "Version": VERSION,
        "StartAction": "Greet",
        "Actions": [
            *_lookup(function_arn, {"connect": TRY_OFFER} if connect_unknown else {}),
            *_announcement(),
            *_acknowledgement(function_arn),
            # Key 2 changes nothing, so a failed record of it does not matter to the caller.
            _invoke(
                "Send declined",
                function_arn,
                {"step": "answer", "answer": ANSWERS["2"]},
                then=CONFIRM_DECLINED,
                on_error=CONFIRM_DECLINED,
            ),
            say(CONFIRM_DECLINED, "$.Attributes.prompt_declined", then=HANG_UP),
            say(FAILED, "$.Attributes.prompt_failed", then=HANG_UP),
            say(UNAVAILABLE, LOOKUP_FAILED, then=HANG_UP),
            *(_connection() if connect_unknown else []),
            action(HANG_UP, "DisconnectParticipant"),
        ],
    }


def _lookup(function_arn: str, branches: dict[str, str]) -> list[Action]:
    """Return the actions until it is known what to play."""
    look_up, voice, default_voice = "Look up the caller", "Set the voice", "Set the default voice"
    kept = {name: f"$.External.{name}" for name in KEPT_RESULTS}
    return [
        say("Greet", GREETING, then=look_up),
        _invoke(look_up, function_arn, {"step": "look_up"}, then=KEEP, on_error=UNAVAILABLE),
        action(
            KEEP,
            "UpdateContactAttributes",
            {"Attributes": kept, "TargetContact": "Current"},
            then=voice,
            errors={NO_MATCH: UNAVAILABLE},
        ),
        set_voice(voice, "$.External.voice", then=BRANCH, on_error=default_voice),
        set_voice(default_voice, DEFAULT_VOICE, then=BRANCH, on_error=BRANCH),
        _compare(BRANCH, "$.Attributes.next", {"ask": TRY, **branches}, "Play the closing message"),
        say("Play the closing message", "$.Attributes.message", then=HANG_UP),
    ]


def _announcement() -> list[Action]:
    """Return the actions that announce the incidents and ask for a key."""
    first, after = "Play the message", ASK_AFTER_WRONG_KEY
    keys = {"1": "Check whether a PIN is needed", "2": "Send declined", REPEAT_KEY: TRY}
    message, wrong_key = "$.Attributes.message", "$.Attributes.prompt_wrong_key"
    return [
        loop(TRY, TRIES, again=first, done=FAILED),
        ask(first, message, ANSWER_SECONDS, keys, wrong_key=after, silence=TRY, on_error=FAILED),
        ask(after, wrong_key, WRONG_KEY_SECONDS, keys, wrong_key=TRY, silence=TRY, on_error=TRY),
    ]


def _acknowledgement(function_arn: str) -> list[Action]:
    """Return the actions of key 1."""
    ask_pin, send, send_pin = "Ask for the PIN", "Send acknowledged", "Send the PIN"
    check, wrong = "Check the PIN result", "Play the wrong PIN prompt"
    answer = {"step": "answer", "answer": ANSWERS["1"], "incidents": "$.Attributes.incidents"}
    with_pin = {**answer, "pin": "$.StoredCustomerInput"}
    return [
        _compare("Check whether a PIN is needed", "$.Attributes.pin", {"yes": TRY_PIN}, send),
        _invoke(send, function_arn, answer, then=CONFIRM, on_error=FAILED),
        loop(TRY_PIN, TRIES, again=ask_pin, done=FAILED),
        # Exported flows have exactly one error here. Without a key, the input is "Timeout", which
        # is no PIN (Amazon Connect administrator guide, "Store customer input").
        action(
            ask_pin,
            "GetParticipantInput",
            {
                "SSML": "$.Attributes.prompt_pin",
                "InputTimeLimitSeconds": str(PIN_SECONDS),
                "StoreInput": "True",
                "InputValidation": {"CustomValidation": {"MaximumLength": str(MAX_LENGTH)}},
            },
            then=send_pin,
            errors={NO_MATCH: TRY_PIN},
        ),
        _invoke(send_pin, function_arn, with_pin, then=check, on_error=FAILED),
        _compare(check, "$.External.result", {"wrong_pin": wrong}, CONFIRM),
        say(wrong, "$.External.message", then=TRY_PIN),
        say(CONFIRM, "$.External.message", then=HANG_UP),
    ]


def _connection() -> list[Action]:
    """Return the actions that connect an unknown caller to the person on call, after key 1.

    The number is at `$.External`: no function was invoked since the lookup. The caller ID is the
    number that was called: carriers may block calls that show the caller's, and it may be hidden.
    """
    offer, transfer = "Offer the connection", "Connect the person on call"
    return [
        loop(TRY_OFFER, TRIES, again=offer, done=HANG_UP),
        ask(
            offer,
            "$.Attributes.message",
            ANSWER_SECONDS,
            {"1": transfer},
            wrong_key=TRY_OFFER,
            silence=TRY_OFFER,
            on_error=FAILED,
        ),
        action(
            transfer,
            "TransferParticipantToThirdParty",
            {
                "ThirdPartyPhoneNumber": "$.External.number",
                "ThirdPartyConnectionTimeLimitSeconds": str(CONNECT_SECONDS),
                "ContinueFlowExecution": "True",
                "CallerId": {"Number": "$.SystemEndpoint.Address"},
            },
            then=HANG_UP,
            errors=dict.fromkeys((NO_MATCH, CALL_FAILED, NOT_CONNECTED), FAILED),
        ),
    ]


def _invoke(
    identifier: str, function_arn: str, attributes: dict[str, str], *, then: str, on_error: str
) -> Action:
    """Return an action that invokes the function, which returns an object of strings."""
    parameters = {
        "LambdaFunctionARN": function_arn,
        "InvocationTimeLimitSeconds": str(LOOKUP_SECONDS),
        "InvocationType": "SYNCHRONOUS",
        "LambdaInvocationAttributes": attributes,
        "ResponseValidation": {"ResponseType": "STRING_MAP"},
    }
    errors = {NO_MATCH: on_error}
    return action(identifier, "InvokeLambdaFunction", parameters, then=then, errors=errors)


def _compare(identifier: str, value: str, branches: dict[str, str], otherwise: str) -> Action:
    """Return an action that branches by a value, a reference."""
    errors, parameters = {NO_CONDITION: otherwise}, {"ComparisonValue": value}
    return action(
        identifier, "Compare", parameters, then=otherwise, conditions=branches, errors=errors
    )
