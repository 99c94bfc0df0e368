"""Check the stack, and that its functions use the current telephony parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callout.doctor.check_result import CheckResult, fail, ok, warn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from callout.deployed_stack import Stack

STACK, TELEPHONY = "stack", "telephony"
REQUIRED_OUTPUTS = ("StateMachineArn", "NotificationTopicArn")

PREFIX = "/callout/telephony/"
#: The environment variable of the functions that holds each telephony parameter.
VARIABLES = {
    "instance-id": "CONNECT_INSTANCE_ID",
    "contact-flow-id": "CONTACT_FLOW_ID",
    "source-phone-number": "SOURCE_PHONE_NUMBER",
}


def check_stack(name: str, region: str, stack: Stack | None) -> CheckResult:
    """Check the stack's status (CloudFormation API reference) and outputs."""
    if stack is None:
        return fail(STACK, f"there is no stack {name} in {region}", f"cdk deploy {name}")
    if stack.status.endswith("_IN_PROGRESS"):
        return warn(STACK, f"{name} is being changed ({stack.status})", "run this again later")
    if stack.status == "UPDATE_ROLLBACK_COMPLETE":
        message = f"{name}: the last deployment failed; the previous version is in use"
        return warn(STACK, message, f"cdk deploy {name}")
    if not stack.is_stable:
        return fail(STACK, f"{name} is {stack.status}", f"see its events, then cdk deploy {name}")
    if missing := [output for output in REQUIRED_OUTPUTS if output not in stack.outputs]:
        message = f"{name} is not a Callout stack: it lacks the output {', '.join(missing)}"
        return fail(STACK, message, "select Callout's with --stack, or cdk deploy Callout")
    return ok(STACK, f"{name} is deployed in {region}")


def check_telephony(
    parameters: Mapping[str, str | None], environments: Mapping[str, Mapping[str, str]]
) -> list[CheckResult]:
    """Check that the telephony parameters exist, and that the functions were deployed with them.

    CloudFormation resolves them at deployment, so a change takes effect with the next one.

    `parameters` are by the last part of their names, None if missing; `environments` are the
    variables of each deployed function, by its handler.
    """
    results = []
    for name, value in parameters.items():
        parameter = PREFIX + name
        if value is None:
            put = f"aws ssm put-parameter --type String --name {parameter} --value …"
            fix = f"cdk deploy CalloutTelephony, or {put}"
            results.append(fail(TELEPHONY, f"there is no {parameter}", fix))
            continue
        outdated = {
            function: variables[VARIABLES[name]]
            for function, variables in environments.items()
            if variables.get(VARIABLES[name], value) != value
        }
        for function, deployed in outdated.items():
            message = f"{parameter} is {value}, but {function} was deployed with {deployed}"
            results.append(fail(TELEPHONY, message, "cdk deploy Callout"))
    if not results:
        state = "match the deployed functions" if environments else "are set"
        results.append(ok(TELEPHONY, f"the parameters under {PREFIX} {state}"))
    return results
