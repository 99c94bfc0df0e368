"""The doctor's check of Callout's contact flow, and of custom ones."""

from __future__ import annotations

import json
from typing import Any

import pytest

from callout.doctor.check_contact_flow import check_flow
from callout.doctor.check_result import State
from oncall.messages.voice_message import compose
from tests.unit.sample_events import event, incident_from
from workflow.contact_flow.flow import ATTRIBUTES, contact_flow, content

FLOW_ID = "a1b7c9d2-3e4f-4a5b-8c6d-7e8f9a0b1c2d"


def described(text: str, name: str = "Callout") -> dict[str, Any]:
    return {"Name": name, "State": "ACTIVE", "Status": "PUBLISHED", "Content": text}


def action(identifier: str, kind: str, then: str = "", **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    transitions = {"NextAction": then} if then else {}
    if kind in ("MessageParticipant", "UpdateContactAttributes"):
        failed = [{"NextAction": "Bye", "ErrorType": "NoMatchingError"}]
        transitions |= {"Errors": failed, "Conditions": []}  # type: ignore[dict-item]
    return {
        "Identifier": identifier,
        "Type": kind,
        "Parameters": parameters,
        "Transitions": transitions,
    }


def own_flow(*actions: dict[str, Any]) -> str:
    """A minimal custom flow that plays a text."""
    return json.dumps(
        {
            "Version": "2019-10-30",
            "StartAction": actions[0]["Identifier"],
            "Actions": [*actions, action("Bye", "DisconnectParticipant")],
        }
    )


ALARM = "rootloginalarm"
SPEAKS = action("Say", "MessageParticipant", "Bye", SSML=f"$.Attributes.{ALARM}")
STORES = action(
    "Store",
    "UpdateContactAttributes",
    "Say",
    Attributes={"response": "acknowledged"},
    TargetContact="Current",
)


def test_callouts_flow_is_recognized_despite_metadata_and_order() -> None:
    flow = contact_flow()
    flow["Metadata"] = {"entryPointPosition": {"x": 1, "y": 2}}
    flow["Actions"].reverse()
    for deployed in flow["Actions"]:
        for key in ("Conditions", "Errors"):
            if deployed["Transitions"].get(key) == []:
                del deployed["Transitions"][key]
    finding = check_flow(FLOW_ID, described(json.dumps(flow, indent=1)))
    assert finding.state is State.OK


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"Actions": []}', content(contact_flow(tries=2))]
)
def test_changed_or_invalid_callout_flow_fails(text: str) -> None:
    finding = check_flow(FLOW_ID, described(text))
    assert finding.state is State.FAIL
    assert finding.fix.startswith("cdk deploy CalloutTelephony")


@pytest.mark.parametrize(
    ("actions", "settings", "state", "text"),
    [
        ([SPEAKS], {"message_attribute": ALARM, "acknowledge": "answer"}, State.OK, ""),
        ([STORES, SPEAKS], {"message_attribute": ALARM}, State.OK, ""),
        (
            [SPEAKS],
            {"acknowledge": "answer"},
            State.FAIL,
            "does not play $.Attributes.message",
        ),
        # No answer is stored, so no key can acknowledge.
        ([SPEAKS], {"message_attribute": ALARM}, State.FAIL, "telephony.acknowledge: answer"),
        (
            [action("Ask", "ConnectParticipantWithLexBot", "Say"), SPEAKS],
            {"message_attribute": ALARM, "acknowledge": "answer"},
            State.WARN,
            "not checked: ConnectParticipantWithLexBot",
        ),
    ],
    ids=["speaks", "stores", "speaks something else", "stores nothing", "an unknown action"],
)
def test_custom_flow_must_play_the_message_and_set_a_response(
    actions: list[dict[str, Any]], settings: dict[str, str], state: State, text: str
) -> None:
    finding = check_flow(FLOW_ID, described(own_flow(*actions), "Alarm"), **settings)
    assert finding.state is state
    assert text in f"{finding.message} {finding.fix}"
    assert state is not State.OK or not finding.fix


def test_validated_attributes_are_those_of_a_call() -> None:
    started_with = compose(incident_from(event("root-sign-in")), "en-US", "UTC")
    assert started_with.keys() == {"message", *ATTRIBUTES}
