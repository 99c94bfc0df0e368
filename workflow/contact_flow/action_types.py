"""The action types of Amazon Connect's flow language that Callout knows.

Source, unless noted otherwise: "Actions in the Amazon Connect Flow language" in the API
reference. The language has more action types.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

VERSION = "2019-10-30"
MAX_ACTIONS = 250
MAX_CHARACTERS = 256_000
"""Limit of the flow's JSON string: AWS::Connect::ContactFlow, Content."""
MAX_IDENTIFIER_LENGTH = 50
FORBIDDEN_IN_IDENTIFIERS = re.compile(r"[%:(\\/)=$,;\[\]{}]")
FORBIDDEN_IDENTIFIERS = re.compile(
    "__proto__|constructor|__define[GS]etter__|toString|hasOwnProperty|isPrototypeOf"
    "|propertyIsEnumerable|toLocaleString|valueOf"
)

CONTINUE_LOOPING, DONE_LOOPING = "ContinueLooping", "DoneLooping"
NO_MATCH, NO_CONDITION = "NoMatchingError", "NoMatchingCondition"
TIMED_OUT = "InputTimeLimitExceeded"
CALL_FAILED, NOT_CONNECTED = "CallFailed", "ConnectionTimeLimitExceeded"

REFERENCE = re.compile(r"\$\.([A-Za-z]\w*(?:\.[\w-]+)*)")
"""A reference, such as `$.Attributes.message`; the group is the part after `$.`."""


class Dynamic(Enum):
    """Where a value may contain a reference."""

    NOWHERE = "must be static"
    WHOLE = "must be static or a single reference"
    ANYWHERE = "may contain references"


@dataclass(frozen=True)
class Parameter:
    """One parameter of an action."""

    values: re.Pattern[str] = re.compile(r"(?s).*\S.*")  # that a static value must fully match
    meaning: str = "text"  # of that pattern
    dynamic: Dynamic = Dynamic.NOWHERE
    required: bool = True


@dataclass(frozen=True)
class ActionType:
    """The parameters and branches of a type of action."""

    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    attributes: str | None = None  # the parameter that is an object of attributes to set, if any
    maps: tuple[str, ...] = ()  # optional parameters that are objects of values
    objects: tuple[str, ...] = ()  # optional parameters that are objects, not checked further
    prompts: tuple[str, ...] = ()  # parameters of which exactly one is required
    # Errors that need a branch. Connect accepts some of these types without it, but does not
    # document how an error then ends the call.
    errors: tuple[str, ...] = ()
    other_errors: tuple[str, ...] = ()  # errors that may have a branch
    # that the operand of a condition must fully match; None: no conditions
    results: re.Pattern[str] | None = None
    needed_results: tuple[str, ...] = ()  # operands that need a condition
    ends: bool = False  # whether the action ends the flow


_PROMPTS = {
    "Text": Parameter(dynamic=Dynamic.ANYWHERE, required=False),
    "SSML": Parameter(dynamic=Dynamic.ANYWHERE, required=False),
    "PromptId": Parameter(dynamic=Dynamic.WHOLE, required=False),
}

