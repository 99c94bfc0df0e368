"""Check the Connect instance and the number it calls from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from callout.doctor.check_result import CheckResult, fail, ok, warn
from callout.doctor.check_stack import PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

INSTANCE, NUMBER = "instance", "number"


def check_instance(
    instance_id: str, instance: Mapping[str, Any] | None, outbound_calls: str | None
) -> CheckResult:
    """Check that the instance is active and allows outbound calls.

    `instance` is from DescribeInstance, None if there is none; `outbound_calls` is its attribute
    OUTBOUND_CALLS, None if it was not read.
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
