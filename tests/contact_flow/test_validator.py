"""Every mistake in a flow is found and reported with its action."""

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
from workflow.contact_flow.callback_flow import callback_flow
from workflow.contact_flow.flow import contact_flow, content
from workflow.contact_flow.validator import unknown_types, validate_flow

TRY, ASK, HANG_UP = "Check tries left", "Play the message", "Hang up"
STORE, CONFIRM = "Store acknowledged", "Confirm acknowledged"

MISTAKES: list[tuple[Break, str]] = [
    (lambda flow: flow.update(Version="2020-01-01"), "flow: Version must be '2019-10-30'"),
    (lambda flow: flow.pop("StartAction"), "flow: StartAction must name the first action"),
    (lambda flow: flow.update(StartAction="Start"), "flow: StartAction 'Start' does not exist"),
    (lambda flow: flow.update(Name="Ours"), "flow: unknown keys: Name"),
    (lambda flow: flow.update(Actions={}), "flow: must be an object with a list of Actions"),
    (lambda flow: flow["Actions"].extend([{}] * 250), "flow: 263 actions; Connect accepts 250"),
    (lambda flow: flow["Actions"].append([]), "action 13: must be an object with an Identifier"),
    (renamed(ASK, 7), "action 3: must be an object with an Identifier"),
    (renamed(ASK, TRY), f"{TRY}: 2 actions have this Identifier"),
    (renamed(ASK, "x" * 51), f"{'x' * 50}: the Identifier must have 1 to 50 characters, not 51"),
    (renamed(ASK, "Ask: again"), "Ask: again: the Identifier must not contain :"),
    (renamed(ASK, "toString"), "toString: the Identifier is reserved"),
    (lambda flow: named(flow, ASK).update(Kind=1), f"{ASK}: has unknown keys: Kind"),
    (lambda flow: named(flow, ASK).update(Type=7), f"{ASK}: Type must be a string"),
    (lambda flow: named(flow, ASK).update(Parameters=[]), f"{ASK}: Parameters must be an object"),
    (lambda flow: named(flow, ASK).update(Transitions=0), f"{ASK}: Transitions must be an object"),
    # parameters
    (without(ASK, "Parameters", "SSML"), f"{ASK}: needs exactly one of Text, SSML, PromptId"),
    (parameters(ASK, Text="Hello"), f"{ASK}: needs exactly one of Text, SSML, PromptId"),
    (parameters(CONFIRM, SSML=""), f"{CONFIRM}: SSML must be text, not ''"),
    (parameters(ASK, Volume="11"), f"{ASK}: unknown parameter Volume"),
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
    (parameters(ASK, StoreInput=False), f"{ASK}: StoreInput must be a string, not False"),
    (
        parameters(ASK, StoreInput="Yes"),
        f'{ASK}: StoreInput must be "False" or "True", not \'Yes\'',
    ),
    (parameters(ASK, StoreInput="True"), f"{ASK}: has a branch for the impossible result '1'"),
    (parameters(TRY, LoopCount="101"), f"{TRY}: LoopCount must be 0 to 100, not '101'"),
    (without(STORE, "Parameters", "Attributes"), f"{STORE}: the parameter Attributes is missing"),
    (parameters(STORE, Attributes={}), f"{STORE}: Attributes must be an object of attributes"),
    (
        parameters(STORE, Attributes={"response": None}),
        f"{STORE}: Attributes.response must be a string, not None",
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
        f"{TRY}: LoopCount must be static or a single reference",
    ),
    (
        parameters("Set the voice", TextToSpeechVoice="$.Attributes.voice!"),
        "Set the voice: TextToSpeechVoice must be static or a single reference",
    ),
    (parameters(ASK, SSML="$.[message]"), f"{ASK}: SSML has a malformed reference"),
    (parameters(ASK, SSML="$.Attributes.mesage"), f"{ASK}: uses the attribute mesage, which"),
    # branches
    (without(ASK, "Transitions", "NextAction"), f"{ASK}: NextAction is missing"),
    (transitions(HANG_UP, NextAction=TRY), f"{HANG_UP}: ends the flow: Transitions must be"),
    (transitions(ASK, Otherwise=TRY), f"{ASK}: Transitions has unknown keys: Otherwise"),
    (transitions(ASK, NextAction="Nowhere"), f"{ASK}: the next action 'Nowhere' does not exist"),
    (transitions(TRY, NextAction="Nowhere"), f"{TRY}: the next action 'Nowhere' does not exist"),
    (leading(ASK, 0, "Nowhere"), f"{ASK}: the next action 'Nowhere' does not exist"),
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
        f"{TRY}: has a branch for the unknown error TooTired",
    ),
    (twice(ASK, "Errors"), f"{ASK}: the error InputTimeLimitExceeded has 2 branches"),
    (twice(ASK, "Conditions"), f"{ASK}: the result '1' has 2 branches"),
    (transitions(ASK, Conditions=[{"NextAction": TRY}]), f"{ASK}: Conditions must be a list of"),
    (on_result(ASK, 0, Operator="TextContains"), f"{ASK}: Conditions must be a list of objects"),
    (on_result(ASK, 0, Operands=["1", "2"]), f"{ASK}: Conditions must be a list of objects"),
    (on_result(ASK, 0, Operands=["11"]), f"{ASK}: has a branch for the impossible result '11'"),
    (
        transitions(
            CONFIRM,
            Conditions=[
                {"NextAction": TRY, "Condition": {"Operator": "Equals", "Operands": ["1"]}}
            ],
        ),
        f"{CONFIRM}: has a branch for the impossible result '1'",
    ),
    (transitions(TRY, Conditions=[]), f"{TRY}: the result DoneLooping has no branch"),
    # the way through
    (added("Island", "DisconnectParticipant"), "Island: is unreachable"),
    (leading(TRY, 1, ASK), f"{TRY}: can repeat without limit"),
    (leading(ASK, 2, ASK), f"{ASK}: can repeat without limit"),
    (transitions(CONFIRM, NextAction=CONFIRM), f"{CONFIRM}: can repeat without limit"),
]


