"""The part of Amazon Connect's flow language that a call such as ours is written in.

Source, unless said otherwise: "Actions in the Amazon Connect Flow language" in the API
reference, and its page for each type of action. Types that are not here may well exist.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VERSION = "2019-10-30"
MOST_ACTIONS = 250
MOST_CHARACTERS = 256_000
"""Of a flow's JSON text: AWS::Connect::ContactFlow, Content."""
LONGEST_IDENTIFIER = 50
FORBIDDEN_IN_IDENTIFIERS = re.compile(r"[%:(\\/)=$,;\[\]{}]")
FORBIDDEN_IDENTIFIERS = frozenset(
    {
        "__proto__",
        "constructor",
        "__defineGetter__",
        "__defineSetter__",
        "toString",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "valueOf",
    }
)

CONTINUE_LOOPING, DONE_LOOPING = "ContinueLooping", "DoneLooping"
NO_MATCH, NO_CONDITION, TIMED_OUT = (
    "NoMatchingError",
    "NoMatchingCondition",
    "InputTimeLimitExceeded",
)

REFERENCE = re.compile(r"\$\.([A-Za-z]\w*(?:\.[\w-]+)*)")
"""A dynamic value, such as `$.Attributes.message`; the group is what follows `$.`."""


class Dynamic(Enum):
    """Where in a value a reference may stand."""

    NOWHERE = "must be static"
    WHOLE = "must be static or one reference, not a mixture"
    ANYWHERE = "may be mixed"


@dataclass(frozen=True)
class Parameter:
    """One parameter of an action.

    Attributes:
        values: what a static value must match as a whole.
        meaning: what that is, in words.
        dynamic: where in it a reference may stand.
        required: whether the action cannot do without it.
    """

    values: re.Pattern[str] = re.compile(r"(?s).*\S.*")
    meaning: str = "text"
    dynamic: Dynamic = Dynamic.NOWHERE
    required: bool = True


@dataclass(frozen=True)
class ActionType:
    """What a type of action takes and where it may lead.

    Attributes:
        parameters: by name.
        attributes: the parameter that is an object of attributes to set, if there is one.
        prompts: the parameters of which it needs exactly one.
        errors: the errors that need a branch. Connect itself accepts some of these types
            without; then an error would end the call in a way nobody describes.
        other_errors: errors that may have one.
        results: what the operand of a condition must match as a whole; None takes none.
        needed_results: the operands that need a condition.
        ends: whether the flow ends with it.
    """

    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    attributes: str | None = None
    prompts: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    other_errors: tuple[str, ...] = ()
    results: re.Pattern[str] | None = None
    needed_results: tuple[str, ...] = ()
    ends: bool = False


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
    # Only the form that reads one key: with StoreInput "True" it is almost another action.
    "GetParticipantInput": ActionType(
        parameters={
            **_PROMPTS,
            # The page wants an integer above 0; the console does not take more than 180.
            "InputTimeLimitSeconds": Parameter(
                re.compile(r"[1-9]|[1-9]\d|1[0-7]\d|180"), "1 to 180 seconds"
            ),
            "StoreInput": Parameter(re.compile("False"), '"False"'),
        },
        prompts=tuple(_PROMPTS),
        errors=(TIMED_OUT, NO_CONDITION, NO_MATCH),
        results=re.compile(r"[0-9*#]"),
    ),
    "UpdateContactAttributes": ActionType(
        parameters={"TargetContact": Parameter(re.compile("Current|Related"), "Current, Related")},
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
    "DisconnectParticipant": ActionType(ends=True),
}


def error_branch(action: Mapping[str, Any], error: str) -> str | None:
    """Return the identifier of the action that follows on an error; None if none does."""
    branches = action["Transitions"].get("Errors", [])
    return next((one["NextAction"] for one in branches if one["ErrorType"] == error), None)


def result_branch(action: Mapping[str, Any], result: str) -> str | None:
    """Return the identifier of the action that follows on a result; None if none does."""
    branches = action["Transitions"].get("Conditions", [])
    return next(
        (one["NextAction"] for one in branches if result in one["Condition"]["Operands"]), None
    )


def targets(action: Mapping[str, Any]) -> Iterator[str]:
    """Yield the identifier of every action that may follow, each result's and error's.

    A loop's NextAction is left out: its two results both have a branch, so it is not taken.
    """
    transitions = action["Transitions"]
    if "NextAction" in transitions and action["Type"] != "Loop":
        yield transitions["NextAction"]
    for branch in (*transitions.get("Conditions", []), *transitions.get("Errors", [])):
        yield branch["NextAction"]
