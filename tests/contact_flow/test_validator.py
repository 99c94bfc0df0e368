"""Every mistake that can be made in a flow is found, and named at its action."""

import json
from typing import Any

import pytest

from tests.contact_flow.broken_flows import (
    Break,
    added,
    leading,
    named,
    on_result,
    parameters,
    renamed,
    transitions,
    twice,
    without,
    without_branch,
)
from workflow.contact_flow.flow import contact_flow, content
from workflow.contact_flow.validator import complaints

TRY, ASK, HANG_UP = "Is a try left", "Speak the message", "Hang up"
STORE, CONFIRM = "Store acknowledged", "Confirm acknowledged"

MISTAKES: list[tuple[Break, str]] = [
    (lambda flow: flow.update(Version="2020-01-01"), "flow: Version must be '2019-10-30'"),
    (lambda flow: flow.pop("StartAction"), "flow: StartAction must name the first action"),
    (lambda flow: flow.update(StartAction="Start"), "flow: StartAction names 'Start', which is"),
    (lambda flow: flow.update(Name="Ours"), "flow: unknown Name"),
    (lambda flow: flow.update(Actions={}), "flow: must be an object with a list of Actions"),
    (lambda flow: flow["Actions"].extend([{}] * 250), "flow: 263 actions; Connect takes 250"),
    (lambda flow: flow["Actions"].append([]), "action 13: must be an object with an Identifier"),
    (renamed(ASK, 7), "action 3: must be an object with an Identifier"),
    (renamed(ASK, TRY), f"{TRY}: the Identifier of 2 actions"),
    (renamed(ASK, "x" * 51), f"{'x' * 50}: an Identifier has 1 to 50 characters, not 51"),
    (renamed(ASK, "Ask: again"), "Ask: again: an Identifier may not contain :"),
    (renamed(ASK, "toString"), "toString: this Identifier is reserved"),
    (lambda flow: named(flow, ASK).update(Kind=1), f"{ASK}: unknown Kind"),
    (lambda flow: named(flow, ASK).update(Type="Ask"), f"{ASK}: its Type 'Ask' is not known here"),
    (lambda flow: named(flow, ASK).update(Parameters=[]), f"{ASK}: Parameters must be an object"),
    (lambda flow: named(flow, ASK).update(Transitions=0), f"{ASK}: Transitions must be an object"),
    # parameters
    (without(ASK, "Parameters", "SSML"), f"{ASK}: it needs exactly one of Text, SSML, PromptId"),
    (parameters(ASK, Text="Hello"), f"{ASK}: it needs exactly one of Text, SSML, PromptId"),
    (parameters(CONFIRM, SSML=""), f"{CONFIRM}: SSML must be text, not ''"),
    (parameters(ASK, Volume="11"), f"{ASK}: it has no parameter Volume"),
    (
        without(ASK, "Parameters", "InputTimeLimitSeconds"),
        f"{ASK}: the parameter InputTimeLimitSeconds is missing",
    ),
    (
        parameters(ASK, InputTimeLimitSeconds="0"),
        f"{ASK}: InputTimeLimitSeconds must be 1 to 180 seconds, not '0'",
    ),
    (
        parameters(ASK, InputTimeLimitSeconds="181"),
        f"{ASK}: InputTimeLimitSeconds must be 1 to 180 seconds, not '181'",
    ),
    (parameters(ASK, StoreInput=False), f"{ASK}: StoreInput must be a text, not False"),
    (parameters(ASK, StoreInput="True"), f"{ASK}: StoreInput must be \"False\", not 'True'"),
    (parameters(TRY, LoopCount="101"), f"{TRY}: LoopCount must be 0 to 100, not '101'"),
    (without(STORE, "Parameters", "Attributes"), f"{STORE}: the parameter Attributes is missing"),
    (parameters(STORE, Attributes={}), f"{STORE}: Attributes must be an object of attributes"),
    (
        parameters(STORE, Attributes={"response": None}),
        f"{STORE}: Attributes.response must be a text, not None",
    ),
    (
        parameters(STORE, TargetContact="Mine"),
        f"{STORE}: TargetContact must be Current, Related, not 'Mine'",
    ),
    # dynamic values
    (
        parameters(ASK, InputTimeLimitSeconds="$.Attributes.voice"),
        f"{ASK}: InputTimeLimitSeconds must be static: '$.Attributes.voice'",
    ),
    (
        parameters(STORE, TargetContact="$.Attributes.voice"),
        f"{STORE}: TargetContact must be static",
    ),
    (
        parameters(TRY, LoopCount="1$.Attributes.voice"),
        f"{TRY}: LoopCount must be static or one reference, not a mixture",
    ),
    (
        parameters("Set the voice", TextToSpeechVoice="$.Attributes.voice!"),
        "Set the voice: TextToSpeechVoice must be static or one reference, not a mixture",
    ),
    (parameters(ASK, SSML="$.[message]"), f"{ASK}: SSML has a reference that is none"),
    (parameters(ASK, SSML="$.Attributes.mesage"), f"{ASK}: speaks of the attribute mesage, which"),
    # branches
    (without(ASK, "Transitions", "NextAction"), f"{ASK}: NextAction is missing"),
    (transitions(HANG_UP, NextAction=TRY), f"{HANG_UP}: the flow ends here: Transitions must be"),
    (transitions(ASK, Otherwise=TRY), f"{ASK}: Transitions has an unknown Otherwise"),
    (transitions(ASK, NextAction="Nowhere"), f"{ASK}: leads to 'Nowhere', which is not there"),
    (transitions(TRY, NextAction="Nowhere"), f"{TRY}: leads to 'Nowhere', which is not there"),
    (leading(ASK, 0, "Nowhere"), f"{ASK}: leads to 'Nowhere', which is not there"),
    (transitions(ASK, Errors="none"), f"{ASK}: Errors must be a list of objects"),
    (transitions(ASK, Errors=[{"NextAction": TRY}]), f"{ASK}: Errors must be a list of objects"),
    *(
        (without_branch(ASK, error), f"{ASK}: the error {error} has no branch")
        for error in ("InputTimeLimitExceeded", "NoMatchingCondition", "NoMatchingError")
    ),
    *(
        (
            without_branch(name, "NoMatchingError"),
            f"{name}: the error NoMatchingError has no branch",
        )
        for name in (STORE, CONFIRM, "Set the voice")
    ),
    (
        transitions(TRY, Errors=[{"ErrorType": "TooTired", "NextAction": HANG_UP}]),
        f"{TRY}: it has no error TooTired",
    ),
    (twice(ASK, "Errors"), f"{ASK}: the error InputTimeLimitExceeded has 2 branches"),
    (twice(ASK, "Conditions"), f"{ASK}: the result '1' has 2 branches"),
    (transitions(ASK, Conditions=[{"NextAction": TRY}]), f"{ASK}: Conditions must be a list of"),
    (on_result(ASK, 0, Operator="TextContains"), f"{ASK}: Conditions must be a list of objects"),
    (on_result(ASK, 0, Operands=["1", "2"]), f"{ASK}: Conditions must be a list of objects"),
    (on_result(ASK, 0, Operands=["11"]), f"{ASK}: it never has the result '11'"),
    (
        transitions(
            CONFIRM,
            Conditions=[
                {"NextAction": TRY, "Condition": {"Operator": "Equals", "Operands": ["1"]}}
            ],
        ),
        f"{CONFIRM}: it never has the result '1'",
    ),
    (transitions(TRY, Conditions=[]), f"{TRY}: the result DoneLooping has no branch"),
    # the way through
    (added("Island", "DisconnectParticipant"), "Island: cannot be reached"),
    (leading(TRY, 1, ASK), f"{TRY}: can be come back to without end"),
    (leading(ASK, 2, ASK), f"{ASK}: can be come back to without end"),
    (transitions(CONFIRM, NextAction=CONFIRM), f"{CONFIRM}: can be come back to without end"),
]


