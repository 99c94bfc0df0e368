"""What the doctor makes of a contact flow: ours as it should be, or one of the user's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from callout.doctor.check_contact_flow import ATTRIBUTES, judge_flow
from callout.doctor.finding import State
from oncall.messages.voice_message import compose
from tests.unit.sample_events import event, understood
from workflow.contact_flow.flow import contact_flow, content

FLOW_ID = "a1b7c9d2-3e4f-4a5b-8c6d-7e8f9a0b1c2d"


def described(text: str, name: str = "Callout", **changes: str) -> dict[str, Any]:
    return {"Name": name, "State": "ACTIVE", "Status": "PUBLISHED", "Content": text} | changes


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
    """A flow as somebody would write it who only wants a text spoken."""
    return json.dumps(
        {
            "Version": "2019-10-30",
            "StartAction": actions[0]["Identifier"],
            "Actions": [*actions, action("Bye", "DisconnectParticipant")],
        }
    )


SPEAKS = action("Say", "MessageParticipant", "Bye", SSML="$.Attributes.rootloginalarm")
STORES = action(
    "Store",
    "UpdateContactAttributes",
    "Say",
    Attributes={"response": "acknowledged"},
    TargetContact="Current",
)


def test_our_flow_is_known_however_connect_gives_it_back() -> None:
    flow = contact_flow()
    flow["Metadata"] = {"entryPointPosition": {"x": 1, "y": 2}}
    flow["Actions"].reverse()

    finding = judge_flow(FLOW_ID, described(json.dumps(flow, indent=1)))

    assert finding.state is State.OK


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"Actions": []}'])
def test_our_flow_is_not_anything_else(text: str) -> None:
    assert judge_flow(FLOW_ID, described(text)).state is State.BAD


def test_an_older_flow_of_ours_is_deployed_again() -> None:
    finding = judge_flow(FLOW_ID, described(content(contact_flow(tries=2))))

    assert finding.state is State.BAD
    assert finding.fix.startswith("cdk deploy CalloutTelephony")


@pytest.mark.parametrize(
    "changes", [{"State": "ARCHIVED"}, {"Status": "SAVED"}], ids=["archived", "saved"]
)
def test_a_flow_that_cannot_be_played_is_bad(changes: dict[str, str]) -> None:
    assert judge_flow(FLOW_ID, described(content(contact_flow()), **changes)).state is State.BAD


def test_a_flow_of_the_users_that_speaks_the_attribute_is_in_order() -> None:
    finding = judge_flow(
        FLOW_ID,
        described(own_flow(SPEAKS), "Alarm"),
        message_attribute="rootloginalarm",
        acknowledge="answer",
    )

    assert (finding.state, finding.fix) == (State.OK, "")


def test_a_flow_of_the_users_that_speaks_something_else_is_bad() -> None:
    finding = judge_flow(FLOW_ID, described(own_flow(SPEAKS), "Alarm"), acknowledge="answer")

    assert finding.state is State.BAD
    assert "does not speak $.Attributes.message" in finding.message


def test_a_flow_that_stores_no_answer_cannot_acknowledge_by_key() -> None:
    silent = described(own_flow(SPEAKS), "Alarm")
    asking = described(own_flow(STORES, SPEAKS), "Alarm")

    finding = judge_flow(FLOW_ID, silent, message_attribute="rootloginalarm")

    assert finding.state is State.BAD
    assert "telephony.acknowledge: answer" in finding.fix
    assert judge_flow(FLOW_ID, asking, message_attribute="rootloginalarm").state is State.OK


def test_what_is_not_understood_of_a_flow_of_the_users_is_to_be_looked_at() -> None:
    lex = action("Ask", "ConnectParticipantWithLexBot", "Say")

    finding = judge_flow(
        FLOW_ID,
        described(own_flow(lex, SPEAKS), "Alarm"),
        message_attribute="rootloginalarm",
        acknowledge="answer",
    )

    assert finding.state is State.CHECK
    assert "Ask: its Type 'ConnectParticipantWithLexBot' is not known here" in finding.message


def test_the_attributes_are_those_that_a_call_starts_with() -> None:
    started_with = compose(understood(event("root-sign-in")), "en-US", "UTC")

    assert started_with.keys() == {"message", *ATTRIBUTES}
