"""Check that console sign-ins reach the rules: the trail, and the forwarding stacks."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from callout.deployed_stack import Rule, Stack
from callout.doctor.check_result import CheckResult, fail, ok, warn

#: Regions to which AWS delivers console sign-ins, as in workflow/sign_in_forwarding.py, which
#: cannot be imported without the CDK.
ROOT_REGIONS = ("us-east-1",)
USER_REGIONS = ("us-east-1", "us-east-2", "eu-north-1", "ap-southeast-2")


@dataclass(frozen=True)
class Trail:
    """A CloudTrail trail, as seen from a region."""

    name: str
    home_region: str  # where it was created
    multi_region: bool
    global_events: bool
    logging: bool
    selectors: Mapping[str, Any]  # the answer of GetEventSelectors


def sign_in_regions(rules: Iterable[Rule]) -> list[str]:
    """Return the regions in which the sign-ins that the rules match arrive."""
    regions: dict[str, None] = {}
    for rule in rules:
        if rule.enabled and "aws.signin" in rule.pattern.get("source", []):
            identity = json.dumps(rule.pattern.get("detail", {}).get("userIdentity", {}))
            regions |= dict.fromkeys(ROOT_REGIONS if '"Root"' in identity else USER_REGIONS)
    return list(regions)


def check_trails(region: str, trails: Sequence[Trail]) -> CheckResult:
    """Check that EventBridge receives the sign-ins in a region.

    This requires a trail that logs management events (EventBridge user guide, "AWS service events
    delivered via AWS CloudTrail"). Sign-ins count as writes: their records have readOnly false
    (seen in published records; not verified).
    """
    check = f"sign-ins {region}"
    in_region = [trail for trail in trails if trail.multi_region or trail.home_region == region]
    enabled = [trail for trail in in_region if trail.logging]
    suitable = [trail for trail in enabled if logs_management_events(trail.selectors)]
    create = "a multi-region trail that logs management events (the first copy is free)"
    if not in_region:
        return fail(check, f"no trail logs {region}, so sign-ins do not page", f"create {create}")
    if not enabled:
        names, first = ", ".join(trail.name for trail in in_region), in_region[0]
        fix = f"aws cloudtrail start-logging --region {first.home_region} --name {first.name}"
        return fail(check, f"the trail {names} is disabled, so sign-ins do not page", fix)
    if not suitable:
        names = ", ".join(trail.name for trail in enabled)
        message = f"the trail {names} does not log write management events, so sign-ins do not page"
        return fail(check, message, f"enable them, or create {create}")
    if not any(trail.global_events for trail in suitable):
        message = f"the trail {suitable[0].name} excludes global services, maybe also sign-ins"
        return warn(check, message, f"include them, or create {create}")
    return ok(check, f"the trail {suitable[0].name} logs them")


def check_forwarding(region: str, home_region: str, stack: Stack | None) -> CheckResult:
    """Check that the sign-ins of another region are forwarded to the home region."""
    check, name = f"sign-ins {region}", f"CalloutSignIn-{region}"
    if stack is None:
        message = f"sign-ins that arrive in {region} are not forwarded to {home_region}"
        return fail(check, message, f"cdk bootstrap and cdk deploy {name}")
    if not stack.is_stable:
        return fail(check, f"{name} is {stack.status}", f"cdk deploy {name}")
    return ok(check, f"forwarded to {home_region}")


def logs_management_events(selectors: Mapping[str, Any]) -> bool:
    """Return whether a trail logs write management events.

    The answer of GetEventSelectors has basic selectors or advanced ones, never both.
    """
    basic = selectors.get("EventSelectors") or []
    advanced = selectors.get("AdvancedEventSelectors") or []
    if not basic and not advanced:
        return True  # CloudTrail API reference: without any, all management events are logged
    return any(
        selector.get("IncludeManagementEvents", True)
        and selector.get("ReadWriteType", "All") in ("All", "WriteOnly")
        for selector in basic
    ) or any(_matches_writes(selector.get("FieldSelectors", [])) for selector in advanced)


def _matches_writes(fields: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether an advanced selector matches write management events."""
    values = {field["Field"]: field.get("Equals", []) for field in fields}
    return "Management" in values.get("eventCategory", []) and "true" not in values.get(
        "readOnly", []
    )
