"""The interpreter plays a flow as the API reference describes it."""

from typing import Any

import pytest

from local.connect.flow_interpreter import FlowError, InterpretedFlow
from tests.contact_flow.broken_flows import (
    Break,
    leading,
    named,
    parameters,
    transitions,
    without_branch,
)
from tests.contact_flow.callee import ATTRIBUTES, CONFIRMED, MESSAGE, Heard, call
from workflow.contact_flow.flow import contact_flow, content

TRY, ASK, STORE = "Check tries left", "Play the message", "Store acknowledged"
SET_VOICES = ("Set the voice", "Set the default voice")


def played(*mistakes: Break, keys: str = "", **changes: Any) -> Heard:  # noqa: ANN401 - of call
    """Play our flow with mistakes in it."""
    flow = contact_flow()
    for mistake in mistakes:
        mistake(flow)
    return call(keys, InterpretedFlow(content(flow)), **changes)


@pytest.mark.parametrize(
    ("count", "turns"), [("0", 0), ("1", 1), ("5", 5), ("$.Attributes.tries", 2)]
)
def test_a_loop_runs_its_body_loop_count_times(count: str, turns: int) -> None:
    heard = played(parameters(TRY, LoopCount=count), attributes={**ATTRIBUTES, "tries": "2"})
    assert heard.spoken == [MESSAGE] * turns


def test_a_finished_loop_restarts_when_it_is_entered_again() -> None:
    with pytest.raises(FlowError, match="the flow does not end: it played 1000 actions"):
        played(leading(TRY, 1, TRY))


def test_attributes_are_inserted_anywhere_in_a_text() -> None:
    ssml = "<speak>$.Attributes.voice, $.Attributes.language.</speak>"
    assert played(parameters(ASK, SSML=ssml)).spoken[0] == "Zhiyu, cmn-CN."


def test_an_attribute_set_by_the_flow_can_be_spoken() -> None:
    prompt = "<speak>$.Attributes.response</speak>"
    assert played(parameters("Confirm acknowledged", SSML=prompt), keys="1").spoken[-1] == (
        "acknowledged"
    )


def test_an_attribute_can_be_set_to_another_attribute() -> None:
    mistake = parameters(STORE, Attributes={"response": "$.Attributes.voice"})
    assert played(mistake, keys="1").response == "Zhiyu"


@pytest.mark.parametrize("missing", ["$.Attributes.nothing", "$.Queue.Name", "$.Attributes"])
def test_a_reference_to_a_missing_value_is_an_error_of_the_action(missing: str) -> None:
    heard = played(parameters(STORE, Attributes={"response": missing}), keys="1")
    assert heard.response is None
    assert CONFIRMED not in heard.spoken


def test_after_an_invalid_voice_nothing_is_spoken_until_a_valid_one_is_set() -> None:
    voices = [parameters(name, TextToSpeechVoice="Nobody") for name in SET_VOICES]
    assert played(*voices, keys="1").spoken == []


@pytest.mark.parametrize(
    ("mistake", "keys", "error"),
    [
        (transitions(TRY, Conditions=[], NextAction="Nowhere"), "", "no action 'Nowhere'"),
        (
            lambda flow: named(flow, ASK).update(Type="TransferToFlow"),
            "",
            f"{ASK}: TransferToFlow is not simulated",
        ),
        (
            without_branch(ASK, "InputTimeLimitExceeded"),
            "",
            f"{ASK}: no key was pressed, and InputTimeLimitExceeded has no branch",
        ),
        (
            without_branch(ASK, "NoMatchingCondition"),
            "5",
            f"{ASK}: the key 5 has no condition, and NoMatchingCondition has no branch",
        ),
        (
            lambda flow: named(flow, ASK).update(
                Parameters={"Text": "Hello", "InputTimeLimitSeconds": "5"}
            ),
            "",
            f"{ASK}: only SSML is simulated",
        ),
        (
            parameters(TRY, LoopCount="many"),
            "",
            f"{TRY}: 'many' is not a number of iterations, and NoMatchingError has no branch",
        ),
        (
            lambda flow: named(flow, "Set the voice").update(Transitions={}),
            "",
            "Set the voice: no NextAction",
        ),
    ],
)
def test_a_flow_that_cannot_continue_names_the_action_and_the_reason(
    mistake: Break, keys: str, error: str
) -> None:
    with pytest.raises(FlowError) as stopped:
        played(mistake, keys=keys)
    assert error in str(stopped.value)


def test_runs_of_one_flow_are_independent() -> None:
    flow = InterpretedFlow(content(contact_flow()))
    assert [call("*", flow).spoken for _ in range(2)] == [[MESSAGE] * 3] * 2