@pytest.mark.parametrize(
    ("mistake", "complaint"), MISTAKES, ids=[message for _, message in MISTAKES]
)
def test_a_mistake_is_found_and_named(mistake: Break, complaint: str) -> None:
    flow = json.loads(content(contact_flow()))
    mistake(flow)
    assert flow != contact_flow()
    attributes = ["message", "voice", "prompt_confirmed", "prompt_declined", "prompt_wrong_key"]
    found = validate_flow(content(flow), attributes)
    assert any(line.startswith(complaint) for line in found), found
    assert not any("\n" in line for line in found)


def test_text_that_is_not_a_flow_is_rejected() -> None:
    assert validate_flow("{")[0].startswith("flow: not valid JSON")
    assert validate_flow("[]") == ["flow: must be an object with a list of Actions"]
    assert validate_flow("7" * 256_001) == ["flow: 256,001 characters; Connect accepts 256,000"]


def test_all_mistakes_are_reported_together() -> None:
    flow = contact_flow()
    parameters(ASK, InputTimeLimitSeconds="0")(flow)
    without_branch(STORE, "NoMatchingError")(flow)
    parameters(TRY, LoopCount="many")(flow)
    assert len(validate_flow(content(flow))) == 3


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
    assert validate_flow(content(flow)) == [
        "Speak: no path leads to a DisconnectParticipant (MessageParticipant)",
        "Speak: can repeat without limit; a Loop must count the repetitions",
    ]


def test_two_loops_that_restart_each_other_are_unbounded() -> None:
    flow = contact_flow()
    leading(TRY, 1, "Retry storing acknowledged")(flow)
    assert f"{TRY}: can repeat without limit; a Loop must count the repetitions" in validate_flow(
        content(flow)
    )


def test_nested_loops_are_bounded() -> None:
    assert validate_flow(content(contact_flow(tries=100))) == []


