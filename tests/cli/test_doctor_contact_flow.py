"""What the doctor makes of a contact flow: ours as it should be, or one of the user's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from callout.doctor.check_contact_flow import ATTRIBUTES, check_flow
from callout.doctor.check_result import State
from oncall.messages.voice_message import compose
from tests.unit.sample_events import event, incident_from
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


ALARM = "rootloginalarm"
SPEAKS = action("Say", "MessageParticipant", "Bye", SSML=f"$.Attributes.{ALARM}")
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
    finding = check_flow(FLOW_ID, described(json.dumps(flow, indent=1)))
    assert finding.state is State.OK


OURS = content(contact_flow())


@pytest.mark.parametrize(
    ("text", "changes", "fix"),
    [
        *((text, {}, "") for text in ("", "{", "[]", "{}", '{"Actions": []}')),
        (content(contact_flow(tries=2)), {}, "cdk deploy CalloutTelephony"),  # an older one
        (OURS, {"State": "ARCHIVED"}, ""),
        (OURS, {"Status": "SAVED"}, ""),
    ],
)
def test_anything_but_our_flow_as_it_is_deployed_is_bad(
    text: str, changes: dict[str, str], fix: str
) -> None:
    finding = check_flow(FLOW_ID, described(text, **changes))
    assert finding.state is State.FAIL
    assert finding.fix.startswith(fix)


@pytest.mark.parametrize(
    ("actions", "settings", "state", "said"),
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
            "Ask: unsupported Type 'ConnectParticipantWithLexBot'",
        ),
    ],
    ids=["speaks", "stores", "speaks something else", "stores nothing", "an unknown action"],
)
def test_a_flow_of_the_users_has_to_speak_the_attribute_and_store_an_answer(
    actions: list[dict[str, Any]], settings: dict[str, str], state: State, said: str
) -> None:
    finding = check_flow(FLOW_ID, described(own_flow(*actions), "Alarm"), **settings)
    assert finding.state is state
    assert said in f"{finding.message} {finding.fix}"
    assert state is not State.OK or not finding.fix


def test_the_attributes_are_those_that_a_call_starts_with() -> None:
    started_with = compose(incident_from(event("root-sign-in")), "en-US", "UTC")
    assert started_with.keys() == {"message", *ATTRIBUTES}
