"""Check the contact flow that calls play."""

import json
from collections.abc import Mapping
from typing import Any

from callout.doctor.check_connect import PREFIX
from callout.doctor.check_result import CheckResult, fail, ok, warn
from workflow.contact_flow.action_types import REFERENCE
from workflow.contact_flow.actions import Flow
from workflow.contact_flow.flow import ATTRIBUTES, contact_flow
from workflow.contact_flow.validator import unknown_types, validate_flow

FLOW = "flow"
#: The flow's name in stack CalloutTelephony; a flow of that name must be Callout's own.
CALLOUT_FLOW_NAME = "Callout"
MAX_ERRORS_SHOWN = 3
REDEPLOY = "cdk deploy CalloutTelephony"


def check_flow(
    flow_id: str,
    flow: Mapping[str, Any] | None,
    *,
    message_attribute: str = "message",
    acknowledge: str = "key",
) -> CheckResult:
    """Check the contact flow (DescribeContactFlow; None if there is none).

    It must play `message_attribute`, and ask for a key unless `acknowledge` is `answer`.
    """
    if flow and flow.get("Name", flow_id) != CALLOUT_FLOW_NAME:
        problem = _check_published(FLOW, flow_id, flow, REDEPLOY)
        return problem or _check_custom_flow(flow, message_attribute, acknowledge)
    fix = REDEPLOY if flow else f"{REDEPLOY}, or set {PREFIX}contact-flow-id to an existing one"
    return check_own_flow(FLOW, flow_id, flow, contact_flow(), fix)


def check_own_flow(
    check: str, flow_id: str, flow: Mapping[str, Any] | None, expected: Flow, redeploy: str
) -> CheckResult:
    """Check that one of Callout's flows matches this working copy, action for action."""
    if problem := _check_published(check, flow_id, flow, redeploy):
        return problem
    content = str((flow or {}).get("Content", ""))
    try:
        same = _relevant_parts(json.loads(content)) == _relevant_parts(expected)
    except (ValueError, AttributeError):
        same = False
    if same:
        return ok(check, "the contact flow is the current version of Callout's, published")
    errors = validate_flow(content, ("message", *ATTRIBUTES))
    name = (flow or {}).get("Name", flow_id)
    message = f"the contact flow {name} is not the one in this working copy"
    return fail(check, message + _shorten(errors), f"{redeploy}, or check out the deployed version")


def _check_published(
    check: str, flow_id: str, flow: Mapping[str, Any] | None, redeploy: str
) -> CheckResult | None:
    """Return why a flow cannot be used; None if it is active and published."""
    if flow is None:
        return fail(check, f"the Connect instance has no contact flow {flow_id}", redeploy)
    name = flow.get("Name", flow_id)
    if flow.get("State", "ACTIVE") != "ACTIVE":
        fix = f"restore it in the Connect console, or {redeploy}"
        return fail(check, f"the contact flow {name} is {flow['State']}", fix)
    if flow.get("Status", "PUBLISHED") != "PUBLISHED":
        message = f"the contact flow {name} is {flow['Status']}, not published"
        return fail(check, message, f"publish it in the Connect console, or {redeploy}")
    return None


def _check_custom_flow(
    flow: Mapping[str, Any], message_attribute: str, acknowledge: str
) -> CheckResult:
    """Check that a custom flow plays the message and, if required, asks for a key."""
    name, content = flow.get("Name"), str(flow.get("Content", ""))
    played = {path.removeprefix("Attributes.") for path in REFERENCE.findall(content)}
    if message_attribute not in played:
        return fail(
            FLOW,
            f"the contact flow {name} does not play $.Attributes.{message_attribute}",
            "add it to a prompt, or set telephony.message_attribute to the attribute it plays",
        )
    if acknowledge == "key" and not _sets_response(content):
        return fail(
            FLOW,
            f"the contact flow {name} never sets `response`, so no key acknowledges a page",
            "let it set `response`, use Callout's flow, or set telephony.acknowledge: answer",
        )
    message = f"the contact flow {name} is a custom one and plays {message_attribute}"
    if errors := validate_flow(content, (message_attribute, *ATTRIBUTES)):
        return warn(FLOW, message + _shorten(errors), "test it: callout call NAME")
    if unknown := unknown_types(content):
        message += f"; not checked: {', '.join(unknown)}"
        return warn(FLOW, message, "test it: callout call NAME")
    return ok(FLOW, message)


def _relevant_parts(flow: Mapping[str, Any]) -> dict[str, Any]:
    """Return a flow without what only the console's editor needs.

    It is not verified whether Connect returns exactly the text that was deployed; metadata, the
    order of actions, and empty lists of branches, which newer exports omit, do not affect calls.
    """
    actions = {
        action.get("Identifier"): action
        | {
            "Transitions": {
                key: branches
                for key, branches in action.get("Transitions", {}).items()
                if branches != []
            }
        }
        for action in flow.get("Actions", [])
    }
    relevant = {"Version", "StartAction"}
    return {key: flow[key] for key in relevant & flow.keys()} | {"Actions": actions}


def _sets_response(content: str) -> bool:
    try:
        actions = json.loads(content).get("Actions", [])
    except (ValueError, AttributeError):
        return False
    return any(
        action.get("Type") == "UpdateContactAttributes"
        and "response" in action.get("Parameters", {}).get("Attributes", {})
        for action in actions
        if isinstance(action, dict)
    )


def _shorten(errors: list[str]) -> str:
    """Return the first errors in parentheses; "" without errors."""
    shown = "; ".join(errors[:MAX_ERRORS_SHOWN])
    hidden = len(errors) - MAX_ERRORS_SHOWN
    more = f"; and {hidden} more" if hidden > 0 else ""
    return f" ({shown}{more})" if errors else ""