def test_what_real_exports_contain_is_accepted() -> None:
    flow = json.loads(content(contact_flow()))
    flow["Settings"] = {"InputParameters": [], "OutputParameters": [], "Transitions": []}
    del named(flow, STORE)["Parameters"]["TargetContact"]
    named(flow, STORE)["Parameters"]["Attributes"]["note"] = ""
    del named(flow, ASK)["Parameters"]["StoreInput"]
    del named(flow, HANG_UP)["Parameters"], named(flow, HANG_UP)["Transitions"]

    assert validate_flow(content(flow)) == []


def test_an_action_that_stores_input_has_its_own_branches() -> None:
    flow = json.loads(content(contact_flow()))
    transitions = named(flow, ASK)["Transitions"]
    parameters(
        ASK, StoreInput="True", InputValidation={"CustomValidation": {"MaximumLength": "4"}}
    )(flow)
    named(flow, ASK)["Transitions"] = {
        "NextAction": transitions["Conditions"][0]["NextAction"],
        "Errors": transitions["Errors"],
    }
    found = validate_flow(content(flow))
    assert not [line for line in found if line.startswith(ASK)], found


def test_unknown_action_types_are_named_and_their_branches_followed() -> None:
    flow = json.loads(content(contact_flow()))
    flow["Actions"].append(
        {
            "Identifier": "Log",
            "Type": "UpdateFlowLoggingBehavior",
            "Parameters": {"FlowLoggingBehavior": "Enabled"},
            "Transitions": {"NextAction": flow["StartAction"]},
        }
    )
    flow["StartAction"] = "Log"
    assert validate_flow(content(flow)) == []
    assert unknown_types(content(flow)) == ["UpdateFlowLoggingBehavior"]

    flow["Actions"][-1]["Transitions"]["NextAction"] = "Nowhere"
    assert "Log: the next action 'Nowhere' does not exist" in validate_flow(content(flow))


INVOKE, BRANCH, TRANSFER = "Look up the caller", "Choose what to play", "Connect the person on call"


@pytest.mark.parametrize(
    ("mistake", "complaint"),
    [
        (
            parameters(INVOKE, InvocationTimeLimitSeconds="9"),
            f"{INVOKE}: InvocationTimeLimitSeconds must be 1 to 8 seconds, not '9'",
        ),
        (
            parameters(INVOKE, LambdaInvocationAttributes=[]),
            f"{INVOKE}: LambdaInvocationAttributes must be an object of attributes",
        ),
        (
            parameters(INVOKE, LambdaInvocationAttributes={"step": True}),
            f"{INVOKE}: LambdaInvocationAttributes.step must be a string, not True",
        ),
        (without_branch(INVOKE, "NoMatchingError"), f"{INVOKE}: the error NoMatchingError has no"),
        (
            parameters(BRANCH, ComparisonValue="ask"),
            f"{BRANCH}: ComparisonValue must be a single reference, not 'ask'",
        ),
        (without_branch(BRANCH, "NoMatchingCondition"), f"{BRANCH}: the error NoMatchingCondition"),
        (
            parameters(TRANSFER, ThirdPartyPhoneNumber="911"),
            f"{TRANSFER}: ThirdPartyPhoneNumber must be an E.164 number, not '911'",
        ),
        (without_branch(TRANSFER, "CallFailed"), f"{TRANSFER}: the error CallFailed has no branch"),
    ],
)
def test_a_mistake_in_an_inbound_flow_is_found(mistake: Break, complaint: str) -> None:
    flow = callback_flow("arn:aws:lambda:…", connect_unknown=True)
    mistake(flow)
    found = validate_flow(content(flow), ())
    assert any(line.startswith(complaint) for line in found), found


def test_a_transfer_that_does_not_return_needs_no_branch_for_failed_calls() -> None:
    flow = callback_flow("arn:aws:lambda:…", connect_unknown=True)
    parameters(TRANSFER, ContinueFlowExecution="False")(flow)
    for error in ("CallFailed", "ConnectionTimeLimitExceeded"):
        without_branch(TRANSFER, error)(flow)
    assert validate_flow(content(flow), ()) == []
