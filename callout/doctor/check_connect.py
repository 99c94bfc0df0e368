"""Check the stack, the telephony parameters, the Connect instance and its number."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from callout.deployed_stack import Stack
from callout.doctor.check_result import CheckResult, fail, ok, warn

INSTANCE, NUMBER = "instance", "number"


def check_instance(
    instance_id: str, instance: Mapping[str, Any] | None, outbound_calls: str | None
) -> CheckResult:
    """Check that the instance (DescribeInstance) is active and allows outbound calls.

    `outbound_calls` is its attribute OUTBOUND_CALLS, None if it was not read.
    """
    if instance is None:
        return fail(
            INSTANCE,
            f"there is no Connect instance {instance_id} in this region",
            f"set {PREFIX}instance-id to an instance in this region, then cdk deploy Callout",
        )
    status = instance.get("InstanceStatus", "ACTIVE")
    if status != "ACTIVE":
        reason = instance.get("StatusReason", {}).get("Message", "")
        message = f"Connect instance {instance_id} is {status}{': ' if reason else ''}{reason}"
        return fail(INSTANCE, message, "wait until it is ACTIVE, or create another")
    if outbound_calls == "false" or instance.get("OutboundCallsEnabled") is False:
        return fail(
            INSTANCE,
            f"Connect instance {instance_id} does not allow outbound calls",
            f"aws connect update-instance-attribute --instance-id {instance_id}"
            " --attribute-type OUTBOUND_CALLS --value true",
        )
    return ok(INSTANCE, f"Connect instance {instance_id} is active and allows outbound calls")


def check_number(
    number: str,
    instance_id: str,
    claimed: Sequence[Mapping[str, Any]],
    status: Mapping[str, str] | None,
    countries: AbstractSet[str],
) -> CheckResult:
    """Check the number that calls come from.

    No API returns whether a number supports outbound calls, so only its type is checked.
    `claimed` is from ListPhoneNumbersV2, `status` from DescribePhoneNumber (None if it was not
    read); `countries` are the ISO 3166 codes of the numbers in the rosters.
    """
    found = next((claim for claim in claimed if claim["PhoneNumber"] == number), None)
    parameter = f"{PREFIX}source-phone-number"
    if found is None:
        message = f"{number} is not claimed by this account in this region"
        fix = f"claim a number in the Connect instance and set {parameter} to it"
        return fail(NUMBER, message, f"{fix}, then cdk deploy Callout")
    if "InstanceId" not in found:
        message = f"{number} belongs to {found.get('TargetArn')}, not to a single instance"
        return warn(NUMBER, message, f"check that instance {instance_id} may call from it")
    if found["InstanceId"] != instance_id:
        message = f"{number} belongs to another Connect instance ({found['InstanceId']})"
        fix = f"move it to {instance_id}, or set {parameter} to a number of that instance"
        return fail(NUMBER, message, fix)
    if status and status.get("Status", "CLAIMED") != "CLAIMED":
        reason = status.get("Message") or "no reason given"
        message = f"the claim of {number} is {status['Status']} ({reason})"
        return fail(NUMBER, message, "wait, or claim another number")
    return _check_number_type(number, found, countries)


def _check_number_type(
    number: str, claimed: Mapping[str, Any], countries: AbstractSet[str]
) -> CheckResult:
    kind, home = claimed["PhoneNumberType"], claimed["PhoneNumberCountryCode"]
    if kind == "SHORT_CODE":
        message = f"{number} is a short code, which supports text messages but not calls"
        return fail(NUMBER, message, "claim a DID number")
    abroad = ", ".join(sorted(countries - {home}))
    if kind in ("TOLL_FREE", "THIRD_PARTY_TF") and abroad:
        # Connect administrator guide, "Set up outbound caller ID".
        message = f"{number} is toll-free and cannot call abroad; the rosters have {abroad}"
        return fail(NUMBER, message, "claim a DID number and call from that")
    return ok(NUMBER, f"{number} ({home}, {kind}) is claimed by the instance")


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
    `environments` are the variables of each deployed function, by its handler.
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
