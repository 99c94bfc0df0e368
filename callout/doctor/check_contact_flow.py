"""Judges the contact flow that calls play."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from callout.doctor.check_stack import PREFIX
from callout.doctor.finding import Finding, bad, look, ok
from workflow.contact_flow.action_types import REFERENCE
from workflow.contact_flow.flow import contact_flow
from workflow.contact_flow.validator import validate_flow

if TYPE_CHECKING:
    from collections.abc import Mapping

FLOW = "flow"
#: The name that stack CalloutTelephony gives the flow: one of that name is judged as ours.
OUR_NAME = "Callout"
#: What a call starts with (functions/oncall/messages/voice_message.py), beside the message itself.
ATTRIBUTES = ("voice", "language", "prompt_confirmed", "prompt_declined", "prompt_wrong_key")
MOST_COMPLAINTS = 3
REDEPLOY = "cdk deploy CalloutTelephony"


def judge_flow(
    flow_id: str,
    flow: Mapping[str, Any] | None,
    *,
    message_attribute: str = "message",
    acknowledge: str = "key",
) -> Finding:
    """Judge the flow.

    Args:
        flow_id: its id.
        flow: `ContactFlow` of DescribeContactFlow; None where there is none.
        message_attribute: the contact attribute that it should speak.
        acknowledge: `key` where it has to ask for one, else `answer`.
    """
    if flow is None:
        message = f"the Connect instance has no contact flow {flow_id}"
        return bad(FLOW, message, f"{REDEPLOY}, or set {PREFIX}contact-flow-id to one that exists")
    name = flow.get("Name", flow_id)
    if flow.get("State", "ACTIVE") != "ACTIVE":
        fix = f"restore it in the Connect console, or {REDEPLOY}"
        return bad(FLOW, f"the contact flow {name} is {flow['State']}", fix)
    if flow.get("Status", "PUBLISHED") != "PUBLISHED":
        message = f"the contact flow {name} is {flow['Status']}, not published"
        return bad(FLOW, message, f"publish it in the Connect console, or {REDEPLOY}")
    content = str(flow.get("Content", ""))
    if name == OUR_NAME:
        return _judge_ours(content)
    return _judge_theirs(name, content, message_attribute, acknowledge)


def _judge_ours(content: str) -> Finding:
    """Judge a flow that should be the one in this working copy, action for action."""
    try:
        same = _essence(json.loads(content)) == _essence(contact_flow())
    except (ValueError, AttributeError):
        same = False
    if same:
        return ok(FLOW, "the contact flow is Callout's current one, published")
    wrong = validate_flow(content, ("message", *ATTRIBUTES))
    message = "the contact flow Callout is not the one in this working copy"
    return bad(FLOW, message + _listed(wrong), f"{REDEPLOY}, or take out the version deployed")


def _judge_theirs(name: str, content: str, message_attribute: str, acknowledge: str) -> Finding:
    """Judge a flow of the user's: does it speak the message, and can a key be pressed?"""
    spoken = {path.removeprefix("Attributes.") for path in REFERENCE.findall(content)}
    if message_attribute not in spoken:
        return bad(
            FLOW,
            f"the contact flow {name} does not speak $.Attributes.{message_attribute}",
            "let it, or name the attribute that it speaks: telephony.message_attribute",
        )
    if acknowledge == "key" and not _stores_response(content):
        return bad(
            FLOW,
            f"the contact flow {name} never sets `response`, so no key acknowledges a page",
            "let it set `response`, use Callout's own flow, or telephony.acknowledge: answer",
        )
    message = f"the contact flow {name} is your own and speaks {message_attribute}"
    if wrong := validate_flow(content, (message_attribute, *ATTRIBUTES)):
        # Only the types of action that our own flow uses are known.
        return look(FLOW, message + _listed(wrong), "see whether these matter: call yourself once")
    return ok(FLOW, message)


def _essence(flow: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out of a flow what only the console's picture of it needs.

    Whether Connect gives back exactly the text that was deployed is unverified; metadata and
    the order of actions make no difference to a call.
    """
    actions = {one.get("Identifier"): one for one in flow.get("Actions", [])}
    essential = {"Version", "StartAction"}
    return {key: flow[key] for key in essential & flow.keys()} | {"Actions": actions}


def _stores_response(content: str) -> bool:
    try:
        actions = json.loads(content).get("Actions", [])
    except (ValueError, AttributeError):
        return False
    return any(
        one.get("Type") == "UpdateContactAttributes"
        and "response" in one.get("Parameters", {}).get("Attributes", {})
        for one in actions
        if isinstance(one, dict)
    )


def _listed(wrong: list[str]) -> str:
    shown = "; ".join(wrong[:MOST_COMPLAINTS])
    more = f"; and {len(wrong) - MOST_COMPLAINTS} more" if len(wrong) > MOST_COMPLAINTS else ""
    return f" ({shown}{more})" if wrong else ""
