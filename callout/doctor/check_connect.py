"""Judges the Connect instance and the number it calls from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from callout.doctor.check_stack import PREFIX
from callout.doctor.finding import Finding, bad, look, ok

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

INSTANCE, NUMBER = "instance", "number"


def judge_instance(
    instance_id: str, instance: Mapping[str, Any] | None, outbound_calls: str | None
) -> Finding:
    """Judge the instance.

    Args:
        instance_id: its id.
        instance: `Instance` of DescribeInstance; None where there is none.
        outbound_calls: the value of its attribute OUTBOUND_CALLS; None if it was not read.
    """
    if instance is None:
        return bad(
            INSTANCE,
            f"there is no Connect instance {instance_id} here",
            f"set {PREFIX}instance-id to the id of one in this region, then cdk deploy Callout",
        )
    status = instance.get("InstanceStatus", "ACTIVE")
    if status != "ACTIVE":
        why = instance.get("StatusReason", {}).get("Message", "")
        message = f"Connect instance {instance_id} is {status}{': ' if why else ''}{why}"
        return bad(INSTANCE, message, "wait until it is ACTIVE, or create another")
    if outbound_calls == "false" or instance.get("OutboundCallsEnabled") is False:
        return bad(
            INSTANCE,
            f"Connect instance {instance_id} may not call out",
            f"aws connect update-instance-attribute --instance-id {instance_id}"
            " --attribute-type OUTBOUND_CALLS --value true",
        )
    return ok(INSTANCE, f"Connect instance {instance_id} is active and may call out")


def judge_number(
    number: str,
    instance_id: str,
    claimed: Sequence[Mapping[str, Any]],
    status: Mapping[str, str] | None,
    countries: AbstractSet[str],
) -> Finding:
    """Judge the number that calls come from.

    No API says whether a number can call out at all: its type is what can be judged.

    Args:
        number: E.164.
        instance_id: the instance that calls.
        claimed: the account's numbers, as ListPhoneNumbersV2 gives them.
        status: `PhoneNumberStatus` of DescribePhoneNumber; None if it was not read.
        countries: ISO 3166 codes of the rosters' numbers.
    """
    found = next((one for one in claimed if one["PhoneNumber"] == number), None)
    parameter = f"{PREFIX}source-phone-number"
    if found is None:
        message = f"{number} is not claimed by this account in this region"
        fix = f"claim a number in the Connect instance and set {parameter} to it"
        return bad(NUMBER, message, f"{fix}, then cdk deploy Callout")
    if "InstanceId" not in found:
        message = f"{number} belongs to {found.get('TargetArn')}, not to one instance"
        return look(NUMBER, message, f"see that instance {instance_id} may call from it")
    if found["InstanceId"] != instance_id:
        message = f"{number} belongs to another Connect instance ({found['InstanceId']})"
        return bad(NUMBER, message, f"move it to {instance_id}, or set {parameter} to one of its")
    if status and status.get("Status", "CLAIMED") != "CLAIMED":
        why = status.get("Message") or "no reason given"
        message = f"claiming {number} is {status['Status']} ({why})"
        return bad(NUMBER, message, "wait, or claim another number")
    return _judge_type(number, found, countries)


def _judge_type(number: str, claimed: Mapping[str, Any], countries: AbstractSet[str]) -> Finding:
    kind, home = claimed["PhoneNumberType"], claimed["PhoneNumberCountryCode"]
    if kind == "SHORT_CODE":
        message = f"{number} is a short code: for text messages, not for calls"
        return bad(NUMBER, message, "claim a DID number")
    abroad = ", ".join(sorted(countries - {home}))
    if kind in ("TOLL_FREE", "THIRD_PARTY_TF") and abroad:
        # Connect administrator guide, "Set up outbound caller ID".
        message = f"{number} is toll-free and cannot call abroad; the rosters call {abroad}"
        return bad(NUMBER, message, "claim a DID number and call from that")
    return ok(NUMBER, f"{number} ({home}, {kind}) is claimed by the instance")