@pytest.mark.parametrize(("mistake", "complaint"), MISTAKES, ids=[one for _, one in MISTAKES])
def test_a_mistake_is_found_and_named(mistake: Break, complaint: str) -> None:
    flow = json.loads(content(contact_flow()))
    mistake(flow)
    assert flow != contact_flow()
    attributes = ["message", "voice", "prompt_confirmed", "prompt_declined", "prompt_wrong_key"]
    found = complaints(content(flow), attributes)
    assert any(line.startswith(complaint) for line in found), found
    assert not any("\n" in line for line in found)


def test_what_is_no_flow_at_all_is_said_to_be_none() -> None:
    assert complaints("{")[0].startswith("flow: not JSON")
    assert complaints("[]") == ["flow: must be an object with a list of Actions"]
    assert complaints("7" * 256_001) == ["flow: 256,001 characters; Connect takes 256,000"]


def test_all_mistakes_are_told_at_once() -> None:
    flow = contact_flow()
    parameters(ASK, InputTimeLimitSeconds="0")(flow)
    without_branch(STORE, "NoMatchingError")(flow)
    parameters(TRY, LoopCount="many")(flow)
    assert len(complaints(content(flow))) == 3


def test_a_flow_that_never_hangs_up_is_found() -> None:
    flow: dict[str, Any] = {
        "Version": "2019-10-30",
        "StartAction": "Speak",
        "Actions": [
            {
                "Identifier": "Speak",
                "Type": "MessageParticipant",
                "Parameters": {"Text": "Hello"},
                "Transitions": {
                    "NextAction": "Speak",
                    "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "Speak"}],
                },
            }
        ],
    }
    assert complaints(content(flow)) == [
        "Speak: no way from here leads to a DisconnectParticipant (MessageParticipant)",
        "Speak: can be come back to without end; a Loop must count the turns",
    ]


def test_two_loops_that_start_each_other_over_are_no_bound() -> None:
    flow = contact_flow()
    leading(TRY, 1, "Store acknowledged again")(flow)
    assert f"{TRY}: can be come back to without end; a Loop must count the turns" in complaints(
        content(flow)
    )


def test_loops_within_loops_are_a_bound_where_each_is_left_for_good() -> None:
    assert complaints(content(contact_flow(tries=100))) == []