ACTION_TYPES: Mapping[str, ActionType] = {
    "UpdateContactTextToSpeechVoice": ActionType(
        parameters={
            "TextToSpeechVoice": Parameter(dynamic=Dynamic.WHOLE),
            "TextToSpeechEngine": Parameter(dynamic=Dynamic.WHOLE, required=False),
            "TextToSpeechStyle": Parameter(dynamic=Dynamic.WHOLE, required=False),
        },
        errors=(NO_MATCH,),
    ),
    "MessageParticipant": ActionType(
        parameters=_PROMPTS, prompts=tuple(_PROMPTS), errors=(NO_MATCH,)
    ),
    # The variant that reads one key; StoreInput "True" makes it STORED_INPUT.
    "GetParticipantInput": ActionType(
        parameters={
            **_PROMPTS,
            # The API reference requires an integer above 0; the console accepts at most 180.
            "InputTimeLimitSeconds": Parameter(
                re.compile(r"[1-9]|[1-9]\d|1[0-7]\d|180"), "1 to 180 seconds"
            ),
            "StoreInput": Parameter(re.compile("False"), '"False" or "True"', required=False),
        },
        prompts=tuple(_PROMPTS),
        errors=(TIMED_OUT, NO_CONDITION, NO_MATCH),
        results=re.compile(r"[0-9*#]"),
    ),
    "UpdateContactAttributes": ActionType(
        parameters={
            "TargetContact": Parameter(
                re.compile("Current|Related"), "Current, Related", required=False
            )
        },
        attributes="Attributes",
        errors=(NO_MATCH,),
    ),
    "Loop": ActionType(
        parameters={
            "LoopCount": Parameter(re.compile(r"\d|[1-9]\d|100"), "0 to 100", Dynamic.WHOLE)
        },
        other_errors=(NO_MATCH,),
        results=re.compile(f"{CONTINUE_LOOPING}|{DONE_LOOPING}"),
        needed_results=(CONTINUE_LOOPING, DONE_LOOPING),
    ),
    "InvokeLambdaFunction": ActionType(
        parameters={
            "LambdaFunctionARN": Parameter(dynamic=Dynamic.WHOLE),
            "InvocationTimeLimitSeconds": Parameter(re.compile("[1-8]"), "1 to 8 seconds"),
            "InvocationType": Parameter(
                re.compile("SYNCHRONOUS|ASYNCHRONOUS"), "SYNCHRONOUS, ASYNCHRONOUS", required=False
            ),
        },
        maps=("LambdaInvocationAttributes",),
        objects=("ResponseValidation",),
        errors=(NO_MATCH,),
    ),
    # The language has more operators than Equals; the validator accepts only that.
    "Compare": ActionType(
        parameters={
            "ComparisonValue": Parameter(re.compile("(?!)"), "a single reference", Dynamic.WHOLE)
        },
        errors=(NO_CONDITION,),
        results=re.compile(r"(?s).+"),
    ),
    # With ContinueFlowExecution "True"; "False" makes it FINAL_TRANSFER.
    "TransferParticipantToThirdParty": ActionType(
        parameters={
            "ThirdPartyPhoneNumber": Parameter(
                re.compile(r"\+[1-9]\d{6,14}"), "an E.164 number", Dynamic.WHOLE
            ),
            # The current API reference has ...TimeoutSeconds; exported flows have this name.
            "ThirdPartyConnectionTimeLimitSeconds": Parameter(
                re.compile(r"\d|[1-9]\d|[1-5]\d\d|600"), "0 to 600 seconds", Dynamic.WHOLE
            ),
            "ContinueFlowExecution": Parameter(re.compile("True|False"), '"True" or "False"'),
            "ThirdPartyDTMFDigits": Parameter(
                re.compile(r"[0-9,*#]{1,50}"), "up to 50 keys", Dynamic.WHOLE, required=False
            ),
        },
        maps=("CallerId",),
        errors=(NO_MATCH, CALL_FAILED, NOT_CONNECTED),
    ),
    "DisconnectParticipant": ActionType(ends=True),
}
#: TransferParticipantToThirdParty with ContinueFlowExecution "False": the flow ends with it.
FINAL_TRANSFER = replace(
    ACTION_TYPES["TransferParticipantToThirdParty"],
    errors=(NO_MATCH,),
    other_errors=(CALL_FAILED, NOT_CONNECTED),
)
#: GetParticipantInput with StoreInput "True": it reads several keys into the system attribute
#: StoredCustomerInput and has no results.
STORED_INPUT = replace(
    ACTION_TYPES["GetParticipantInput"],
    parameters={
        **ACTION_TYPES["GetParticipantInput"].parameters,
        "StoreInput": Parameter(re.compile("True"), '"False" or "True"'),
    },
    objects=("InputValidation", "InputEncryption", "DTMFConfiguration"),
    errors=(NO_MATCH,),
    other_errors=(TIMED_OUT, NO_CONDITION, "InvalidPhoneNumber"),
    results=None,
)


def type_of(action: Mapping[str, Any]) -> ActionType | None:
    """Return the type of an action; None if Callout does not know it."""
    match action["Type"], action.get("Parameters", {}):
        case "GetParticipantInput", {"StoreInput": "True"}:
            return STORED_INPUT
        case "TransferParticipantToThirdParty", {"ContinueFlowExecution": "False"}:
            return FINAL_TRANSFER
    return ACTION_TYPES.get(action["Type"])


def error_branch(action: Mapping[str, Any], error: str) -> str | None:
    """Return the identifier of the next action after an error; None without a branch."""
    branches = action["Transitions"].get("Errors", [])
    return next((branch["NextAction"] for branch in branches if branch["ErrorType"] == error), None)


def result_branch(action: Mapping[str, Any], result: str) -> str | None:
    """Return the identifier of the next action after a result; None without a branch."""
    branches = action["Transitions"].get("Conditions", [])
    return next(
        (branch["NextAction"] for branch in branches if result in branch["Condition"]["Operands"]),
        None,
    )


def targets(action: Mapping[str, Any]) -> Iterator[str]:
    """Yield the identifier of every action that can follow, on any result or error.

    The NextAction of a Loop is left out: both its results have a branch, so it is never used.
    """
    transitions = action.get("Transitions", {})
    if "NextAction" in transitions and action["Type"] != "Loop":
        yield transitions["NextAction"]
    for branch in (*transitions.get("Conditions", []), *transitions.get("Errors", [])):
        yield branch["NextAction"]
