"""Check what a callback needs; only with the setting `telephony.callback`."""

from collections.abc import Iterator, Mapping
from typing import Any

from callout.callback.number_flow import STACK, NumberFlow
from callout.doctor.check_contact_flow import check_own_flow
from callout.doctor.check_result import CheckResult, fail, ok
from workflow.contact_flow.actions import Flow

CALLBACK = "callback"
CONNECT = "callout callback connect"


def check_callback(
    number: NumberFlow, inbound_calls: str, flow: Mapping[str, Any] | None, expected: Flow
) -> Iterator[CheckResult]:
    """Check the instance's attribute INBOUND_CALLS, the flow of the stack, and the number's flow.

    `flow` is the stack's, from DescribeContactFlow; `expected` is the one of this working copy.
    """
    if inbound_calls != "true":
        yield fail(
            CALLBACK,
            f"Connect instance {number.instance_id} does not allow inbound calls",
            f"aws connect update-instance-attribute --instance-id {number.instance_id}"
            " --attribute-type INBOUND_CALLS --value true",
        )
    yield check_own_flow(CALLBACK, number.flow_id, flow, expected, f"cdk deploy {STACK}")
    if not number.current_flow_id:
        yield fail(CALLBACK, f"{number.number} is tied to no contact flow", CONNECT)
    elif number.current_flow_id != number.flow_id:
        message = f"{number.number} is tied to another contact flow ({number.current_flow_id})"
        yield fail(CALLBACK, message, f"{CONNECT} --replace")
    else:
        yield ok(CALLBACK, f"{number.number} is tied to the contact flow of {STACK}")
