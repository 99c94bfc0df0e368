"""The inbound contact flow: what a person hears who calls the number back, and what each key does.

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

KEPT_RESULTS = (
    "next",
    "message",
    "pin",
    "incidents",
    "prompt_wrong_key",
    "prompt_pin",
    "prompt_declined",
    "prompt_failed",
)
"""Results of the lookup that become contact attributes."""
LOOKUP_SECONDS = 8
"""Connect's longest time limit of a function; it retries a failed one within it (Amazon Connect
administrator guide, "Invoke AWS Lambda functions")."""
PIN_SECONDS = 15
CONNECT_SECONDS = 45
"""How long the phone of the person on call rings for an unknown caller."""

GREETING = "<speak><s>AWS on-call.</s><s>One moment, please.</s></speak>"
"""Played during the lookup, before the caller's language is known."""
LOOKUP_FAILED = (
    "<speak><s>Callout is not available at the moment.</s><s>If a page is running, it continues."
    "</s><s>Goodbye.</s></speak>"
)

GREET = "Greet"
LOOK_UP = "Look up the caller"
KEEP = "Store the result"
SET_VOICE = "Set the voice"
SET_DEFAULT_VOICE = "Set the default voice"
BRANCH = "Choose what to play"
SAY = "Play the closing message"
TRY = "Check tries left"
ASK = "Play the message"
ASK_AFTER_WRONG_KEY = "Play the wrong key prompt"
NEEDS_PIN = "Check whether a PIN is needed"
TRY_PIN = "Check PIN tries left"
ASK_PIN = "Ask for the PIN"
ACKNOWLEDGE = "Send acknowledged"
ACKNOWLEDGE_WITH_PIN = "Send acknowledged with the PIN"
CHECK_RESULT = "Check the PIN result"
WRONG_PIN = "Play the wrong PIN prompt"
CONFIRM = "Confirm acknowledged"
DECLINE = "Send declined"
CONFIRM_DECLINED = "Confirm declined"
FAILED = "Play the failure prompt"
UNAVAILABLE = "Play that the lookup failed"
TRY_OFFER = "Check offers left"
OFFER = "Offer the connection"
TRANSFER = "Connect the person on call"
HANG_UP = "Hang up"


def callback_flow(function_arn: str, *, connect_unknown: bool) -> Flow:
    """Return the flow.

    Args:
        function_arn: of answer_callback.
        connect_unknown: whether an unknown caller can reach the person on call.
    """
    branches = {"ask": TRY, **({"connect": TRY_OFFER} if connect_unknown else {})}
    kept = {name: f"$.External.{name}" for name in KEPT_RESULTS}
    return {
        "Version": VERSION,
        "StartAction": GREET,
        "Actions": [
            say(GREET, GREETING, then=LOOK_UP),
            _invoke(LOOK_UP, function_arn, {"step": "look_up"}, then=KEEP, on_error=UNAVAILABLE),
            action(
                KEEP,
                "UpdateContactAttributes",
                {"Attributes": kept, "TargetContact": "Current"},
                then=SET_VOICE,
                errors={NO_MATCH: UNAVAILABLE},
            ),
            set_voice(SET_VOICE, "$.External.voice", then=BRANCH, on_error=SET_DEFAULT_VOICE),
            set_voice(SET_DEFAULT_VOICE, DEFAULT_VOICE, then=BRANCH, on_error=BRANCH),
            _compare(BRANCH, "$.Attributes.next", branches, otherwise=SAY),
            say(SAY, "$.Attributes.message", then=HANG_UP),
            *_announcement(),
            *_acknowledgement(function_arn),
            # Key 2 changes nothing, so a failed record of it does not matter to the caller.
            _invoke(
                DECLINE,
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


def _announcement() -> list[Action]:
    """Return the actions that announce the open incidents and ask for a key."""
    keys = {"1": NEEDS_PIN, "2": DECLINE, REPEAT_KEY: TRY}
    after = ASK_AFTER_WRONG_KEY
    return [
        loop(TRY, TRIES, again=ASK, done=FAILED),
        ask(
            ASK,
            "$.Attributes.message",
            ANSWER_SECONDS,
            keys,
            wrong_key=after,
            silence=TRY,
            on_error=FAILED,
        ),
        ask(
            after,
            "$.Attributes.prompt_wrong_key",
            WRONG_KEY_SECONDS,
            keys,
            wrong_key=TRY,
            silence=TRY,
            on_error=TRY,
        ),
    ]


def _acknowledgement(function_arn: str) -> list[Action]:
    """Return the actions of key 1."""
    answer = {
        "step": "answer",
        "answer": ANSWERS["1"],
        "incidents": "$.Attributes.incidents",
    }
    with_pin = {**answer, "pin": "$.StoredCustomerInput"}
    return [
        _compare(NEEDS_PIN, "$.Attributes.pin", {"yes": TRY_PIN}, otherwise=ACKNOWLEDGE),
        _invoke(ACKNOWLEDGE, function_arn, answer, then=CONFIRM, on_error=FAILED),
        loop(TRY_PIN, TRIES, again=ASK_PIN, done=FAILED),
        # Exported flows have exactly one error here. Without a key, the input is "Timeout", which
        # is no PIN (Amazon Connect administrator guide, "Store customer input").
        action(
            ASK_PIN,
            "GetParticipantInput",
            {
                "SSML": "$.Attributes.prompt_pin",
                "InputTimeLimitSeconds": str(PIN_SECONDS),
                "StoreInput": "True",
                "InputValidation": {"CustomValidation": {"MaximumLength": str(MAX_LENGTH)}},
            },
            then=ACKNOWLEDGE_WITH_PIN,
            errors={NO_MATCH: TRY_PIN},
        ),
        _invoke(ACKNOWLEDGE_WITH_PIN, function_arn, with_pin, then=CHECK_RESULT, on_error=FAILED),
        _compare(CHECK_RESULT, "$.External.result", {"wrong_pin": WRONG_PIN}, otherwise=CONFIRM),
        say(WRONG_PIN, "$.External.message", then=TRY_PIN),
        say(CONFIRM, "$.External.message", then=HANG_UP),
    ]


def _connection() -> list[Action]:
    """Return the actions that connect an unknown caller to the person on call, after key 1.

    The number is at `$.External`: no function was invoked since the lookup. The caller id is the
    number that was called: carriers may block a call with that of the caller, and it may be hidden.
    """
    return [
        loop(TRY_OFFER, TRIES, again=OFFER, done=HANG_UP),
        ask(
            OFFER,
            "$.Attributes.message",
            ANSWER_SECONDS,
            {"1": TRANSFER},
            wrong_key=TRY_OFFER,
            silence=TRY_OFFER,
            on_error=FAILED,
        ),
        action(
            TRANSFER,
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
    return action(
        identifier,
        "InvokeLambdaFunction",
        {
            "LambdaFunctionARN": function_arn,
            "InvocationTimeLimitSeconds": str(LOOKUP_SECONDS),
            "InvocationType": "SYNCHRONOUS",
            "LambdaInvocationAttributes": attributes,
            "ResponseValidation": {"ResponseType": "STRING_MAP"},
        },
        then=then,
        errors={NO_MATCH: on_error},
    )


def _compare(
    identifier: str, reference: str, branches: dict[str, str], *, otherwise: str
) -> Action:
    """Return an action that branches by a value."""
    return action(
        identifier,
        "Compare",
        {"ComparisonValue": reference},
        then=otherwise,
        conditions=branches,
        errors={NO_CONDITION: otherwise},
    )
