"""Judges what is deployed, and whether it is called with what the parameters say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callout.doctor.finding import Finding, bad, look, ok

if TYPE_CHECKING:
    from collections.abc import Mapping

    from callout.deployed_stack import Stack

STACK, TELEPHONY = "stack", "telephony"
NEEDED_OUTPUTS = ("StateMachineArn", "NotificationTopicArn")

PREFIX = "/callout/telephony/"
#: Which variable of the functions holds each parameter of the telephony.
VARIABLES = {
    "instance-id": "CONNECT_INSTANCE_ID",
    "contact-flow-id": "CONTACT_FLOW_ID",
    "source-phone-number": "SOURCE_PHONE_NUMBER",
}


def judge_stack(name: str, region: str, stack: Stack | None) -> Finding:
    """Judge the stack: statuses are those of CloudFormation's API reference."""
    if stack is None:
        return bad(STACK, f"there is no stack {name} in {region}", f"cdk deploy {name}")
    if stack.status.endswith("_IN_PROGRESS"):
        return look(STACK, f"{name} is being changed ({stack.status})", "run this again later")
    if stack.status == "UPDATE_ROLLBACK_COMPLETE":
        message = f"{name}: the last deployment failed, the one before is in use"
        return look(STACK, message, f"cdk deploy {name}")
    if not stack.works:
        return bad(STACK, f"{name} is {stack.status}", f"see its events, then cdk deploy {name}")
    if missing := [one for one in NEEDED_OUTPUTS if one not in stack.outputs]:
        message = f"{name} is no stack of Callout's: it has no output {', '.join(missing)}"
        return bad(STACK, message, "name Callout's with --stack, or cdk deploy Callout")
    return ok(STACK, f"{name} is deployed in {region}")


def judge_telephony(
    parameters: Mapping[str, str | None], environments: Mapping[str, Mapping[str, str]]
) -> list[Finding]:
    """Judge the telephony's parameters: there, and what the functions were deployed with.

    CloudFormation resolves them at deployment, so a changed one changes nothing before the
    next.

    Args:
        parameters: value of each, by the last part of its name; None where there is none.
        environments: variables of each deployed function, by its handler.
    """
    found = []
    for name, value in parameters.items():
        parameter = PREFIX + name
        if value is None:
            put = f"aws ssm put-parameter --type String --name {parameter} --value …"
            found.append(
                bad(TELEPHONY, f"there is no {parameter}", f"cdk deploy CalloutTelephony, or {put}")
            )
            continue
        others = {
            function: variables[VARIABLES[name]]
            for function, variables in environments.items()
            if variables.get(VARIABLES[name], value) != value
        }
        for function, other in others.items():
            message = f"{parameter} is {value}, but {function} was deployed with {other}"
            found.append(bad(TELEPHONY, message, "cdk deploy Callout"))
    if not found:
        deployed = "what the functions were deployed with" if environments else "set"
        found.append(ok(TELEPHONY, f"the parameters under {PREFIX} are {deployed}"))
    return found
